"""When a wiki that is awake was asked last, in memory that the warden shares with its processes."""

import mmap
import os
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from wiki.hookspecs.background import Task
from wiki.hosting.names import target_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: when something was asked last, requests and tasks at work
_LAST, _COUNT = struct.Struct("d"), struct.Struct("q")
_REQUESTS_AT, _TASKS_AT = 8, 16
#: seconds in which whoever woke it is waited for: on a busy machine a start takes long
_STARTS = 60.0


class Use:
    """The use of one wiki; to be made before its processes are forked."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)
        self._lock = Lock()
        #: the process that last counted in each place
        self._counting: dict[int, int] = {}
        self.note()
        self._woken = self._last

    def note(self) -> None:
        """It is used at this moment."""
        _LAST.pack_into(self._memory, 0, time.monotonic())

    @property
    def unused(self) -> float:
        """Seconds since it was used; none while it starts, for whoever woke it waits."""
        last = self._last
        seconds = time.monotonic() - last
        return 0.0 if last == self._woken and seconds < _STARTS else seconds

    @property
    def _last(self) -> float:
        return float(_LAST.unpack_from(self._memory, 0)[0])

    @property
    def requests(self) -> int:
        """Requests that are being answered."""
        return int(_COUNT.unpack_from(self._memory, _REQUESTS_AT)[0])

    @property
    def tasks(self) -> int:
        """Tasks that are at work."""
        return int(_COUNT.unpack_from(self._memory, _TASKS_AT)[0])

    def close(self) -> None:
        """Lets go of the memory, in this process."""
        self._memory.close()

    def add_requests(self, count: int) -> None:
        """So many more are being answered; in the web worker alone."""
        self._add(_REQUESTS_AT, count)
        self.note()

    @contextmanager
    def at_work(self, _task: Task) -> Iterator[None]:
        """Inside, a task is at work; in the process of tasks alone."""
        self._add(_TASKS_AT, 1)
        try:
            yield
        finally:
            self._add(_TASKS_AT, -1)

    def _add(self, place: int, count: int) -> None:
        with self._lock:
            before = int(_COUNT.unpack_from(self._memory, place)[0])
            # Another process counted here before, and did not live to count back.
            if self._counting.get(place) != (process := os.getpid()):
                self._counting[place], before = process, 0
            _COUNT.pack_into(self._memory, place, max(before + count, 0))


class NotedUse:
    """A WSGI application around ``app`` that notes what is asked, until all of it is sent.

    By any other name of the wiki than ``host`` it leads to ``url``.
    """

    def __init__(self, app: "WSGIApplication", use: Use, host: str, url: str) -> None:
        self._app, self._use = app, use
        self._host, self._url = host, url

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        self._use.add_requests(1)
        try:
            led = environ.get("HTTP_HOST") != self._host
            answer = (self._lead if led else self._app)(environ, start_response)
        except BaseException:
            self._use.add_requests(-1)
            raise
        if isinstance(answer, list):
            self._use.add_requests(-1)
            return answer
        return _Sent(answer, lambda: self._use.add_requests(-1))

    def _lead(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        target = self._url + target_of(environ)
        start_response("308 Permanent Redirect", [("Location", target), ("Content-Length", "0")])
        return []


class _Sent:
    """Parts of an answer; ``then`` is called once they have been sent, or will not be."""

    def __init__(self, parts: Iterable[bytes], then: Callable[[], None]) -> None:
        self._parts, self._then = parts, then
        self._each = iter(parts)
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._each)

    def close(self) -> None:
        """See PEP 3333."""
        try:
            if (close := getattr(self._parts, "close", None)) is not None:
                close()
        finally:
            if self._open:
                self._open = False
                self._then()
