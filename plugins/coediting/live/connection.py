"""One connection: who is let in, to which room, and what is heard of them until they go."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from wiki.api.errors import StorageFailed, WikiError
from wiki.api.plugin import allowed_hosts
from wiki.api.translation import gettext, use_language

from ..tickets import ADDRESS, Ticket, read_ticket, told_apart
from ..updates import LARGEST
from . import commits, permissions
from .member import Member
from .members import Gathering
from .permissions import Place
from .room import Broken
from .rooms import Rooms

#: bytes of one message: what is too large for an update is answered in words up to here
_READ = 16_000_000
#: bytes of the first one, from who has not shown a ticket yet
FIRST = 20_000
#: connections altogether
_MOST = 1_000
#: seconds for a ticket to be shown, and those in which none is taken twice: longer than one holds
_PATIENCE, _ONCE = 10, 90
_log = logging.getLogger(__name__)


class Refused(Exception):
    """Somebody is not let in: the code to close with, and why."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class Door:
    """Lets people into ``rooms``; ``entered`` is called for each: their rights may have moved.

    ``settle`` has gone whoever may write no more: it is asked before each word of theirs.
    """

    def __init__(
        self, rooms: Rooms, entered: Callable[[], None], settle: Callable[[], Awaitable[None]]
    ) -> None:
        self._rooms = rooms
        self._entered = entered
        self._settle = settle
        self._hosts = allowed_hosts(rooms.instance.settings)
        self._shown: dict[str, float] = {}
        #: how many are open
        self.connections = 0

    def look_at(self, connection: ServerConnection, request: Request) -> Response | None:
        """Whether a request may become a connection: its address, and which site it comes from."""
        origin = urlsplit(request.headers.get("Origin", "")).netloc
        # A proxy finds the machine by what is asked for (``?page=``): here the ticket says it.
        if urlsplit(request.path).path != ADDRESS:
            return connection.respond(HTTPStatus.NOT_FOUND, "")
        if origin not in self._hosts or request.headers.get("Host", "") not in self._hosts:
            return connection.respond(HTTPStatus.FORBIDDEN, "")
        if self.connections >= _MOST:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "")
        return None

    async def handle(self, connection: ServerConnection) -> None:
        """Serves a connection from its first message to its end."""
        self.connections += 1
        try:
            await self._serve(connection)
        except (ConnectionClosed, TimeoutError):
            pass
        finally:
            self.connections -= 1

    async def _serve(self, connection: ServerConnection) -> None:
        try:
            gathering, member = await self._join(connection)
        except Refused as error:
            said = {"type": "error" if error.code != 4403 else "rights", "words": error.words}
            await connection.send(json.dumps(said, ensure_ascii=False))
            await connection.close(error.code)
            return
        connection.protocol.max_message_size = _READ
        sender = asyncio.create_task(member.run())
        try:
            async for message in connection:
                await member.take_turn()
                await self._settle()
                if member.over:
                    break
                await self._hear(gathering, member, message)
        except ConnectionClosed:
            pass
        finally:
            gathering.remove(member)
            member.close(1000)
            self._rooms.start(self._rooms.leave(gathering))
            await sender

    async def _join(self, connection: ServerConnection) -> tuple[Gathering, Member]:
        """Lets in who shows a ticket. Raises Refused."""
        async with asyncio.timeout(_PATIENCE):
            first = _json(await connection.recv())
        instance, ticket = self._rooms.instance, self._ticket(first)
        place = Place(ticket.session, ticket.path)
        try:
            await asyncio.to_thread(commits.reach, instance, ticket.commit)
            await asyncio.to_thread(permissions.let_in, instance, place, ticket.person)
            gathering = await self._rooms.open(ticket.path)
        except WikiError as error:
            raise _refused(error) from error
        try:
            # Meanwhile the page may have been closed, also by what the room is known to hold.
            person = await asyncio.to_thread(permissions.let_in, instance, place, ticket.person)
            self._rooms.check(gathering)
            me = told_apart(instance.secret, person.id)
            with use_language(person.lang):
                if gathering.is_full(me):
                    raise Refused(4409, gettext("Too many people or tabs write in this page."))
            colour = gathering.free_colour(me)
            member = Member(connection, person, ticket.session, me, colour, self._settle)
            gathering.add(member, first.get("epoch"))
        except WikiError as error:
            raise _refused(error) from error
        finally:
            self._rooms.has_come(gathering)
        self._entered()
        return gathering, member

    def _ticket(self, first: dict[str, Any]) -> Ticket:
        """The ticket in the first message, which opens no other connection. Raises Refused."""
        ticket = read_ticket(self._rooms.instance.secret, first.get("ticket"))
        if first.get("type") != "join" or ticket is None or not self._is_new(ticket.number):
            raise Refused(4401, gettext("The page connects again."))
        return ticket

    def _is_new(self, number: str) -> bool:
        now = time.monotonic()
        self._shown = {one: when for one, when in self._shown.items() if now - when < _ONCE}
        if number in self._shown:
            return False
        self._shown[number] = now
        return True

    async def _hear(self, gathering: Gathering, member: Member, message: bytes | str) -> None:
        if isinstance(message, bytes):
            if len(message) > LARGEST:
                gathering.refuse_length(member)
                return
            try:
                gathering.hear(member, message)
            except Broken:
                _log.exception("a room failed; it is taken up again from disk")
                await self._rooms.drop(gathering)
            return
        said = _json(message)
        if said.get("type") == "save":
            words = said.get("message")
            asked = str(words)[:1_000] if isinstance(words, str) else ""
            await self._rooms.saver.save(gathering, asked, member)
        elif said.get("type") == "leave":
            member.close(1000)


def _refused(error: WikiError) -> Refused:
    return Refused(1011 if isinstance(error, StorageFailed) else 4403, error.words)


def _json(message: bytes | str) -> dict[str, Any]:
    """A control message; an empty one for what is none."""
    try:
        found = json.loads(message) if isinstance(message, str) and len(message) < FIRST else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
