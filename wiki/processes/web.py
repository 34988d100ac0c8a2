"""Workers that answer at an address, or at a socket that listens already: by granian."""

import logging
import os
import socket
import time
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

from wiki.processes.attendance import HELD, Attendance
from wiki.processes.starts import Starts

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: Seconds for requests that are being answered when the server is told to end.
_GRACE = 5
#: Seconds between looks at how large workers are, for the requests of those that are replaced, and
#: until others are: where a limit is too low for what a request needs, it goes on as it can.
_WEIGHED, _REPLACED, _RESTED = 5, 15, 120.0
#: connections that wait for a worker
_BACKLOG = 1024
_NO_NEWS = ("Python threads", "tcp_migrate_req")


class Size(Protocol):
    """Of a server: settings that say where it listens, and how many workers and threads it has."""

    @property
    def host(self) -> str:
        """See Settings; likewise all others."""

    @property
    def port(self) -> int: ...

    @property
    def workers(self) -> int: ...

    @property
    def threads(self) -> int: ...

    @property
    def worker_memory(self) -> int: ...


def serve_application(
    size: Size,
    load: "Callable[[Starts], WSGIApplication]",
    listener: socket.socket | None = None,
    held: float = HELD,
) -> None:
    """Workers of what ``load`` gives in each of them, until stopped by a signal.

    They accept at ``listener``, a socket of Unix, in place of the address. One that answers nothing
    for ``held`` seconds is replaced, and one that has not loaded it after three times as long.
    """
    from granian import Granian
    from granian.constants import Interfaces, RuntimeModes
    from granian.log import LogLevels

    # Threads that wait for a disk or another writer are no load: that there are more than cores
    # is nobody's news. Nor is a setting of the kernel for workers that are replaced, at each start.
    logging.getLogger("_granian").addFilter(
        lambda record: not any(words in str(record.msg) for words in _NO_NEWS)
    )
    server = Granian(
        __name__,
        address=size.host,
        port=size.port,
        interface=Interfaces.WSGI,
        workers=size.workers or os.cpu_count() or 1,
        blocking_threads=size.threads,
        # A thread that sleeps is cheap; one that must be made first is a slow answer.
        blocking_threads_idle_timeout=600,
        respawn_failed_workers=True,
        # One that holds the interpreter hears of no end.
        workers_kill_timeout=_GRACE,
        websockets=False,
        workers_max_rss=max(1, size.worker_memory >> 20),
        rss_sample_interval=_WEIGHED,
        runtime_mode=RuntimeModes.st,
        log_level=LogLevels.warning,
    )
    # It ends all workers where one dies twice within six seconds: the others go on answering, and
    # those that die wait before they start again.
    server.respawned_wrks = _Forgotten()
    replace = _patiently(server, server._handle_rss_signal)
    server._handle_rss_signal = replace  # type: ignore[method-assign]
    if listener is not None:
        server._init_shared_socket = partial(_share, server, listener)  # type: ignore[method-assign]
    attendance = Attendance(server.workers, size.threads, held)
    spawn = server._spawn_worker

    def spawn_watched(idx: int, target: Any, callback_loader: Any) -> Any:
        return spawn(idx, target, partial(attendance.begin, idx, callback_loader))

    server._spawn_worker = spawn_watched  # type: ignore[method-assign]
    Thread(target=attendance.watch, args=(lambda: server.wrks,), daemon=True).start()
    server.serve(target_loader=partial(load, Starts(server.workers)), wrap_loader=False)


def _share(server: Any, listener: socket.socket) -> None:
    """Has the workers of ``server`` accept at ``listener``."""
    from granian._granian import SocketHolder

    server._sso, server._shd = listener, SocketHolder(listener.fileno(), True, _BACKLOG)  # type: ignore[call-arg]


def _patiently(server: Any, replace: Callable[..., None]) -> Callable[..., None]:
    """``replace``, with time for requests that have begun, and not again and again."""
    next_at = 0.0

    def patiently(*given: object) -> None:
        nonlocal next_at
        if time.monotonic() < next_at:
            return
        server.workers_kill_timeout = _REPLACED
        try:
            replace(*given)
        finally:
            server.workers_kill_timeout = _GRACE
        next_at = time.monotonic() + _RESTED

    return patiently


class _Forgotten(dict[int, float]):
    """When each worker was started again, of which nothing is known."""

    def get(self, _worker: int, default: Any = 0) -> Any:
        return default
