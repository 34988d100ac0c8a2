"""A site that somebody names, asked for pages in turn (``outside/client.py`` says how safely).

Each answer is bounded before it is read. What a site answers may name other hosts.
"""

import http.client
import time
from collections.abc import Callable, Collection
from pathlib import Path
from urllib.parse import urlsplit

from wiki.errors import BadField, BadRequest, TooLarge
from wiki.outside.client import Limits, call, destination_of
from wiki.repository.remote.download import Bounds, download
from wiki.repository.remote.guard import guarded
from wiki.translation import gettext as _

#: seconds to connect and between two bytes; for all of an answer; between two requests
_WAIT, _TOTAL, _PAUSE = 30.0, 600.0, 0.1
#: how often a request is made that the site does not answer now, and how long is waited at most
_TRIES, _LONGEST_PAUSE = 5, 60.0
#: bytes of all answers
_ROOM = 20_000_000_000
_LATER = frozenset({429, 502, 503, 504})


class Elsewhere:
    """The site at ``address``. ``inside`` are hosts of the own network that may be called.

    ``room`` is how many bytes may come of all answers together; once ``is_stopped``, no more is
    asked. Raises BadRequest for an address that cannot be called.
    """

    def __init__(
        self,
        address: str,
        inside: Collection[str] = (),
        room: int = _ROOM,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.address = address.strip()
        self._inside = frozenset(inside)
        self._room = room
        self._is_stopped = is_stopped
        self._next = 0.0
        destination_of(self.address, self._inside)

    def clone(self, folder: Path, most: int) -> None:
        """The git repository at the address, bare, of at most so many bytes. Raises BadRequest."""
        try:
            remote = guarded(self.address, self._inside, "import_hosts")
            bounds = Bounds(min(most, self._room))
            download(remote, folder, bounds, "wiki import git", self._is_stopped)
        except BadField as error:
            raise BadRequest(error.words) from error

    def get(self, url: str, most: int) -> bytes:
        """What stands at ``url``, of at most so many bytes. Raises BadRequest."""
        pause = 1.0
        for left in range(_TRIES - 1, -1, -1):
            time.sleep(max(0.0, self._next - time.monotonic()))
            try:
                status, told, body = self._ask(url, most)
            except (OSError, http.client.HTTPException) as error:
                if not left:
                    words = _("{host} does not answer. Try again later: what is here is kept.")
                    raise BadRequest(words.format(host=urlsplit(url).hostname)) from error
                status, told, body = 503, "", b""
            self._next = time.monotonic() + _PAUSE
            if status == 200:
                self._room -= len(body)
                if self._room < 0:
                    raise TooLarge(_("This site holds more than there is room for here."))
                return body
            if status not in _LATER or not left:
                raise _unexpected(url, status, told)
            wanted = float(told) if told.isascii() and told.isdigit() else pause
            self._next = time.monotonic() + min(wanted, _LONGEST_PAUSE)
            pause *= 2
        raise AssertionError  # the last try answered or raised

    def _ask(self, url: str, most: int) -> tuple[int, str, bytes]:
        """Status, where or when to ask instead, and body."""
        limits = Limits(_WAIT, _TOTAL, most)
        answer = call("GET", url, inside=self._inside, setting="import_hosts", limits=limits)
        told = answer.headers.get("location") or answer.headers.get("retry-after") or ""
        return answer.status, told, answer.body


def _unexpected(url: str, status: int, told: str) -> BadRequest:
    if 300 <= status < 400:
        words = _(
            "This address leads to {other}, which is not followed. Give that one, if it is right."
        )
        return BadRequest(words.format(other=told[:300]))
    words = _("{host} answered with {status} at {url}.")
    return BadRequest(words.format(host=urlsplit(url).hostname, status=status, url=url[:300]))
