"""The live process: connections come and go, rooms are opened, kept, watched and left.

::

    connection ──▶ hear ──▶ room ──▶ the others        at once
                              ├──▶ rows                every quarter of a second
                              └──▶ a commit            asked for, at a pause, when all are gone
    head, generation, private rows moved ──▶ who may still write; what was saved elsewhere
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from wiki.api import (
    Instance,
    NotFound,
    StorageFailed,
    WikiError,
    action_url,
    allowed_hosts,
    gettext,
    use_language,
)

from . import checking, committing, keeping
from .checking import Place, Stand
from .gathering import Gathering
from .member import Member
from .room import Broken, Room
from .saving import Saver
from .tickets import read_ticket, told_apart

ADDRESS = "/-/coediting/live"
#: bytes of one message; what is larger is answered in words, unless it is out of all measure
LARGEST, _READ = 2_000_000, 16_000_000
#: bytes of the first one, from who has not shown a ticket yet, and messages that wait to be heard
_FIRST, _WAITING = 20_000, 8
#: connections altogether
_MOST = 1_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """Seconds: to disk, between looks, of a pause, of writing without one, for who is here."""

    keep: float = 0.25
    look: float = 0.3
    pause: float = 20.0
    longest: float = 300.0
    here: float = 2.0
    sweep: float = 3_600.0
    forget: timedelta = timedelta(days=30)


class Refused(Exception):
    """Somebody is not let in: the code to close with, and why."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class Live:
    """The rooms of ``instance``, and those who write in them."""

    def __init__(self, instance: Instance, pace: Pace | None = None) -> None:
        self.instance = instance
        self._pace = pace or Pace()
        self._hosts = allowed_hosts(instance.settings)
        self.gatherings: dict[str, Gathering] = {}
        self._opening = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._saver = Saver(instance, self.keep)
        self._shown: dict[str, float] = {}
        self._jobs: set[asyncio.Task[None]] = set()
        self._connections = 0
        self._seen: object = None
        self._rows: object = None
        self._checked = 0.0

    async def run(self, host: str, port: int, stopped: Callable[[], bool]) -> None:
        """Serves until ``stopped()``. Raises OSError where the port cannot be had."""
        pace = self._pace
        async with serve(
            self._handle,
            host,
            port,
            process_request=self._look_at,
            compression=None,
            max_size=_FIRST,
            max_queue=_WAITING,
            server_header=None,
            logger=logging.getLogger("coediting.connections"),
        ) as server:
            loops = [
                asyncio.create_task(self._every(pace.keep, self.keep)),
                asyncio.create_task(self._every(pace.look, self._watch)),
                asyncio.create_task(self._every(min(0.5, pace.pause), self._save_due)),
                asyncio.create_task(self._every(pace.here, self._tell_here)),
                asyncio.create_task(self._every(pace.sweep, self._sweep)),
            ]
            while not stopped():
                await asyncio.sleep(0.1)
            for one in [*loops, *self._jobs]:
                one.cancel()
            await asyncio.gather(*loops, *self._jobs, return_exceptions=True)
            await self.keep()
            server.close(code=1012)
            await server.wait_closed()

    def _look_at(self, connection: ServerConnection, request: Request) -> Response | None:
        """Whether a request may become a connection: its address, and which site it comes from."""
        origin = urlsplit(request.headers.get("Origin", "")).netloc
        if request.path != ADDRESS:
            return connection.respond(HTTPStatus.NOT_FOUND, "")
        if origin not in self._hosts or request.headers.get("Host", "") not in self._hosts:
            return connection.respond(HTTPStatus.FORBIDDEN, "")
        if self._connections >= _MOST:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "")
        return None

    async def _handle(self, connection: ServerConnection) -> None:
        self._connections += 1
        try:
            gathering, member = await self._join(connection)
        except Refused as error:
            with suppress(ConnectionClosed):
                said = {"type": "error" if error.code != 4403 else "rights", "words": error.words}
                await connection.send(json.dumps(said, ensure_ascii=False))
                await connection.close(error.code)
            return
        except (ConnectionClosed, TimeoutError):
            return
        finally:
            self._connections -= 1
        connection.protocol.max_message_size = _READ
        self._connections += 1
        sender = asyncio.create_task(member.run())
        try:
            async for message in connection:
                await member.take_turn()
                if member.over:
                    break
                await self._hear(gathering, member, message)
        except ConnectionClosed:
            pass
        finally:
            self._connections -= 1
            gathering.remove(member)
            member.close(1000)
            self._start(self._left(gathering))
            await sender

    async def _join(self, connection: ServerConnection) -> tuple[Gathering, Member]:
        """Lets in who shows a ticket. Raises Refused."""
        async with asyncio.timeout(10):
            first = _json(await connection.recv())
        ticket = read_ticket(self.instance.secret, first.get("ticket"))
        if first.get("type") != "join" or ticket is None or not self._is_new(ticket.number):
            raise Refused(4401, gettext("The page connects again."))
        place = Place(ticket.session, ticket.path)
        try:
            person = await asyncio.to_thread(checking.let_in, self.instance, place, ticket.person)
            gathering = await self._open(ticket.path)
        except StorageFailed as error:
            raise Refused(1011, error.words) from error
        except WikiError as error:
            raise Refused(4403, error.words) from error
        try:
            me = told_apart(self.instance.secret, person.id)
            with use_language(person.lang):
                if gathering.is_full(me):
                    raise Refused(4409, gettext("Too many people or tabs write in this page."))
            member = Member(connection, person, ticket.session, me, gathering.free_colour(me))
            gathering.add(member, first.get("epoch"))
        finally:
            self._has_come(gathering)
        self._seen = None  # rights may have gone since they were looked at
        return gathering, member

    def _is_new(self, number: str) -> bool:
        """Whether no connection was opened with this ticket."""
        now = time.monotonic()
        self._shown = {one: when for one, when in self._shown.items() if now - when < 90}
        if number in self._shown:
            return False
        self._shown[number] = now
        return True

    async def _open(self, path: str) -> Gathering:
        """Those who write in the page at ``path``, and who comes. Raises NotFound, StorageFailed.

        Once someone is added, or is not, ``coming`` goes down.
        """
        async with self._opening:
            found = next((one for one in self.gatherings.values() if one.room.path == path), None)
            if found is None:
                kept = await asyncio.to_thread(committing.open_room, self.instance, path)
                found = self._opened(kept)
            found.coming += 1
        try:
            await self._saver.join(found)
        except BaseException:
            self._has_come(found)
            raise
        return found

    def _has_come(self, gathering: Gathering) -> None:
        gathering.coming -= 1
        if not gathering.members:
            self._start(self._left(gathering))

    def _opened(self, kept: keeping.Kept) -> Gathering:
        if kept.epoch not in self.gatherings:
            room = Room(kept, self.instance.settings.max_page)
            self.gatherings[kept.epoch] = Gathering(room)
        return self.gatherings[kept.epoch]

    async def _hear(self, gathering: Gathering, member: Member, message: bytes | str) -> None:
        if isinstance(message, bytes):
            if len(message) > LARGEST:
                gathering.refuse_length(member)
                return
            try:
                gathering.hear(member, message)
            except Broken:
                _log.exception("a room failed; it is taken up again from disk")
                await self.keep()
                self.gatherings.pop(gathering.room.epoch, None)
                for one in list(gathering.members):
                    one.close(1012)
            return
        said = _json(message)
        if said.get("type") == "save":
            words = said.get("message")
            asked = str(words)[:1_000] if isinstance(words, str) else ""
            await self._saver.save(gathering, asked, member)
        elif said.get("type") == "leave":
            member.close(1000)

    async def _left(self, gathering: Gathering) -> None:
        """Someone is gone: after the last one, a commit, and the room leaves the memory."""
        room = gathering.room
        if not gathering.is_empty or self.gatherings.get(room.epoch) is not gathering:
            return
        if room.writers and gathering.first is not None:
            await self._saver.save(gathering)
        await self.keep()
        if gathering.is_empty and not room.lock.locked() and room.is_kept:
            if room.writers and gathering.refused is None:
                return  # not saved yet: the next pause tries again
            self.gatherings.pop(room.epoch, None)
            over = keeping.forget if room.is_overgrown else keeping.leave
            await asyncio.to_thread(over, self.instance.private, room.epoch)

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
                        keeping.keep, self.instance.private, [batch for _room, batch in full]
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

    async def _watch(self) -> None:
        """Looks whether rights or pages have moved."""
        moment = (self.instance.repository.head(), self._generation())
        rows = self.instance.private.generation()
        now = time.monotonic()
        moved = moment != self._seen
        if not (moved or (rows != self._rows) or now - self._checked > 30):
            return
        self._seen, self._rows, self._checked = moment, rows, now
        await self._check_people(all_of_them=moved)
        if moved:
            await self._check_pages()

    def _generation(self) -> bytes:
        try:
            file = self.instance.settings.instance / "index" / "generation"
            return file.read_bytes()[:64]
        except OSError:
            return b""

    async def _check_people(self, *, all_of_them: bool) -> None:
        members = [
            (one, each) for each in self.gatherings.values() for one in each.members if not one.over
        ]
        places = {Place(one.session, each.room.path) for one, each in members}
        if not places:
            return
        may = await asyncio.to_thread(
            checking.who_may if all_of_them else checking.who_is, self.instance, places
        )
        changed = False
        for one, each in members:
            person = may.get(Place(one.session, each.room.path))
            if person is None:
                with use_language(one.person.lang):
                    words = gettext(
                        "You may no longer write in this page. What you wrote until now is kept."
                    )
                one.end(4403, "rights", words)
            elif person != one.person:
                one.person, changed = person, True
        if changed and not all_of_them:
            await self._check_people(all_of_them=True)

    async def _check_pages(self) -> None:
        stands = [
            Stand(room.epoch, room.path, room.birth, room.base_text)
            for room in (one.room for one in self.gatherings.values())
        ]
        absent, changed = await asyncio.to_thread(checking.otherwise, self.instance, stands)
        for epoch in absent:
            if (gathering := self.gatherings.get(epoch)) is not None:
                await self._find_again(gathering)
        for epoch in changed:
            if (gathering := self.gatherings.get(epoch)) is not None:
                with suppress(NotFound):
                    await self._saver.join(gathering)

    async def _find_again(self, gathering: Gathering) -> None:
        """The page of a room is not where it was: it has moved, or is gone."""
        room = gathering.room
        async with room.lock:
            await self.keep()
            found = await asyncio.to_thread(
                committing.find_again, self.instance, room.epoch, room.path
            )
            if found is not None:
                room.path, room.birth = found
                gathering.tell("moved", path=room.path, url=action_url("edit", room.path))
                self._seen = None
                return
            self.gatherings.pop(room.epoch, None)
            await asyncio.to_thread(committing.give_back, self.instance, room.epoch)
            for one in list(gathering.members):
                with use_language(one.person.lang):
                    words = gettext("This page was deleted. What you wrote is kept as a draft.")
                one.end(4404, "gone", words)

    async def _save_due(self) -> None:
        now, pace = time.monotonic(), self._pace
        for one in list(self.gatherings.values()):
            if one.is_due(now, pace.pause, pace.longest) and not one.room.lock.locked():
                self._start(self._save_and_leave(one))

    async def _save_and_leave(self, gathering: Gathering) -> None:
        await self._saver.save(gathering)
        await self._left(gathering)

    async def _tell_here(self) -> None:
        rooms: dict[str, list[keeping.Here]] = {}
        now = int(time.monotonic() / 20)  # told again now and then: it grows old
        for each in list(self.gatherings.values()):
            carets = each.carets()
            text = each.room.words
            if each.here_told != (told := (now, carets, text)):
                each.here_told = told
                rooms[each.room.epoch] = await asyncio.to_thread(checking.chapters, text, carets)
        if rooms:
            await asyncio.to_thread(keeping.set_here, self.instance.private, rooms)

    async def _sweep(self) -> None:
        """Takes up what was left unfinished, and forgets what nobody needs."""
        private = self.instance.private
        for epoch in await asyncio.to_thread(keeping.unfinished, private):
            if epoch in self.gatherings:
                continue
            async with self._opening:
                kept = await asyncio.to_thread(keeping.room_of, private, epoch)
                if kept is not None:
                    self._opened(kept)
        self._seen = None  # their pages may be gone
        await asyncio.to_thread(keeping.forget_unused, private, self._pace.forget)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except Exception:
                _log.exception("work in a room failed")

        task = asyncio.create_task(guarded())
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception:
                _log.exception("the live process goes on")
            await asyncio.sleep(seconds)


def _json(message: bytes | str) -> dict[str, Any]:
    """A control message; an empty one for what is none."""
    try:
        found = json.loads(message) if isinstance(message, str) and len(message) < 20_000 else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
