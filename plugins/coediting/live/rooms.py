"""The rooms that are open: how one is opened, kept on disk, and left."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from typing import Any

from wiki.api.errors import StorageFailed
from wiki.api.plugin import Instance
from wiki.api.tables import Turns
from wiki.api.translation import gettext

from .. import store
from . import commits
from .members import Gathering
from .room import Room
from .save import Saver

_log = logging.getLogger(__name__)


class Rooms:
    """The rooms of ``instance`` in memory, each by its epoch, with those who write there."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.gatherings: dict[str, Gathering] = {}
        self.saver = Saver(instance, self.keep)
        #: the rooms of this node: no other opens them meanwhile
        self.turns = Turns(instance.private)
        self._opening = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._jobs: set[asyncio.Task[None]] = set()

    async def open(self, path: str) -> Gathering:
        """Those who write in the page at ``path``, and who comes. Raises NotFound, StorageFailed.

        The latter also where another machine has the room. ``has_come`` is to be called once
        someone is added, or is not.
        """
        async with self._opening:
            found = next((one for one in self.gatherings.values() if one.room.path == path), None)
            if found is None:
                found = self._opened(await asyncio.to_thread(self._open_room, path))
            found.coming += 1
        try:
            await self.saver.join(found)
        except BaseException:
            self.has_come(found)
            raise
        return found

    def has_come(self, gathering: Gathering) -> None:
        """Who was on their way in is there, or stayed away."""
        gathering.coming -= 1
        if not gathering.members:
            self.start(self.leave(gathering))

    def _open_room(self, path: str) -> store.Kept:
        at = f"coediting@{path}"
        try:
            if self.turns.take(at):
                kept = commits.open_room(self.instance, path)
                if self.turns.take(kept.epoch):
                    # As the node left it that had it before.
                    return store.room_of(self.instance.private, kept.epoch) or kept
        finally:
            self.turns.give(at)
        raise StorageFailed(
            gettext(
                "Others write in this page by another machine of this site. What you write is kept,"
                " and joined with theirs when you save."
            )
        )

    def close(self, epoch: str) -> None:
        """The room leaves the memory; another node may have it."""
        self.gatherings.pop(epoch, None)
        self.turns.give(epoch)

    async def hold(self) -> None:
        """Where other nodes may have these rooms by now, all leave the memory.

        Who is in one comes back to what is on disk, with what they have typed.
        """
        if not await asyncio.to_thread(self.turns.stand):
            _log.warning("rooms are opened again: the connection that held them was lost")
            for one in list(self.gatherings.values()):
                self.close(one.room.epoch)
                for member in list(one.members):
                    member.close(1012)

    async def take_up(self, epoch: str) -> None:
        """Opens a room that nobody is in, for what is not a commit yet."""
        if epoch in self.gatherings:
            return
        async with self._opening:
            if not await asyncio.to_thread(self.turns.take, epoch):
                return
            kept = await asyncio.to_thread(store.room_of, self.instance.private, epoch)
            if kept is None:
                self.turns.give(epoch)
            else:
                self._opened(kept)

    def _opened(self, kept: store.Kept) -> Gathering:
        if kept.epoch not in self.gatherings:
            room = Room(kept, self.instance.settings.max_page)
            self.gatherings[kept.epoch] = Gathering(room)
        return self.gatherings[kept.epoch]

    async def look(self, pause: float, longest: float) -> None:
        """Has saved what is due, and left the rooms that could not be when the last one went."""
        now = time.monotonic()
        for one in list(self.gatherings.values()):
            if one.room.lock.locked():
                continue
            if one.is_due(now, pause, longest):
                self.start(self.save_and_leave(one))
            elif one.is_empty and not one.is_unsaved:
                self.start(self.leave(one))

    async def save_and_leave(self, gathering: Gathering) -> None:
        """A commit, after which nobody may be there any more."""
        await self.saver.save(gathering)
        await self.leave(gathering)

    async def leave(self, gathering: Gathering) -> None:
        """Someone is gone: after the last one, a commit, and the room leaves the memory."""
        room = gathering.room
        if not gathering.is_empty or self.gatherings.get(room.epoch) is not gathering:
            return
        if room.writers and gathering.first is not None:
            await self.saver.save(gathering)
        await self.keep()
        if self.gatherings.get(room.epoch) is not gathering:
            return  # meanwhile left by another way
        # Otherwise it is looked at again (``look``): what holds the lock knows nothing of leaving.
        if gathering.is_empty and not room.lock.locked() and room.is_kept:
            if room.writers and gathering.refused is None:
                return  # not saved yet: the next pause tries again
            self.gatherings.pop(room.epoch, None)
            over = store.forget if room.is_overgrown else store.leave
            await asyncio.to_thread(over, self.instance.private, room.epoch)
            if room.epoch not in self.gatherings:
                self.turns.give(room.epoch)

    async def drop(self, gathering: Gathering) -> None:
        """A room that failed leaves the memory: who is in it comes back to what is on disk."""
        await self.keep()
        self.close(gathering.room.epoch)
        for one in list(gathering.members):
            one.close(1012)

    async def keep(self) -> None:
        """Writes to disk what came, then tells each how much of theirs is there."""
        async with self._writing:
            gatherings = list(self.gatherings.values())
            safe = [(one, one.safe) for each in gatherings for one in each.members]
            batches = [(each.room, each.room.unkept()) for each in gatherings]
            full = [(room, batch) for room, batch in batches if batch is not None]
            if full:
                try:
                    await asyncio.to_thread(
                        store.keep, self.instance.private, [batch for _room, batch in full]
                    )
                except BaseException as error:
                    for room, batch in full:
                        room.put_back(batch)
                    if not isinstance(error, StorageFailed):
                        raise
                    _log.warning("what was typed is not on disk: %s", error)
                    return
            for member, count in safe:
                member.tell_kept(count)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Has ``work`` done meanwhile; what fails in it is logged."""

        async def guarded() -> None:
            try:
                await work
            except Exception:
                _log.exception("work in a room failed")

        task = asyncio.create_task(guarded())
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    async def stop(self) -> None:
        """Ends what is being done, and writes to disk what is there."""
        jobs = list(self._jobs)
        for one in jobs:
            one.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await self.keep()
        self.turns.close()
