"""How quickly what one types is on the others' screens, and what open editors weigh.

    python -m bench live                                    a minute of it, as lines of the table
    python -m bench.live [--seconds 120] [--typists 20] [--idle 200]

Starts the live process of a new instance as ``wiki serve`` does, and two processes of clients, each
with half of the typists: real WebSockets, five keys a second each, each at a place of their own.
A key's way is the time from before it is typed until another client has read it; keys are told
apart by their client and number, as Yjs counts them. Clients write and read Yjs' updates, and make
their texts of them at the end: twenty browsers have twenty machines, and here they would measure
themselves. The reference is a bare server that sends each message on to all, in the same run.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pycrdt import Doc, Text
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Origin

from bench.lines import Line, ms, percentile, timed
from wiki.config import Settings, load_settings
from wiki.testing import free_port

_KEYS = 5.0  # a second and typist
#: seconds from a key to a screen, and megabytes with 200 idle editors, at most
_WAY, _WEIGHT = 0.15, 300.0
_PAGE = "# Une page\n\n" + "Quelques phrases qui sont déjà là, comme dans une vraie page.\n\n" * 100


@cache
def _part(name: str) -> Any:
    """A module of the plugin."""
    from wiki.plugins import load_plugins

    load_plugins()
    return import_module(f"wiki_plugins.coediting.{name}")


def _instance(folder: Path, people: int, port: int) -> tuple[Settings, list[tuple[str, str]]]:
    """A new instance with a page, and the tickets' words: id and session of each person."""
    from wiki.instance import close_instance, open_instance
    from wiki.parts.creation import found
    from wiki.people.accounts import add_person
    from wiki.people.accounts.sessions import open_session, session_key
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    settings = load_settings(folder, environ={}, port=port - 1, live_port=port)
    found(settings, empty=True)
    instance = open_instance(settings)
    who = []
    for number in range(people):
        person = add_person(
            instance.private,
            email=f"typist{number}@example.org",
            name=f"Typist {number}",
            role="member",
            password=None,
        )
        who.append((person.id, session_key(open_session(instance.private, person.id))))
    head = instance.repository.head()
    pages = {f"page{number}.md": _PAGE.encode() for number in range(people)}
    commit(instance.repository, head, {"page.md": _PAGE.encode(), **pages}, Author("A", "a@x"), "x")
    close_instance(instance)
    return settings, who


class Client:
    """One editor: what the browser's script sends and receives, without the browser."""

    def __init__(self, connection: ClientConnection, number: int) -> None:
        self.connection = connection
        self.number = number
        self.id = secrets.randbits(31)
        self.updates: list[bytes] = []
        self.ways: list[tuple[int, int, float]] = []
        self.typed: dict[tuple[int, int], float] = {}
        self.sent = self.kept = 0
        self.synced = asyncio.Event()
        self.saved: dict[str, Any] = {}
        self.reading = asyncio.create_task(self._read())
        #: between which characters they type: of the page as it was, then after their own last
        self._left = self._right = (0, 0)

    @property
    def text(self) -> str:
        """What is on their screen."""
        doc: Doc[Text] = Doc()
        text = doc.get("text", type=Text)
        for data in self.updates:
            doc.apply_update(data)
        return str(text)

    async def _read(self) -> None:
        varints = _part("varints")
        async for message in self.connection:
            if isinstance(message, str):
                said = json.loads(message)
                if said["type"] == "joined":
                    await self.connection.send(b"\0\0" + varints.block(b"\0"))
                self.kept = said["updates"] if said["type"] == "kept" else self.kept
                self.saved = said if said["type"] == "saved" else self.saved
                continue
            cursor = varints.Cursor(message)
            if cursor.number() == 0 and (step := cursor.number()) != 0:
                self._note(cursor.block(), first=step == 1)

    def _note(self, data: bytes, *, first: bool) -> None:
        """When each key in an update arrived."""
        now = time.monotonic()
        self.updates.append(data)
        found = _part("updates").read_update(data).strings
        if first:
            page, _clock, _words = max(found, key=lambda one: len(one[2]))
            at = 100 + 50 * self.number
            self._left, self._right = (page, at - 1), (page, at)
            self.synced.set()
            return
        for client, clock, words in found:
            if client != self.id:
                self.ways += [(client, clock + at, now) for at in range(len(words))]

    async def type(self) -> None:
        """One key, written as Yjs writes it."""
        number, block = _part("varints").number, _part("varints").block
        key = (self.id, len(self.typed))
        self.typed[key] = time.monotonic()
        data = b"".join(map(number, (1, 1, *key))) + b"\xc4"
        data += b"".join(map(number, (*self._left, *self._right))) + block(b"x") + number(0)
        self._left = key
        self.updates.append(data)
        self.sent += 1
        await self.connection.send(b"\0\2" + block(data))


async def join(settings: Settings, who: tuple[str, str], path: str, number: int) -> Client:
    """An editor of ``path``, as the person of a session; ``number`` says where they type."""
    address, write_ticket = _part("tickets").ADDRESS, _part("tickets").write_ticket

    from wiki.parts.identity import read_key

    ticket = write_ticket(read_key(settings.instance), *who, path)
    connection = await connect(
        f"ws://127.0.0.1:{settings.live_port}{address}",
        origin=Origin(f"http://127.0.0.1:{settings.port}"),
        compression=None,
        max_size=None,
    )
    await connection.send(json.dumps({"type": "join", "ticket": ticket, "epoch": None}))
    return Client(connection, number)


async def _typists(
    settings: Settings, who: list[tuple[str, str]], numbers: range, seconds: float, out: Any
) -> None:
    clients = [await join(settings, who[number], "page", number) for number in numbers]
    for one in clients:
        await asyncio.wait_for(one.synced.wait(), 60)

    async def types(one: Client) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            await one.type()
            await asyncio.sleep(max(0, 1 / _KEYS - (time.monotonic() - began)))

    await asyncio.gather(*(types(one) for one in clients))
    for one in clients:
        async with asyncio.timeout(60):
            while one.kept < one.sent:
                await asyncio.sleep(0.05)
    out.put(("done", numbers.start, len(clients)))
    await asyncio.sleep(5)  # what the other process typed last arrives
    texts = {one.text for one in clients}
    saved: dict[str, Any] = {}
    if numbers.start == 0:
        await clients[0].connection.send(json.dumps({"type": "save", "message": "Banc"}))
        async with asyncio.timeout(60):
            while not clients[0].saved:
                await asyncio.sleep(0.05)
        saved = clients[0].saved
    ways = [way for one in clients for way in one.ways]
    typed = {key: when for one in clients for key, when in one.typed.items()}
    out.put(("ways", ways, typed, sorted(texts), saved.get("commit", "")))
    for one in clients:
        one.reading.cancel()
        await one.connection.close()


def _type(settings: Settings, who: Any, numbers: range, seconds: float, out: Any) -> None:
    asyncio.run(_typists(settings, who, numbers, seconds, out))


async def _echo(port: int, seconds: float, typists: int) -> list[float]:
    """The reference: the same messages through a server that does nothing but send them on."""
    everyone: set[ServerConnection] = set()
    ways: list[float] = []

    async def handle(connection: ServerConnection) -> None:
        everyone.add(connection)
        async for message in connection:
            for one in everyone:
                await one.send(message)

    async def client(connection: ClientConnection) -> None:
        async for message in connection:
            assert isinstance(message, bytes)
            ways.append(time.monotonic() - float(message.split(b"/")[1]))

    async with serve(handle, "127.0.0.1", port, compression=None):
        url = f"ws://127.0.0.1:{port}"
        lines = [await connect(url, compression=None) for _one in range(typists)]
        reading = [asyncio.create_task(client(one)) for one in lines]
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for one in lines:
                await one.send(b"%50d/%.6f" % (0, time.monotonic()))
                await asyncio.sleep(1 / _KEYS / typists)
        for task in reading:
            task.cancel()
        for one in lines:
            await one.close()
    return ways


def _memory(pid: int) -> float:
    """The share of memory (PSS) of a process, in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


@contextmanager
def _live(settings: Settings) -> Iterator[int]:
    """The live process, from a parent that has loaded what ``wiki serve`` loads."""
    from wiki.processes.calls import Port
    from wiki.processes.supervisor import EndAsked
    from wiki.server import prepare

    prepared = prepare(settings)
    live = _part("live.service")

    port = Port(settings.host, settings.live_port)
    port.open()

    def work() -> None:
        live.run(port, prepared.instance, EndAsked())

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    for _try in range(300):
        with suppress(OSError):
            import socket

            socket.create_connection(("127.0.0.1", settings.live_port), 1).close()
            break
        time.sleep(0.1)
    assert process.pid
    try:
        yield process.pid
    finally:
        process.terminate()
        process.join(20)


async def _idle(settings: Settings, who: list[tuple[str, str]], count: int, pid: int) -> float:
    """Editors that are open, each person in a page of their own and one that all share; PSS."""
    clients = []
    for number in range(count):
        person = who[number % len(who)]
        path = "page" if number < len(who) else f"page{number % len(who)}"
        clients.append(await join(settings, person, path, number))
    await asyncio.gather(*(asyncio.wait_for(one.synced.wait(), 60) for one in clients))
    await asyncio.sleep(2)
    weight = _memory(pid)
    for one in clients:
        one.reading.cancel()
        await one.connection.close()
    return weight


@dataclass(frozen=True)
class Asked:
    """What to measure; ``idle`` editors are open at the end."""

    seconds: float = 120
    typists: int = 20
    idle: int = 200


@dataclass(frozen=True)
class Found:
    """Seconds of each key's way, sorted, and of the reference; ``weight``: PSS in MB."""

    ways: list[float]
    reference: list[float]
    keys: int
    equal: bool
    spent: float
    weight: float


def measure(asked: Asked) -> Found:
    """Types, saves, compares the texts with the commit, and weighs."""
    with TemporaryDirectory() as folder:
        settings, who = _instance(Path(folder) / "instance", max(asked.typists, 40), free_port())
        with _live(settings) as pid:
            arrived, typed, texts = _type_all(settings, who, asked)
            # What was there before has no key.
            ways = sorted(now - typed[one, at] for one, at, now in arrived if (one, at) in typed)
            fields = Path(f"/proc/{pid}/stat").read_text().split()[13:15]
            spent = sum(map(int, fields)) / os.sysconf("SC_CLK_TCK")
            equal = texts == {_committed(settings)}
            weight = asyncio.run(_idle(settings, who, asked.idle, pid))
    reference = sorted(asyncio.run(_echo(free_port(), 10, asked.typists)))
    return Found(ways, reference, len(typed), equal, spent, weight)


def _type_all(
    settings: Settings, who: list[tuple[str, str]], asked: Asked
) -> tuple[list[tuple[int, int, float]], dict[tuple[int, int], float], set[str]]:
    """What arrived when, what was typed when, and the texts as they are saved."""
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    half = asked.typists // 2
    processes = [
        context.Process(target=_type, args=(settings, who, numbers, asked.seconds, out))
        for numbers in (range(half), range(half, asked.typists))
    ]
    for one in processes:
        one.start()
    arrived: list[tuple[int, int, float]] = []
    typed: dict[tuple[int, int], float] = {}
    texts: set[str] = set()
    left = len(processes)
    while left:
        said = out.get(timeout=asked.seconds + 240)
        if said[0] == "ways":
            arrived += said[1]
            typed.update(said[2])
            texts.update(f"{text.rstrip()}\n" for text in said[3])
            left -= 1
    for one in processes:
        one.join()
    return arrived, typed, texts


def run() -> Iterator[Line]:
    """A minute of it."""
    found = measure(Asked(seconds=60))
    p95, bare = percentile(found.ways, 0.95), percentile(found.reference, 0.95)
    what = "Twenty write in one page: from a key to another's screen, p95"
    yield timed(what, p95, bare, "a bare echo", _WAY)
    yield Line(
        "… their texts at the end, and the commit",
        "one" if found.equal else "not one",
        target="one",
        reached=found.equal,
    )
    yield Line(
        "Memory of the live process, 200 idle editors",
        f"{found.weight:.0f} MB its share",
        target=f"≤ {_WEIGHT:.0f} MB",
        reached=found.weight <= _WEIGHT,
    )


def main() -> None:
    """Measures, and says so."""
    parser = argparse.ArgumentParser()
    for name, default in vars(Asked()).items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    asked = Asked(**vars(parser.parse_args()))
    before = os.getloadavg()[0]
    found = measure(asked)
    print(f"{found.keys} keys, each to be received {asked.typists - 1} times")
    for name, ways in ((f"{asked.typists} typists", found.ways), ("bare echo", found.reference)):
        shares = [f"{ms(percentile(ways, share))} ({share:.0%})" for share in (0.5, 0.95, 0.99, 1)]
        print(f"{name}: {len(ways)} receipts, {', '.join(shares)}")
    print(f"processor time of the live process: {found.spent:.1f} s")
    print(f"one text, and the commit is equal: {found.equal}")
    print(f"{asked.idle} idle editors: PSS {found.weight:.0f} MB")
    print(f"load: {before:.1f} before, {os.getloadavg()[0]:.1f} after")


def _committed(settings: Settings) -> str:
    from wiki.instance import close_instance, open_instance

    instance = open_instance(settings)
    blob = instance.repository.read("page.md", instance.repository.head())
    close_instance(instance)
    return blob.data.decode() if blob else ""


if __name__ == "__main__":
    main()
