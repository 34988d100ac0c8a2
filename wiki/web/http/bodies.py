"""Reads what is sent before a view is asked, so that slow senders cannot hold every thread.

A thread that waits for a body that never comes is lost to everyone: the server has no limit for
it, and no way to end it. So at most half of a worker's threads read bodies at a time, and half of
those for one network: whoever sends slowly holds up themselves, and who shares their address.
Three hundred people in one room share one, too: where nobody is slow, all of them wait their turn.
(More threads would let more of them wait, but they cost all readers a third of their speed.)
Behind a proxy that buffers requests, as ``docs/operator.md`` shows, nobody is slow.
"""

import io
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import chain
from tempfile import SpooledTemporaryFile
from threading import Condition
from typing import TYPE_CHECKING, BinaryIO, cast

from wiki.people.limits.durable import client_network
from wiki.translation import gettext as _
from wiki.translation import use_language
from wiki.web.conditional import wanted_language

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Seconds that a sender waits for a place to be read at, and those after which one is slow: a form
#: is there in a few milliseconds, on a busy machine in some tens. Where not all who are read are
#: slow, others wait longer.
_PATIENCE, _SLOW, _LONGEST = 0.2, 0.25, 5.0
_CHUNK = 65_536
_IN_MEMORY = 1_000_000
#: what a view finds in the environment that reads a body itself, once it knows who sends it
READER = "carrefour.read_body"


class ReadBodies:
    """A WSGI application around ``app`` that gives it bodies that are there already."""

    def __init__(
        self,
        app: "WSGIApplication",
        threads: int,
        max_bytes: Callable[[], int],
        later: Callable[[str], bool] = lambda _path: False,
        proxies: int = 0,
        lang: str = "fr",
        offered: tuple[str, ...] = ("fr",),
    ) -> None:
        """At most ``threads // 2`` bodies, of at most ``max_bytes()``, are read at a time.

        Where ``later`` says so of a path, its view reads the body, by READER, with a limit of its
        own: ``read(environ, max_bytes)`` is a file, or None where there is no place. ``proxies``,
        ``lang``, ``offered``: as in the settings.
        """
        self._app = app
        self._later = later
        self._max_bytes = max_bytes
        self._proxies = proxies
        self._lang, self._offered = lang, offered
        self._places = Places(max(threads // 2, 1))

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if self._later(environ.get("PATH_INFO", "")):
            environ[READER] = self._read_later
        elif environ["REQUEST_METHOD"] not in ("GET", "HEAD", "OPTIONS") or environ.get(
            "CONTENT_LENGTH"
        ):
            found = self._read(environ, self._max_bytes())
            if found is None:
                headers = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "10")]
                start_response("503 Service Unavailable", headers)
                return [self._busy(environ)]
            environ["wsgi.input"], length = found
            environ["CONTENT_LENGTH"] = str(length)
            environ["wsgi.input_terminated"] = True
        return self._app(environ, start_response)

    def _busy(self, environ: "WSGIEnvironment") -> bytes:
        header = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        with use_language(wanted_language(header, self._lang, self._offered)):
            words = _("Too much arrives at once. Nothing was saved: go back and send it again.")
        return f"{words}\n".encode()

    def _read_later(self, environ: "WSGIEnvironment", max_bytes: int) -> BinaryIO | None:
        found = self._read(environ, max_bytes)
        return None if found is None else found[0]

    def _read(self, environ: "WSGIEnvironment", max_bytes: int) -> tuple[BinaryIO, int] | None:
        network = client_network(sender_of(environ, self._proxies))
        if (since := self._places.take(network)) is None:
            return None
        try:
            return read_body(environ, max_bytes)
        finally:
            self._places.give_back(network, since)


class Places:
    """``count`` places, of which half are held for one network at most; thread-safe."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._share = max(count // 2, 1)
        #: since when each place is held, by network
        self._held: defaultdict[str, list[float]] = defaultdict(list)
        self._waiting = 0
        self._changed = Condition()

    def take(self, network: str) -> float | None:
        """When the place was taken; None where there is none, now or in a moment.

        Few wait for a place where all who stand in the way are slow.
        """
        with self._changed:
            begun = time.monotonic()
            patient = self._waiting < self._share
            self._waiting += 1
            try:
                while (since := self._free(network)) is None:
                    waited = time.monotonic() - begun
                    moves = waited < _LONGEST and self._moves(network)
                    if not moves and not (patient and waited < _PATIENCE):
                        return None
                    self._changed.wait(_SLOW)
            finally:
                self._waiting -= 1
            self._held[network].append(since)
            return since

    def give_back(self, network: str, since: float) -> None:
        """The place that was taken then is free."""
        with self._changed:
            self._held[network].remove(since)
            if not self._held[network]:
                del self._held[network]
            self._changed.notify_all()

    def _free(self, network: str) -> float | None:
        """The moment, where there is a place."""
        taken = sum(map(len, self._held.values()))
        free = taken < self._count and len(self._held.get(network, ())) < self._share
        return time.monotonic() if free else None

    def _moves(self, network: str) -> bool:
        """Whether one who stands in the way has only begun to be read."""
        mine = self._held.get(network, [])
        in_the_way = mine if len(mine) >= self._share else chain(*self._held.values())
        return max(in_the_way, default=0.0) > time.monotonic() - _SLOW


def sender_of(environ: "WSGIEnvironment", proxies: int) -> str:
    """The address that it was sent from: what the outermost of our own proxies saw."""
    seen = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return (seen[-proxies].strip() if 0 < proxies <= len(seen) else "") or environ.get(
        "REMOTE_ADDR", ""
    )


def read_body(environ: "WSGIEnvironment", max_bytes: int) -> tuple[BinaryIO, int]:
    """The body and its length; one byte too many is enough for the view to refuse it."""
    source = environ["wsgi.input"]
    body = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the view reads it
    length = 0
    while length <= max_bytes and (chunk := source.read(_CHUNK)):
        body.write(chunk)
        length += len(chunk)
    body.seek(0, io.SEEK_SET)
    return cast(BinaryIO, body), length
