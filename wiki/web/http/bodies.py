"""Reads what is sent before a view is asked, so that slow senders cannot hold every thread.

A thread that waits for a body that never comes is lost to everyone. So at most half of a worker's
threads read bodies at a time: pages are read while someone is slow. Behind a proxy that buffers
requests, as ``docs/operator.md`` shows, nobody is.
"""

import io
from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: seconds that a sender waits for a place to be read at
PATIENCE = 0.2
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
        max_bytes: int,
        later: Callable[[str], bool] = lambda _path: False,
    ) -> None:
        """At most ``threads // 2`` bodies, of at most ``max_bytes``, are read at a time.

        Where ``later`` says so of a path, its view reads the body, by READER, with a limit of its
        own: ``read(environ, max_bytes)`` is a file, or None where there is no place.
        """
        self._app = app
        self._later = later
        self._max_bytes = max_bytes
        self._places = BoundedSemaphore(max(threads // 2, 1))

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS") and not environ.get(
            "CONTENT_LENGTH"
        ):
            return self._app(environ, start_response)
        if self._later(environ.get("PATH_INFO", "")):
            environ[READER] = self._read_later
            return self._app(environ, start_response)
        if not self._places.acquire(timeout=PATIENCE):
            headers = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "10")]
            start_response("503 Service Unavailable", headers)
            return [_BUSY]
        try:
            body, length = read_body(environ, self._max_bytes)
        finally:
            self._places.release()
        environ["wsgi.input"] = body
        environ["CONTENT_LENGTH"] = str(length)
        environ["wsgi.input_terminated"] = True
        return self._app(environ, start_response)

    def _read_later(self, environ: "WSGIEnvironment", max_bytes: int) -> BinaryIO | None:
        if not self._places.acquire(timeout=PATIENCE):
            return None
        try:
            return read_body(environ, max_bytes)[0]
        finally:
            self._places.release()


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
