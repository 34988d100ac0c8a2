"""Any interleaving of typing, saves, plain saves, commits by git and crashes loses no word kept.

Real git, rows and WebSockets; a crash stops the live process where it stands. Each word is typed
once and by nobody else, so that losing one is seen.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from websockets.exceptions import ConnectionClosed, InvalidMessage

from wiki.api.reading import get_page
from wiki.config import load_settings
from wiki.editing.save import save
from wiki.errors import EditConflict
from wiki.instance import close_instance, open_instance
from wiki.parts.creation import found
from wiki.people.accounts import add_person
from wiki.people.accounts.sessions import open_session, session_key
from wiki.reading import Reader
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing import free_port

from .clients import Writer, join, part

write_ticket = part("tickets").write_ticket
#: a process that has loaded the wiki, and leaves it to children that can be killed
_ZYGOTE = """
import os, signal, sys, time
from pathlib import Path
from wiki.config import load_settings
from wiki.plugins import load_plugins
from wiki.processes.calls import Port
from wiki.processes.supervisor import EndAsked
from wiki.instance import open_instance
load_plugins()
from wiki_plugins.coediting.live import service
from wiki_plugins.coediting.live.server import Pace
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    folder, port = line.split()
    if (pid := os.fork()) == 0:
        settings = load_settings(Path(folder), environ={}, live_port=int(port))
        pace = Pace(keep=0.02, look=0.03, pause=0.2, longest=5, here=5, come=60)
        called = Port(settings.host, settings.live_port)
        until = time.monotonic() + 60
        while not called.is_open:
            try:
                called.open()
            except OSError:  # the one before was killed, and has not let go of it yet
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
        service.run(called, open_instance(settings), EndAsked(), pace)
        os._exit(0)
    print(pid, flush=True)
"""
_WHERE = st.floats(0, 1)
_WHO = st.integers(0, 1)
Answer = TypeVar("Answer")


class Zygote:
    """Starts live processes quickly: ``start(folder, port)`` says which one."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", _ZYGOTE]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, folder: Path, port: int) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{folder} {port}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        with self._process as process:
            process.kill()


class Interleaving(RuleBasedStateMachine):
    """Two people type; a third saves by the form, a fourth pushes; the process may die anywhere."""

    zygote: "Zygote"
    _pid = 0

    @initialize()
    def begin(self) -> None:
        self._folder = Path(mkdtemp())
        shutil.copytree(_founded(), self._folder, dirs_exist_ok=True)
        self._instance = open_instance(load_settings(self._folder, environ={}))
        self._loop = asyncio.new_event_loop()
        self._people = [_account(self._instance, name) for name in ("Awa", "Marc", "Ines")]
        self._port = free_port()
        self._writers: list[Writer | None] = [None, None]
        self._typed = 0
        #: words of each writer that they were not told of yet; words that must be somewhere
        self._open: list[list[str]] = [[], []]
        self._kept: set[str] = set()
        self._commit(lambda _text: "# Page\n\nun\n\ndeux\n\ntrois\n")
        self._start()
        for who in (0, 1):
            self._await(self._connect(who))

    @rule(who=_WHO, where=_WHERE)
    def type(self, who: int, where: float) -> None:
        one = self._writers[who]
        assert one is not None
        word = self._word()
        self._open[who].append(word)

        async def type() -> None:
            text = one.words
            # Between words: who types inside of one parts it, and no character is lost by that.
            place = next(
                (i for i in range(round(where * len(text)), len(text)) if text[i].isspace()),
                len(text),
            )
            at = len(text[:place].encode())
            with suppress(Exception):  # the line may be broken: it comes along later
                await one.type(f" {word} ", at=at)

        self._await(type())

    @rule(who=_WHO)
    def wait_until_kept(self, who: int) -> None:
        async def wait() -> None:
            one = self._writers[who]
            while one is None or one.code is not None:
                one = await self._connect(who)
            if await one.is_kept():
                self._kept.update(self._open[who])
                self._open[who].clear()

        self._await(wait())

    @rule(who=_WHO)
    def save_together(self, who: int) -> None:
        async def ask() -> None:
            one = self._writers[who]
            if one is not None and one.code is None:
                with suppress(Exception):
                    await one.say(type="save")

        self._await(ask())

    @rule(where=_WHERE)
    def save_by_the_form(self, where: float) -> None:
        reader = Reader(self._instance, self._people[2])
        page, word = get_page(reader, "page"), self._word()
        with suppress(EditConflict):
            save(reader, "page", _with(page.text, where, word), reader.head)
            self._kept.add(word)

    @rule(where=_WHERE)
    def push(self, where: float) -> None:
        word = self._word()
        self._commit(lambda text: _with(text, where, word))
        self._kept.add(word)

    @rule()
    def crash(self) -> None:
        self._stop()
        self._start()

    @rule(who=_WHO)
    def forget_the_document(self, who: int) -> None:
        """Another browser: what was not kept may be lost with the old one."""
        one = self._writers[who]
        if one is not None:
            self._await(one.close())
        self._writers[who] = None
        self._open[who].clear()
        self._await(self._connect(who))

    @rule()
    def let_time_pass(self) -> None:
        self._await(asyncio.sleep(0.25))

    def teardown(self) -> None:
        if not self._pid:
            return  # nothing was begun
        try:
            self._settle()
        finally:
            for one in filter(None, self._writers):
                with suppress(Exception):
                    self._await(one.close())
            self._stop()
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()
            close_instance(self._instance)
            shutil.rmtree(self._folder)

    def _settle(self) -> None:
        for who in (0, 1):
            self.wait_until_kept(who)
        assert self._open == [[], []]

        async def save() -> None:
            while not await self._has_saved():
                await self._connect(0)  # it had died, and that was not seen yet
            while self._texts_differ():
                if (other := self._writers[1]) is None or other.code is not None:
                    await self._connect(1)
                await asyncio.sleep(0.01)

        self._await(save())
        text = get_page(Reader(self._instance, self._people[0]), "page").text
        lost = {word for word in self._kept if word not in text.split()}
        assert not lost, text
        assert "<<<<" not in text

    async def _has_saved(self) -> bool:
        one = self._writers[0]
        assert one is not None
        one.told.clear()
        with suppress(ConnectionClosed):
            await one.say(type="save")
            while one.code is None:
                if any(told["asked"] for told in one.messages("saved")):
                    return True
                await asyncio.sleep(0.01)
        return False

    def _texts_differ(self) -> bool:
        return len({one.words for one in self._writers if one is not None}) > 1

    async def _connect(self, who: int) -> Writer:
        person, old = self._people[who], self._writers[who]
        while True:
            cookie = open_session(self._instance.private, person.id)
            ticket = write_ticket(self._instance.secret, person.id, session_key(cookie), "page")
            with suppress(OSError, TimeoutError, ConnectionClosed, InvalidMessage):
                same = (old.doc, old.epoch) if old else (None, None)
                new = await join(self._port, ticket, *same)
                if await new.is_in(10):
                    assert old is None or new.messages("joined")[0]["same"]
                    self._writers[who] = new
                    return new
            await asyncio.sleep(0.02)

    def _start(self) -> None:
        self._pid = self.zygote.start(self._folder, self._port)

    def _stop(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        self._pid = 0

    def _word(self) -> str:
        self._typed += 1
        return f"w{self._typed}w"

    def _commit(self, change: Any) -> None:
        """As a push leaves it: a commit that no form has seen."""
        repository = self._instance.repository
        with repository.lock():
            head = repository.head()
            blob = repository.read("page.md", head)
            text = change(blob.data.decode() if blob else "")
            commit(repository, head, {"page.md": text.encode()}, Author("G", "g@x"), "push")

    def _await(self, work: Awaitable[Answer]) -> Answer:
        return self._loop.run_until_complete(asyncio.wait_for(work, 90))


def _with(text: str, where: float, word: str) -> str:
    """``text`` with a word more at the end of one of its lines."""
    lines = text.split("\n")
    at = round(where * (len(lines) - 1))
    lines[at] += f" {word}"
    return "\n".join(lines).rstrip() + "\n"


def _founded() -> Path:
    """An empty instance, made once."""
    if not hasattr(_founded, "folder"):
        folder = Path(mkdtemp()) / "instance"
        found(load_settings(folder, environ={}), empty=True)
        _founded.folder = folder  # type: ignore[attr-defined]
    made: Path = _founded.folder  # type: ignore[attr-defined]
    return made


def _account(instance: Any, name: str) -> Any:
    return add_person(
        instance.private, email=f"{name}@example.org", name=name, role="member", password=None
    )


@pytest.fixture
def zygote() -> Iterator[Zygote]:
    """One for the whole test."""
    zygote = Zygote()
    yield zygote
    zygote.close()


def test_no_word_that_was_kept_is_lost(zygote: Zygote) -> None:
    machine = type("Machine", (Interleaving,), {"zygote": zygote})
    asked = settings(
        max_examples=int(os.environ.get("WIKI_INTERLEAVINGS", "3")),
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    # Where a browser was driven before, its loop, which rests now, counts as running here.
    resting = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        run_state_machine_as_test(machine, settings=asked)
    finally:
        asyncio._set_running_loop(resting)
