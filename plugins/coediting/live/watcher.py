"""What moves elsewhere while people write: rights that go, pages that are saved, moved, deleted."""

import asyncio
import logging
import time
from contextlib import suppress

from wiki.api.errors import NotFound, StorageFailed
from wiki.api.paths import action_url
from wiki.api.translation import gettext, use_language

from . import commits, permissions
from .members import Gathering
from .permissions import Place, Stand
from .rooms import Rooms

#: seconds after which people are looked at though nothing is seen to have moved
_ANYWAY = 30
_log = logging.getLogger(__name__)


class Watch:
    """Looks after ``rooms``, whenever ``look`` is called."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._seen: object = None
        self._rows: object = None
        self._called: object = None
        self._checked = 0.0
        #: by what it was looked last who may write; one look at a time
        self._judged: tuple[str, bytes, object] = ("", b"", None)
        self._judging = asyncio.Lock()

    def anew(self) -> None:
        """Something may have changed since it was looked at: the next look is at everything."""
        self._seen = None

    async def settle(self) -> None:
        """Has gone whoever may write no more, as of this moment: before each word of anybody.

        What is sent or taken without a pause after it is so by the rights of that moment. Where it
        cannot be told whether rows have moved (PostgreSQL), they are looked at by ``look`` alone.
        """
        with suppress(StorageFailed):  # then nobody's rights are changed either
            while (moment := self._moment()) != self._judged:
                async with self._judging:
                    if moment != self._judged:
                        await self._check_people(all_of_them=moment[:2] != self._judged[:2])
                        self._judged = moment

    def _moment(self) -> tuple[str, bytes, object]:
        instance = self._rooms.instance
        rows = instance.private.generation() if instance.private.path is not None else None
        return instance.repository.head(), self._generation(), rows

    async def look(self) -> None:
        """Looks whether rights or pages have moved; where that is not known, nobody stays."""
        instance = self._rooms.instance
        gatherings = self._rooms.gatherings
        if gatherings and not await asyncio.to_thread(permissions.are_known, instance):
            _log.warning("rooms are left: who may write in them is not known")
            for one in list(gatherings.values()):
                self._rooms.lose(one)
            return
        moment = (instance.repository.head(), self._generation())
        rows = instance.private.generation()
        now = time.monotonic()
        moved = moment != self._seen
        if not (moved or (rows != self._rows) or now - self._checked > _ANYWAY):
            return
        self._seen, self._rows, self._checked = moment, rows, now
        await self._check_people(all_of_them=moved)
        if moved:
            try:
                await self._check_pages()
            except StorageFailed as error:
                _log.warning("pages are looked at again: %s", error)
                self.anew()

    def _generation(self) -> bytes:
        try:
            file = self._rooms.instance.settings.instance / "index" / "generation"
            return file.read_bytes()[:64]
        except OSError:
            return b""

    async def _check_people(self, *, all_of_them: bool) -> None:
        gatherings = self._rooms.gatherings.values()
        members = [(one, each) for each in gatherings for one in each.members if not one.over]
        places = {Place(one.session, each.room.path) for one, each in members}
        if not places:
            return
        people = {one.person.id: one.person for one, _each in members}
        called = await asyncio.to_thread(
            permissions.called, self._rooms.instance, list(people.values())
        )
        all_of_them = all_of_them or called != self._called
        self._called = called
        may = await asyncio.to_thread(
            permissions.who_may if all_of_them else permissions.who_is, self._rooms.instance, places
        )
        changed = False
        for one, each in members:
            person = may.get(Place(one.session, each.room.path))
            if person is None:
                with use_language(one.person.lang):
                    words = gettext(
                        "You may no longer write in this page. What you wrote until now is kept."
                    )
                one.expel(words)
            elif person != one.person:
                one.person, changed = person, True
        if changed and not all_of_them:
            await self._check_people(all_of_them=True)

    async def _check_pages(self) -> None:
        open_ones = self._rooms.gatherings
        stands = [
            Stand(room.epoch, room.path, room.birth, room.base_text)
            for room in (one.room for one in open_ones.values())
        ]
        absent, changed = await asyncio.to_thread(
            permissions.otherwise, self._rooms.instance, stands
        )
        for epoch in absent:
            if (gathering := open_ones.get(epoch)) is not None:
                await self._find_again(gathering)
        for epoch in changed:
            if (gathering := open_ones.get(epoch)) is not None:
                with suppress(NotFound):
                    await self._rooms.saver.join(gathering)

    async def _find_again(self, gathering: Gathering) -> None:
        """The page of a room is not where it was: it has moved, or is gone."""
        room, instance = gathering.room, self._rooms.instance
        async with room.lock:
            await self._rooms.keep()
            found = await asyncio.to_thread(commits.find_again, instance, room.epoch, room.path)
            if found is not None:
                room.path, room.birth = found
                gathering.tell("moved", path=room.path, url=action_url("edit", room.path))
                self.anew()
                return
            self._rooms.gatherings.pop(room.epoch, None)
            await asyncio.to_thread(commits.give_back, instance, room.epoch)
            self._rooms.close(room.epoch)
            for one in list(gathering.members):
                with use_language(one.person.lang):
                    words = gettext("This page was deleted. What you wrote is kept as a draft.")
                one.end(4404, "gone", words)
