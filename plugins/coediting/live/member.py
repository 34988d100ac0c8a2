"""One connection of one person: what it said, what it was told, and what waits to be sent."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from wiki.api.people import Person

from .awareness import State

#: bytes that may wait for someone whose line is slow; beyond, they come back and ask for the whole
_WAITING = 16_000_000
#: messages a second, on average, and at once
_RATE, _BURST = 60.0, 600.0


class Member:
    """``person`` in one tab. ``me`` and ``colour`` are what the others know them by.

    ``settle`` has gone whoever may write no more: it is asked before each word to them.
    """

    def __init__(
        self,
        connection: ServerConnection,
        person: Person,
        session: str,
        me: str,
        colour: int,
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        self._settle = settle
        self.connection = connection
        self.person = person
        self.session = session
        self.me = me
        self.colour = colour
        #: the id of their document, once they have said something of it
        self.client: int | None = None
        self.state: State | None = None
        #: no word of theirs counts any more
        self.over = False
        #: updates that came, those of them that are in the room's text, and those that were told
        self.received = 0
        self.safe = 0
        self.told = 0
        self.lacking = False
        self._queue: asyncio.Queue[bytes | str | int] = asyncio.Queue()
        self._waiting = 0
        self._credit = _BURST
        self._counted = time.monotonic()

    @property
    def user(self) -> dict[str, Any]:
        """As the others see them."""
        return {"name": self.person.name, "colour": self.colour, "me": self.me}

    def send(self, message: bytes | str) -> None:
        """Puts ``message`` in line for them."""
        if self.over:
            return
        self._waiting += len(message)
        if self._waiting > _WAITING:
            self.close(1011)
            return
        self._queue.put_nowait(message)

    def tell(self, what: str, **values: object) -> None:
        """A control message."""
        self.send(json.dumps({"type": what, **values}, ensure_ascii=False))

    def end(self, code: int, what: str, words: str) -> None:
        """Tells them why, then closes; from now on nothing of theirs is taken."""
        self.tell(what, words=words)
        self.close(code)

    def expel(self, words: str) -> None:
        """Ends it for who may write no more: of what is in line for them, nothing is sent."""
        if self.over:
            return
        while not self._queue.empty():
            self._queue.get_nowait()
        self.end(4403, "rights", words)

    def close(self, code: int) -> None:
        """Closes once what is in line is sent."""
        if not self.over:
            self.over = True
            self._queue.put_nowait(code)

    def tell_kept(self, count: int) -> None:
        """So many of their updates are on disk."""
        if count > self.told:
            self.told = count
            self.tell("kept", updates=count)

    async def run(self) -> None:
        """Sends what is in line, until they are gone."""
        with suppress(ConnectionClosed):
            while True:
                message = await self._queue.get()
                if isinstance(message, int):
                    await self.connection.close(message)
                    return
                self._waiting -= len(message)
                over = self.over
                await self._settle()
                if self.over == over:
                    await self.connection.send(message)

    async def take_turn(self) -> None:
        """Waits where more comes than anyone types: the line behind waits too."""
        now = time.monotonic()
        self._credit = min(_BURST, self._credit + (now - self._counted) * _RATE) - 1
        self._counted = now
        if self._credit < 0:
            await asyncio.sleep(-self._credit / _RATE)
