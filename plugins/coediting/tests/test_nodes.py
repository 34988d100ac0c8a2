"""A page that is written in at two nodes has one room, which moves when its node lets go of it."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.faults.nodes import new_folder
from tests.people.conftest import own_database
from wiki.config import load_settings
from wiki.errors import StorageFailed
from wiki.instance import close_instance, open_instance
from wiki.repository.commit import commit
from wiki.repository.objects import Author

from .clients import part, run

#: of whoever has a turn in this test's database
_ENDED = """
SELECT pg_terminate_backend(pid) FROM pg_locks
WHERE locktype = 'advisory'
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def test_a_room_is_at_one_node_and_nothing_typed_is_lost(tmp_path: Path) -> None:
    with ExitStack() as opened:
        url = opened.enter_context(own_database())
        first = new_folder(tmp_path / "first", url)
        second = new_folder(tmp_path / "second", url, first)
        instances = []
        for folder in (first, second):
            instances.append(open_instance(load_settings(folder, environ={})))
            opened.callback(close_instance, instances[-1])
        one, repository = instances[0], instances[0].repository
        author = Author("Une main", "main@people.invalid")
        commit(repository, repository.head(), {"page.md": b"# Une page\n"}, author, "e")

        async def write() -> None:
            rooms = part("live.rooms").Rooms
            here, there = rooms(one), rooms(instances[1])
            gathering = await here.open("page")
            epoch = gathering.room.epoch
            with pytest.raises(StorageFailed, match="autre machine"):
                await there.open("page")
            await there.take_up(epoch)
            assert not there.gatherings
            assert not await asyncio.to_thread(there.turns.take, epoch)
            await here.stop()
            assert (await there.open("page")).room.epoch == epoch
            assert not await asyncio.to_thread(here.turns.take, epoch)
            # The server has lost who had it: another may have it by now.
            await asyncio.to_thread(one.private.execute, text(_ENDED))
            await there.hold()
            assert not there.gatherings
            again = await here.open("page")
            assert again.room.epoch == epoch
            await here.hold()
            assert list(here.gatherings) == [epoch]
            await asyncio.gather(here.stop(), there.stop())

        run(write())
        with one.private.reading() as session:
            assert session.query(part("models").RoomRow).count() == 1
