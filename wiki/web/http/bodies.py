"""Reads what is sent before a view is asked, so that slow senders cannot hold every thread.

A thread that waits for a body that never comes is lost to everyone: the server has no limit for
it, and no way to end it. So at most half of a worker's threads read bodies at a time, and half of
those for one network: whoever sends slowly holds up themselves, and who shares their address.
(More threads would let more of them wait, but they cost all readers a third of their speed.)
Behind a proxy that buffers requests, as ``docs/operator.md`` shows, nobody is slow.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from threading import Condition
from typing import TYPE_CHECKING, BinaryIO, cast

from wiki.people.limits.durable import client_network

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: seconds that a sender waits for a place to be read at
_PATIENCE = 0.2
_CHUNK = 65_536
_IN_MEMORY = 1_000_000
#: what a view finds in the environment that reads a body itself, once it knows who sends it
READER = "carrefour.read_body"
_BUSY = b"Too many slow requests at once. Nothing was saved: please send it again.\n"


class ReadBodies:
    """A WSGI application around ``app`` that gives it bodies that are there already."""

    def __init__(
        self,
        app: "WSGIApplication",
        threads: int,
        max_bytes: Callable[[], int],
        later: Callable[[str], bool] = lambda _path: False,
        proxies: int = 0,
    ) -> None:
        """At most ``threads // 2`` bodies, of at most ``max_bytes()``, are read at a time.

        Where ``later`` says so of a path, its view reads the body, by READER, with a limit of its
        own: ``read(environ, max_bytes)`` is a file, or None where there is no place. ``proxies``:
        as in the settings.
        """
        self._app = app
        self._later = later
        self._max_bytes = max_bytes
        self._proxies = proxies
        self._places = _Places(max(threads // 2, 1))

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
                return [_BUSY]
            environ["wsgi.input"], length = found
            environ["CONTENT_LENGTH"] = str(length)
            environ["wsgi.input_terminated"] = True
        return self._app(environ, start_response)

    def _read_later(self, environ: "WSGIEnvironment", max_bytes: int) -> BinaryIO | None:
        found = self._read(environ, max_bytes)
        return None if found is None else found[0]

    def _read(self, environ: "WSGIEnvironment", max_bytes: int) -> tuple[BinaryIO, int] | None:
        network = client_network(_sender(environ, self._proxies))
        if not self._places.take(network):
            return None
        try:
            return read_body(environ, max_bytes)
        finally:
            self._places.give_back(network)


class _Places:
    """``count`` places, of which half are held for one network at most."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._share = max(count // 2, 1)
        self._held: Counter[str] = Counter()
        self._waiting = 0
        self._changed = Condition()

    def take(self, network: str) -> bool:
        """Whether there is a place, now or in a moment; few wait for one at a time."""
        with self._changed:
            if not self._has(network) and self._waiting < self._share:
                self._waiting += 1
                self._changed.wait_for(lambda: self._has(network), _PATIENCE)
                self._waiting -= 1
            if not self._has(network):
                return False
            self._free -= 1
            self._held[network] += 1
            return True

    def give_back(self, network: str) -> None:
        with self._changed:
            self._free += 1
            self._held[network] -= 1
            if not self._held[network]:
                del self._held[network]
            self._changed.notify_all()

    def _has(self, network: str) -> bool:
        return self._free > 0 and self._held[network] < self._share


def _sender(environ: "WSGIEnvironment", proxies: int) -> str:
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
