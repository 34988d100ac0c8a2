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

#: seconds for which a room that another machine has is waited for, and between two looks
_PATIENCE, _PAUSE = 5.0, 0.1
#: seconds for which a room stays where it was asked to: where a proxy does not bring all who write
#: in a page to one machine, it would go to and fro
_STAYS = 30.0
_log = logging.getLogger(__name__)


class Rooms:
    """The rooms of ``instance`` in memory, each by its epoch, with those who write there."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.gatherings: dict[str, Gathering] = {}
        self.saver = Saver(instance, self.write, self.set_base)
        #: the rooms of this node: no other opens them meanwhile
        self.turns = Turns(instance.private)
        self._opening = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._jobs: set[asyncio.Task[None]] = set()

    async def open(self, path: str) -> Gathering:
        """Those who write in the page at ``path``, and who comes. Raises NotFound, StorageFailed.

        The latter also where another machine keeps the room. ``has_come`` is to be called once
        someone is added, or is not.
        """
        found = await self._find(path)
        try:
            await self.saver.join(found)
            self.check(found)
        except BaseException:
            self.has_come(found)
            raise
        return found

    async def _find(self, path: str) -> Gathering:
        until, asked = time.monotonic() + _PATIENCE, ""
        try:
            while True:
                async with self._opening:
                    rooms = self.gatherings.values()
                    found = next((one for one in rooms if one.room.path == path), None)
                    if found is None:
                        kept, epoch = await asyncio.to_thread(self._open_room, path)
                        if kept is not None:
                            found = self._opened(kept)
                            found.stays += _STAYS if asked else 0
                        asked = epoch or asked
                    if found is not None:
                        found.coming += 1
                        return found
                if time.monotonic() > until:
                    raise StorageFailed(_elsewhere())
                await asyncio.sleep(_PAUSE)
        finally:
            if asked:
                await asyncio.to_thread(self.turns.withdraw, asked)

    def has_come(self, gathering: Gathering) -> None:
        """Who was on their way in is there, or stayed away."""
        gathering.coming -= 1
        if not gathering.members:
            self.start(self.leave(gathering))

    def _open_room(self, path: str) -> tuple[store.Kept | None, str]:
        """The room of the page, where no other machine has it, and its epoch."""
        at = f"coediting@{path}"
        try:
            if not self.turns.take(at):
                return None, ""
            epoch = commits.open_room(self.instance, path).epoch
            return self._claimed(epoch, ask=True), epoch
        finally:
            self.turns.give(at)

    def _claimed(self, epoch: str, *, ask: bool = False) -> store.Kept | None:
        """The room as whoever had it before left it; None where another machine has it."""
        if not self.turns.take(epoch, ask=ask):
            return None
        kept = None
        try:
            kept = store.claim(self.instance.private, epoch)
            if kept is not None:
                commits.reach(self.instance, kept.base)
        except BaseException:
            self.turns.give(epoch)
            raise
        if kept is None:
            self.turns.give(epoch)
        return kept

    def close(self, epoch: str) -> None:
        """The room leaves the memory; another node may have it."""
        self.gatherings.pop(epoch, None)
        self.turns.give(epoch)

    def lose(self, gathering: Gathering) -> None:
        """The room leaves the memory; who is in it comes back to where it is, with what they typed.

        That is not on disk as long as they were not told so: no other word of theirs is taken.
        """
        self.close(gathering.room.epoch)
        for one in list(gathering.members):
            one.close(1012)

    async def hold(self) -> None:
        """Gives up the rooms that other nodes ask for; all, where they may have them by now."""
        if not await asyncio.to_thread(self.turns.stand):
            _log.warning("rooms are opened again: the connection that held them was lost")
            for one in list(self.gatherings.values()):
                self.lose(one)
            return
        for epoch in await asyncio.to_thread(self.turns.asked):
            found = self.gatherings.get(epoch)
            if found is not None and found.stays <= time.monotonic():
                self.start(self._give_up(found))

    async def _give_up(self, gathering: Gathering) -> None:
        async with gathering.room.lock:  # what is being saved is saved here
            if self.gatherings.get(gathering.room.epoch) is gathering:
                await self.write(gathering)
                self.lose(gathering)

    async def take_up(self, epoch: str) -> None:
        """Opens a room that nobody is in, for what is not a commit yet."""
        if epoch in self.gatherings:
            return
        async with self._opening:
            if (kept := await asyncio.to_thread(self._claimed, epoch)) is not None:
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
            left = self.instance.private, room.epoch, room.number
            await asyncio.to_thread(store.leave, *left, over=room.is_overgrown)
            if room.epoch not in self.gatherings:
                self.turns.give(room.epoch)

    async def drop(self, gathering: Gathering) -> None:
        """A room that failed leaves the memory: who is in it comes back to what is on disk."""
        await self.keep()
        self.lose(gathering)

    async def keep(self) -> None:
        """Writes to disk what came, then tells each how much of theirs is there."""
        try:
            await self._write()
        except StorageFailed as error:
            _log.warning("what was typed is not on disk: %s", error)

    async def write(self, gathering: Gathering) -> None:
        """As ``keep``. Raises StorageFailed where what is in this room is not on disk.

        What git has and the rows do not would stand twice once its writers bring it again.
        """
        await self._write()
        self.check(gathering)

    def check(self, gathering: Gathering) -> None:
        """Raises StorageFailed where the room has been lost meanwhile."""
        if self.gatherings.get(gathering.room.epoch) is not gathering:
            raise StorageFailed(gettext("The page connects again."))

    async def set_base(self, gathering: Gathering) -> None:
        """Writes to disk which commit the room holds all of. Raises StorageFailed."""
        room = gathering.room
        async with self._writing:
            values = room.epoch, room.number, room.base, room.base_text, dict(room.writers)
            if not await asyncio.to_thread(store.set_base, self.instance.private, *values):
                self.lose(gathering)
        self.check(gathering)

    async def _write(self) -> None:
        async with self._writing:
            gatherings = list(self.gatherings.values())
            safe = [(one, one.safe) for each in gatherings for one in each.members]
            batches = [(each.room, each.room.unkept()) for each in gatherings]
            full = [(room, batch) for room, batch in batches if batch is not None]
            if full:
                try:
                    others = await asyncio.to_thread(
                        store.keep, self.instance.private, [batch for _room, batch in full]
                    )
                except BaseException:
                    for room, batch in full:
                        room.put_back(batch)
                    raise
                for each in gatherings:
                    if each.room.epoch in others:
                        _log.warning("another process has the room of %s by now", each.room.path)
                        self.lose(each)
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
        """Ends what is being done, and writes to disk what is there: others go on from that."""
        jobs = list(self._jobs)
        for one in jobs:
            one.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await self.keep()
        for each in list(self.gatherings.values()):
            self.lose(each)
        self.turns.close()


def _elsewhere() -> str:
    return gettext(
        "Others write in this page by another machine of this site. What you write is kept,"
        " and joined with theirs when you save."
    )
