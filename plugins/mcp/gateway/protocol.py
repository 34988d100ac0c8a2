"""HTTP/1.1 as uvicorn speaks it, to which a request must begin in time.

uvicorn waits for the head of a request as long as somebody takes: a few who send none would hold
all the connections that there are.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

#: seconds for the head of a request; its body has those of the request as a whole
HEAD = 10.0


class BoundedProtocol(H11Protocol):
    """A connection, on which is hung up where the head of a request does not come."""

    _ends: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See uvicorn."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """See uvicorn."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """See uvicorn."""
        super().connection_lost(exc)
        self._forget()

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._ends is None:
            self._ends = self.loop.call_later(HEAD, self.transport.close)

    def _forget(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None
