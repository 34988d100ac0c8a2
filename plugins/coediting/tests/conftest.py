"""A live process inside the test, at a port of its own, and people who write through it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest

from wiki.instance import Instance
from wiki.people.accounts.sessions import open_session, session_key
from wiki.people.person import Person
from wiki.testing import free_port

from .clients import part

Live, Pace = part("live.server").Live, part("live.server").Pace
write_ticket = part("tickets").write_ticket

#: no pause makes a commit, unless a test asks for it
QUICK = Pace(keep=0.02, look=0.05, pause=3_600, longest=3_600, here=0.05, come=3_600)


class World:
    """One instance with its live process at ``port``."""

    def __init__(self, instance: Instance, live: Any, port: int) -> None:
        self.instance = instance
        self.live = live
        self.port = port

    def ticket(
        self, person: Person, path: str = "page", cookie: str | None = None, commit: str = ""
    ) -> str:
        cookie = cookie or open_session(self.instance.private, person.id)
        made: str = write_ticket(self.instance.secret, person.id, session_key(cookie), path, commit)
        return made

    def text(self, path: str = "page") -> str:
        repository = self.instance.repository
        blob = repository.read(f"{path}.md", repository.head())
        return blob.data.decode() if blob else ""

    def message(self) -> str:
        repository = self.instance.repository
        return repository.commit_info(repository.head()).message


@pytest.fixture
def running(instance: Instance) -> Callable[..., Any]:
    """``async with running(pace=QUICK) as world``; see ``live_process``."""
    return partial(live_process, instance)


@asynccontextmanager
async def live_process(instance: Instance, pace: Any = QUICK) -> AsyncIterator[World]:
    """The live process of ``instance``, inside of this one."""
    live, port, over = Live(instance, pace), free_port(), asyncio.Event()
    listener = socket.create_server(("127.0.0.1", port))
    serving = asyncio.create_task(live.run(listener, over.is_set))
    await asyncio.to_thread(_answers, port)
    try:
        yield World(instance, live, port)
    finally:
        over.set()
        await serving


def _answers(port: int) -> None:
    import socket
    import time

    for _try in range(3000):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("the live process does not listen")
