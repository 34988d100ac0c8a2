"""`wiki serve` as it runs, its live process killed while people type: no word of theirs is lost.

With WIKI_SCREENSHOTS set, what happened is kept there as a log.
"""

import asyncio
import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from websockets.exceptions import InvalidMessage

from wiki.instance import Instance, close_instance
from wiki.people.accounts.sessions import open_session, session_key
from wiki.people.person import Person
from wiki.processes.calls import Port
from wiki.processes.supervisor import Keeper, Service
from wiki.testing import free_port

from .clients import Writer, join, part, run, until, writer

write_ticket = part("tickets").write_ticket
_TYPED, _KILLS = 24, 2


class Typist:
    """Types words that nobody else types, comes back where the line breaks, and remembers."""

    def __init__(self, instance: Instance, person: Person, port: int, log: Callable[[str], None]):
        self._instance = instance
        self._person = person
        self._cookie = open_session(instance.private, person.id)
        self._port = port
        self._log = log
        self.writer: Writer | None = None
        self.words: list[str] = []
        self.back = 0

    async def connect(self) -> Writer:
        """Joins, with the document of before."""
        old = self.writer
        while True:
            ticket = write_ticket(
                self._instance.secret, self._person.id, session_key(self._cookie), "page"
            )
            try:
                new = await join(
                    self._port, ticket, old.doc if old else None, old.epoch if old else None
                )
            except (OSError, InvalidMessage):
                await asyncio.sleep(0.05)
                continue
            # Not tried again where that takes too long: who was forgotten here would stay there.
            if not await new.is_in():
                self._log(f"{self._person.name} was not let in: {new.code} {new.told}")
                await asyncio.sleep(0.2)
                continue
            said = new.messages("joined")[0]
            assert said["same"] or old is None
            self.writer = new
            return new

    async def type(self) -> None:
        one = await self.connect()
        # Until both deaths are noticed, whoever types faster than they come.
        while len(self.words) < _TYPED or self.back < _KILLS:
            if one.code is not None:
                self._log(f"{self._person.name} has lost the line")
                one = await self.connect()
                self.back += 1
                self._log(f"{self._person.name} is back, with what they typed meanwhile")
            word = f"{self._person.name}{len(self.words)}x"
            self.words.append(word)
            try:
                await one.type(f"{word} ")
            except Exception as error:
                self._log(f"{self._person.name} typed {word!r} offline ({type(error).__name__})")
            await asyncio.sleep(0.05)

    async def finish(self) -> Writer:
        """All that they typed is on disk."""
        one = self.writer
        while True:
            if one is None or one.code is not None:
                one = await self.connect()
            if await one.is_kept():
                return one


def test_killed_while_three_type(
    instance: Instance,
    write: Callable[..., str],
    person: Callable[..., Person],
    serve: Callable[..., Any],
) -> None:
    write({"page.md": "# Une page\n\n"})
    port = serve(instance.settings.instance, live=True).live_port
    began = time.monotonic()
    lines: list[str] = []

    def log(words: str) -> None:
        lines.append(f"{time.monotonic() - began:7.3f} s  {words}")

    async def scene() -> None:
        people = [person(name) for name in ("Awa", "Marc", "Ines")]
        typists = [Typist(instance, one, port, log) for one in people]
        killed = asyncio.create_task(_kill(port, typists, log))
        await asyncio.gather(*(one.type() for one in typists))
        await killed
        writers = [await one.finish() for one in typists]
        await until(lambda: len({one.words for one in writers}) == 1)
        log("all have one text, all of it on disk")
        await writers[0].say(type="save")
        await writers[0].hear("saved")
        blob = instance.repository.read("page.md", instance.repository.head())
        assert blob is not None
        found = Counter(blob.data.decode().split())
        typed = [word for one in typists for word in one.words]
        assert {word: found[word] for word in typed} == dict.fromkeys(typed, 1)
        message = instance.repository.commit_info(instance.repository.head()).message
        log(f"one commit holds all {len(typed)} words, each once:")
        log(message.replace("\n", " / "))
        assert message.count("Co-authored-by: ") == 2
        assert all(one.back >= _KILLS for one in typists)
        for one in writers:
            await one.close()

    try:
        run(scene())
    finally:
        if folder := os.environ.get("WIKI_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            (Path(folder) / "coediting-killed.log").write_text("\n".join(lines) + "\n")


def test_the_process_ends_when_all_have_left_and_is_there_for_the_next(
    instance: Instance, write: Callable[..., str], person: Callable[..., Person]
) -> None:
    write({"page.md": "# Une page\n\n"})
    awa = person("Awa")
    port = Port("127.0.0.1", free_port())
    pace = part("live.server").Pace(keep=0.02, look=0.05, come=5, linger=0.2)
    work = partial(part("live.service").run, port, instance, pace=pace)
    close_instance(instance)
    keeper = Keeper([Service("live", work, calls=port)])

    async def scene() -> None:
        typist = Typist(instance, awa, port.where[1], print)
        for word in ("avant", "apres"):
            one = await typist.connect()
            await one.type(f"{word} ")
            assert await one.is_kept()
            await one.close()
            await until(lambda: not listener(port.where[1]))
        last = await typist.connect()
        assert {"avant", "apres"} <= set(last.words.split())
        await last.close()

    try:
        run(scene())
    finally:
        keeper.end()


def test_the_process_that_was_called_in_vain_waits_for_another_call(
    instance: Instance, write: Callable[..., str], person: Callable[..., Person]
) -> None:
    write({"page.md": "# Une page\n\n"})
    awa = person("Awa")
    server = part("live.server")
    live, over = server.Live(instance, server.Pace(come=0, linger=3_600)), asyncio.Event()
    ticket = write_ticket(
        instance.secret, awa.id, session_key(open_session(instance.private, awa.id)), "page"
    )

    async def scene() -> None:
        with socket.create_server(("127.0.0.1", 0)) as uncalled:
            await live.run(uncalled, over.is_set)
        with socket.create_server(("127.0.0.1", 0)) as called:
            port = called.getsockname()[1]
            socket.create_connection(("127.0.0.1", port)).close()
            serving = asyncio.create_task(live.run(called, over.is_set))
            try:
                async with writer(port, ticket):
                    assert not serving.done()
            finally:
                over.set()
                await serving

    run(scene())


async def _kill(port: int, typists: list[Typist], log: Callable[[str], None]) -> None:
    """Kills the live process where a third of the words is typed, and again at two thirds."""
    for at in range(1, _KILLS + 1):
        await until(partial(_have_typed, typists, _TYPED * at // 3))
        await until(lambda: listener(port))
        await until(lambda: all(one.writer and one.writer.code is None for one in typists))
        pid = listener(port)
        assert pid
        log(f"kill -9 {at} of the live process")
        os.kill(pid, signal.SIGKILL)


def _have_typed(typists: list[Typist], words: int) -> bool:
    return all(len(one.words) > words for one in typists)


def listener(port: int) -> int:
    """The process that answers at the port, whose parent has it open too; 0 where there is none."""
    wanted = f":{port:04X}"
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if words[1].endswith(wanted) and words[3] == "0A":
            owners = _owners(f"socket:[{words[9]}]")
            return next((one for one, parent in owners.items() if parent in owners), 0)
    return 0


def _owners(socket: str) -> dict[int, int]:
    """Those that have it open, with their parents."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(one.readlink()) == socket for one in (folder / "fd").iterdir()):
                stat = (folder / "stat").read_text()
                found[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
        except OSError:
            continue
    return found
