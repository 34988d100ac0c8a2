"""A line of JSON there, a line of JSON back, over the socket that joins two processes."""

import json
import socket
import time
from typing import Any


class Channel:
    """One end of the socket. Raises ConnectionError where the other end is gone."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end

    def ask(self, line: bytes, seconds: float | None = None) -> dict[str, Any]:
        """The answer to ``line``. Raises TimeoutError after ``seconds``; None waits for ever."""
        until = None if seconds is None else time.monotonic() + seconds
        self._socket.settimeout(None if seconds is None else max(seconds, 0.001))
        self._socket.sendall(line)
        answer: dict[str, Any] = json.loads(self.read(until))
        return answer

    def read(self, until: float | None = None) -> bytes:
        """One line. Raises TimeoutError at ``until``, by the monotonic clock."""
        parts = []
        while True:
            if until is not None:
                self._socket.settimeout(max(until - time.monotonic(), 0.001))
            part = self._socket.recv(1 << 18)
            if not part:
                raise ConnectionResetError
            parts.append(part)
            if part.endswith(b"\n"):
                return b"".join(parts)

    def close(self) -> None:
        """Hangs up."""
        self._socket.close()
