"""A writer as the browser's script is one, without a browser: pycrdt over a real WebSocket."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from importlib import import_module
from typing import Any

from pycrdt import Doc, Text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from wiki.plugins import load_plugins

load_plugins()


def part(name: str) -> Any:
    """A module of the plugin, as the wiki has loaded it."""
    return import_module(f"wiki_plugins.coediting.{name}")


Cursor, block = part("varints").Cursor, part("varints").block
awareness, ADDRESS = part("live.awareness"), part("tickets").ADDRESS

#: seconds that a busy machine may take for anything
_PATIENCE = 60.0


class Writer:
    """One connection with its own document."""

    def __init__(self, connection: ClientConnection, doc: "Doc[Text] | None" = None) -> None:
        self.connection = connection
        self.doc: Doc[Text] = doc or Doc()
        self.text = self.doc.get("text", type=Text)
        self.epoch = ""
        self.base = ""
        self.sent = 0
        self.kept = 0
        self.told: list[dict[str, Any]] = []
        self.others: dict[int, Any] = {}
        self.code: int | None = None
        self.synced = False
        self._changed = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @property
    def words(self) -> str:
        return str(self.text)

    async def until(self, condition: Callable[[], object], seconds: float = _PATIENCE) -> None:
        """Waits until it is so; what everybody knows is in the message where it is not."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def messages(self, what: str) -> list[dict[str, Any]]:
        return [one for one in self.told if one["type"] == what]

    async def hear(self, what: str, seconds: float = _PATIENCE) -> dict[str, Any]:
        """Waits for a control message, and takes it off the list."""
        await self.until(lambda: self.messages(what), seconds)
        found = self.messages(what)[0]
        self.told.remove(found)
        return found

    async def say(self, **values: object) -> None:
        await self.connection.send(json.dumps(values))

    async def type(self, words: str, at: int | None = None) -> None:
        """Types at a place in bytes, else at the end."""
        before = self.doc.get_state()
        self.text.insert(len(self.text) if at is None else at, words)
        await self.update(self.doc.get_update(before))

    async def erase(self, at: int, length: int) -> None:
        before = self.doc.get_state()
        del self.text[at : at + length]
        await self.update(self.doc.get_update(before))

    async def update(self, data: bytes, step: int = 2) -> None:
        self.sent += 1
        await self.connection.send(bytes((0, step)) + block(data))

    async def aware(self, client: int | None = None, **said: object) -> None:
        state = awareness.State(self.doc.client_id if client is None else client, 1, said)
        await self.connection.send(b"\x01" + block(awareness.write_states([state])))

    async def all_kept(self) -> None:
        await self.until(lambda: self.kept >= self.sent)

    async def close(self) -> None:
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading
        await self.connection.close()

    async def is_in(self, seconds: float = _PATIENCE) -> bool:
        """Whether they were let in, once they have the text or the connection is closed."""
        await self.until(lambda: self.synced or self.code is not None, seconds)
        return self.code is None

    async def is_kept(self, seconds: float = _PATIENCE) -> bool:
        """Whether all is on disk, once it is or the connection is closed."""
        await self.until(lambda: self.code is not None or self.kept >= self.sent, seconds)
        return self.code is None

    async def closed(self) -> int:
        await self.until(lambda: self.code is not None)
        assert self.code is not None
        return self.code

    async def _read(self) -> None:
        try:
            async for message in self.connection:
                await self._take(message)
                self._changed.set()
        except ConnectionClosed:
            pass
        self.code = self.connection.close_code or 1006
        self._changed.set()

    async def _take(self, message: bytes | str) -> None:
        if isinstance(message, str):
            said = json.loads(message)
            if said["type"] == "kept":
                self.kept = said["updates"]
                return
            if said["type"] == "joined":
                self.epoch, self.base = said["epoch"], said["base"]
                await self.connection.send(b"\x00\x00" + block(self.doc.get_state()))
            self.told.append(said)
            return
        cursor = Cursor(message)
        if cursor.number() == 1:
            for state in awareness.read_states(cursor.block()):
                self.others[state.client] = state.said
            return
        step, data = cursor.number(), cursor.block()
        if step == 0:
            await self.update(self.doc.get_update(data), step=1)
        else:
            self.doc.apply_update(data)
            self.synced = self.synced or step == 1


@asynccontextmanager
async def writer(
    port: int, ticket: str, doc: "Doc[Text] | None" = None, epoch: str | None = None
) -> AsyncIterator[Writer]:
    """Someone who has joined, with the room's text."""
    one = await join(port, ticket, doc, epoch)
    try:
        await one.until(lambda: one.synced)
        yield one
    finally:
        await one.close()


async def join(
    port: int,
    ticket: str,
    doc: "Doc[Text] | None" = None,
    epoch: str | None = None,
    query: str = "",
) -> Writer:
    """Connects and shows the ticket; whatever comes of it. ``query``: for who stands in front."""
    origin = Origin(f"http://127.0.0.1:{port}")
    url = f"ws://127.0.0.1:{port}{ADDRESS}?{query}"
    connection = await connect(url, origin=origin, compression=None)
    await connection.send(json.dumps({"type": "join", "ticket": ticket, "epoch": epoch}))
    return Writer(connection, doc)


async def until(condition: Callable[[], object], seconds: float = _PATIENCE) -> None:
    """Waits until it is so, of what no connection tells."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def run(scene: Coroutine[Any, Any, None]) -> None:
    """Plays a scene."""
    aside(partial(asyncio.run, scene))


def aside(work: Callable[[], object]) -> None:
    """Does it in a thread of its own: where a browser was driven, this one has a loop that runs."""
    with ThreadPoolExecutor(1) as other:
        other.submit(work).result()
