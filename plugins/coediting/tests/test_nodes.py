"""A page that is written in at two nodes has one room, which moves when its node lets go of it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pycrdt import Doc, Text
from sqlalchemy import make_url, text
from websockets.exceptions import ConnectionClosed

from tests.faults.nodes import new_folder
from tests.faults.postgres import Proxy
from tests.nodes.conftest import git_host, given  # noqa: F401 - fixtures
from tests.nodes.git_hosts import GitHost
from tests.nodes.proxy import Proxy as HostProxy
from tests.people.conftest import own_database
from wiki.config import Settings, load_settings
from wiki.editing.save import save
from wiki.errors import StorageFailed
from wiki.instance import Instance, close_instance, open_instance
from wiki.parts.creation import found
from wiki.parts.node import begin_sharing, join
from wiki.people.accounts import add_person
from wiki.reading import Reader
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing.wikis import opened

from . import clients
from .clients import part, run, until, writer
from .conftest import live_process

#: of whoever has a turn in this test's database
_ENDED = """
SELECT pg_terminate_backend(pid) FROM pg_locks
WHERE locktype = 'advisory'
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_HELD = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_TEXT = "# Une page\n"


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[tuple[Instance, Instance]]:
    """Two nodes of a wiki that has a page."""
    with ExitStack() as opened:
        url = opened.enter_context(own_database())
        first = new_folder(tmp_path / "first", url)
        second = new_folder(tmp_path / "second", url, first)
        instances = []
        for folder in (first, second):
            instances.append(open_instance(load_settings(folder, environ={})))
            opened.callback(close_instance, instances[-1])
        repository, author = instances[0].repository, Author("Une main", "main@people.invalid")
        commit(repository, repository.head(), {"page.md": _TEXT.encode()}, author, "e")
        yield instances[0], instances[1]


class Hand:
    """Someone's document of a room's text, who types at its end."""

    def __init__(self, instance: Instance, name: str, whole: bytes) -> None:
        self.person = add_person(
            instance.private, email=f"{name.lower()}@example.net", name=name
        ).id
        self._doc: Doc[Text] = Doc()
        self._text = self._doc.get("text", type=Text)
        self._doc.apply_update(whole)

    def type(self, words: str) -> bytes:
        before = self._doc.get_state()
        self._text.insert(len(self._text), words)
        return self._doc.get_update(before)


def test_a_room_is_at_one_node_and_goes_to_the_one_that_asks(
    nodes: tuple[Instance, Instance],
) -> None:
    async def write() -> None:
        here, there = (part("live.rooms").Rooms(one) for one in nodes)
        gathering = await here.open("page")
        epoch = gathering.room.epoch
        awa = Hand(nodes[0], "Awa", gathering.room.whole)
        gathering.take(awa.type("avant\n"), awa.person)
        await there.take_up(epoch)
        assert not there.gatherings
        # Another is asked for it, and has it as it was left, what nobody had kept yet too.
        came = asyncio.create_task(there.open("page"))
        await until(here.turns.asked)
        await here.hold()
        moved = await came
        assert not here.gatherings and moved.room.epoch == epoch
        assert moved.room.words == f"{_TEXT}avant\n" and set(moved.room.writers) == {awa.person}
        # There it stays for a while, and goes back to who still asks then.
        back = asyncio.create_task(here.open("page"))
        await until(there.turns.asked)
        await there.hold()
        assert list(there.gatherings) == [epoch]
        moved.stays = 0
        await there.hold()
        assert (await back).room.words == f"{_TEXT}avant\n"
        assert not here.turns.asked() and not there.turns.asked()
        # A node that stops leaves it to whoever comes.
        await here.stop()
        assert (await there.open("page")).room.epoch == epoch
        await there.stop()

    run(write())
    with nodes[0].private.reading() as session:
        assert session.query(part("models").RoomRow).count() == 1


def test_who_has_lost_a_room_writes_no_more_to_it(nodes: tuple[Instance, Instance]) -> None:
    private = nodes[0].private

    def held() -> int:
        with private.reading() as session:
            return int(session.scalar(text(_HELD)) or 0)

    async def lose(rooms: Any) -> None:
        """The server has lost who has it, who does not know that yet."""
        await asyncio.to_thread(private.execute, text(_ENDED))
        await until(lambda: not held())
        rooms.turns.asked()  # by a connection that is no more: none is tried for a moment
        await until(lambda: not rooms.instance.private.unreachable)

    async def write() -> None:
        here, there = (part("live.rooms").Rooms(one) for one in nodes)
        old = await here.open("page")
        epoch = old.room.epoch
        awa = Hand(nodes[0], "Awa", old.room.whole)
        marc = Hand(nodes[0], "Marc", old.room.whole)
        await lose(here)
        new = await there.open("page")
        assert new.room.epoch == epoch
        new.take(marc.type("par Marc\n"), marc.person)
        old.take(awa.type("par Awa\n"), awa.person)
        # The old one would have been first, with words that the new one does not have.
        head = nodes[0].repository.head()
        await here.saver.save(old)
        assert nodes[0].repository.head() == head and not here.gatherings
        await there.saver.save(new)
        kept = part("store").room_of(private, epoch)
        assert kept is not None and kept.base == nodes[0].repository.head() != head
        assert kept.base_text == f"{_TEXT}par Marc\n"
        # Nor does it say what is saved, nor end the room, nor write it anew.
        store, number = part("store"), old.room.number
        assert not store.set_base(private, epoch, number, head, _TEXT, {})
        store.leave(private, epoch, number, over=True)
        batch = store.Batch(epoch, number + 1, b"\0\0", {}, b"\0\0")
        assert store.keep(private, [batch]) == {epoch}
        assert store.room_of(private, epoch) == kept
        # Whoever finds that out by itself lets go of all.
        await lose(there)
        await there.hold()
        assert not there.gatherings
        with pytest.raises(StorageFailed):
            await here.open("page")
        await here.hold()
        again = await here.open("page")
        assert again.room.words == f"{_TEXT}par Marc\n"
        await asyncio.gather(here.stop(), there.stop())

    run(write())


def test_a_node_that_has_not_heard_of_a_save_takes_nothing_out_again(
    given: Callable[..., Settings],  # noqa: F811
) -> None:
    with ExitStack() as stack:
        found(given("a"))
        a = stack.enter_context(opened(given("a")))
        begin_sharing(a.repository, a.proposed)
        awa = add_person(a.private, email="awa@example.net", name="Awa")
        save(Reader(a, awa), "page", _TEXT, a.repository.head())
        assert join(given("b"))
        b = replace(stack.enter_context(opened(given("b"))), fresh=None)

        async def write() -> None:
            async with (
                live_process(a) as world,
                writer(world.port, world.ticket(awa)) as one,
            ):
                await one.type("Un mot.\n")
                await one.say(type="save")
                saved = await one.hear("saved")
            save(Reader(a, awa), "neuf", "# Neuf\n", a.repository.head())
            assert b.repository.head() not in (saved["commit"], a.repository.head())
            async with live_process(b) as world:
                # Nobody tells it: it asks, by what the room and the ticket say.
                async with writer(world.port, world.ticket(awa)) as two:
                    assert two.words == f"{_TEXT}Un mot.\n" and two.base == saved["commit"]
                assert world.text() == two.words
                save(Reader(a, awa), "plus-neuf", "# Plus neuf\n", a.repository.head())
                ticket = world.ticket(awa, "plus-neuf", commit=a.repository.head())
                async with writer(world.port, ticket) as three:
                    assert three.words == "# Plus neuf\n"

        run(write())


def test_a_node_that_has_not_heard_that_a_page_was_closed_shows_it_to_nobody(
    given: Callable[..., Settings],  # noqa: F811
) -> None:
    """Its clone learns of it while it opens the room, after it has looked at who comes."""
    with ExitStack() as stack:
        found(given("a"))
        a = stack.enter_context(opened(given("a")))
        begin_sharing(a.repository, a.proposed)
        awa = add_person(a.private, email="awa@example.net", name="Awa", role="admin")
        marc = add_person(a.private, email="marc@example.net", name="Marc")
        save(Reader(a, awa), "page", _TEXT, a.repository.head())
        assert join(given("b"))
        b = replace(stack.enter_context(opened(given("b"))), fresh=None)

        async def write() -> None:
            closed = f"---\nvisibility: team\nteam: []\n---\n{_TEXT}Un secret.\n"
            async with live_process(a) as world, writer(world.port, world.ticket(awa)) as one:
                save(Reader(a, awa), "page", closed, a.repository.head())
                await one.until(lambda: "secret" in one.words)
                await one.hear("merged")  # the room says by now which commit it holds
            async with live_process(b) as world:
                ticket = world.ticket(marc, commit=b.repository.head())
                two = await clients.join(world.port, ticket)
                assert not await two.is_in() and two.code == 4403
                assert not two.words and not two.messages("joined")
                await two.close()
                async with writer(world.port, world.ticket(awa)) as three:
                    assert "secret" in three.words

        run(write())


def test_a_node_that_reaches_nothing_lets_nobody_into_a_room_and_keeps_nobody_there(
    given: Callable[..., Settings],  # noqa: F811
    git_host: GitHost,  # noqa: F811
) -> None:
    with ExitStack() as stack:
        there = urlsplit(given("a").shared_repository)
        host = HostProxy(there.port or 0)
        stack.callback(host.close)
        settings = given("a", shared_repository=f"http://127.0.0.1:{host.port}{there.path}")
        found(settings)
        a = stack.enter_context(opened(settings))
        begin_sharing(a.repository, a.proposed)
        awa = add_person(a.private, email="awa@example.net", name="Awa")
        save(Reader(a, awa), "page", _TEXT, a.repository.head())

        async def write() -> None:
            # Nothing is heard here: each time it is asked.
            async with live_process(a) as world:
                async with writer(world.port, world.ticket(awa)) as one:
                    await one.type("Un mot.\n")
                    await one.all_kept()
                    host.off = True
                    assert await one.closed() == 1012
                refused = await clients.join(world.port, world.ticket(awa))
                assert await refused.closed() == 1011 and not refused.words
                await refused.close()
                host.off = False
                await until(lambda: a.fresh is None or a.fresh.knows())
                async with writer(world.port, world.ticket(awa), one.doc, one.epoch) as again:
                    await again.all_kept()
                    assert again.words == f"{_TEXT}Un mot.\n"

        run(write())


def test_while_postgresql_is_gone_each_writes_alone_and_nothing_is_lost(tmp_path: Path) -> None:
    with ExitStack() as stack:
        url = make_url(stack.enter_context(own_database()))
        line = Proxy(url.port or 5432)
        stack.callback(line.close)
        through = url.set(port=line.port).render_as_string(hide_password=False)
        folder = new_folder(tmp_path / "node", through)
        instance = stack.enter_context(opened(load_settings(folder, environ={})))
        people = [
            add_person(instance.private, email=f"{name}@example.net", name=name)
            for name in ("awa", "marc")
        ]
        save(Reader(instance, people[0]), "page", _TEXT, instance.repository.head())

        async def write() -> None:
            async with live_process(instance) as world:
                docs = []
                late = world.ticket(people[0])
                async with (
                    writer(world.port, world.ticket(people[0])) as awa,
                    writer(world.port, world.ticket(people[1])) as marc,
                ):
                    for one in (awa, marc):
                        await one.type("avant ")
                        await one.all_kept()
                    line.cut()
                    for one, words in ((awa, "par Awa "), (marc, "par Marc ")):
                        with suppress(ConnectionClosed):
                            await one.type(words)
                        # No word is said to be kept that is not, and nobody is left waiting for it.
                        assert await one.closed() == 1012 and one.kept < one.sent
                        docs.append((one.doc, one.epoch))
                refused = await clients.join(world.port, late, *docs[0])
                assert await refused.closed() == 1011 and refused.messages("error")
                await refused.close()
                line.mend()
                await until(lambda: not instance.private.unreachable)
                for person, (doc, epoch) in zip(people, docs, strict=True):
                    ticket = world.ticket(person)
                    async with writer(world.port, ticket, doc, epoch) as one:
                        assert one.messages("joined")[0]["same"]
                        await one.all_kept()
                        words = one.words
            typed = ["avant", "avant", "par", "Awa", "par", "Marc"]
            assert Counter(words.split()) == Counter([*_TEXT.split(), *typed])

        run(write())
