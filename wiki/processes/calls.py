"""How a process is called that the supervisor keeps: at a port, or by those forked beside it.

The keeper has it open all the time, so that calls wait while nobody answers.
"""

import socket
from typing import Protocol


class Calls(Protocol):
    """Where calls arrive: what the keeper watches, and the process that it starts answers."""

    @property
    def is_open(self) -> bool:
        """Whether calls can arrive."""

    def open(self) -> None:
        """Lets calls arrive from now on. Raises OSError."""

    def leave(self) -> None:
        """Lets others answer: to be called in a process that has something else to do."""

    def fileno(self) -> int:
        """Readable where somebody has called."""


class Port:
    """Calls by TCP from anywhere."""

    def __init__(self, host: str, port: int) -> None:
        self.where = host, port
        self._socket: socket.socket | None = None

    @property
    def is_open(self) -> bool:
        """See Calls."""
        return self._socket is not None

    def open(self) -> None:
        """See Calls."""
        if self._socket is None:
            host, port = self.where
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            family, _kind, _protocol, _name, where = found[0]
            self._socket = socket.create_server(where[:2], family=family, backlog=100)

    def leave(self) -> None:
        """See Calls."""
        if self._socket is not None:
            self._socket.close()

    @property
    def socket(self) -> socket.socket:
        """The listening socket, once it is open."""
        if self._socket is None:
            raise RuntimeError("not open")
        return self._socket

    def fileno(self) -> int:
        """See Calls."""
        return self.socket.fileno()


class Door:
    """Calls by those who were forked from the process that made it."""

    is_open = True

    def __init__(self) -> None:
        self._outside, self._inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._outside.setblocking(False)

    def open(self) -> None:
        """See Calls: it always is."""

    def leave(self) -> None:
        """See Calls."""
        self._inside.close()

    def fileno(self) -> int:
        """See Calls."""
        return self._inside.fileno()

    def close(self) -> None:
        """Shuts it for this process."""
        self._outside.close()
        self.leave()

    def call(self) -> socket.socket:
        """One end of a line to who answers. Raises OSError, also where too many wait already."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._outside, [b"."], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return ours

    def answer(self, seconds: float) -> socket.socket | None:
        """The other end, of the next call within ``seconds``."""
        self._inside.settimeout(seconds)
        try:
            _words, files, _flags, _address = socket.recv_fds(self._inside, 1, 1)
        except TimeoutError:
            return None
        return socket.socket(fileno=files[0]) if files else None
