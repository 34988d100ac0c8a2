"""Those who write in one room, and what goes from each to the others."""

import asyncio
import time
from collections.abc import Iterable

from wiki.api.translation import gettext, use_language

from ..tickets import COLOURS, colour_of
from ..varints import Cursor, Malformed, block
from .awareness import State, line_of, read_states, signed, write_states
from .member import Member
from .room import Room, TooLong, Unfit

_SYNC, _AWARENESS = 0, 1
_STEP_1, _STEP_2, _UPDATE = 0, 1, 2
#: seconds for what is typed to be sent on together
_TICK = 0.025
MOST, MOST_OF_ONE = 40, 8


class Gathering:
    """``room`` and its members. ``typed``: when someone wrote last, ``first`` since the commit."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.members: list[Member] = []
        #: those who are on their way in: it is not left for empty
        self.coming = 0
        now = time.monotonic()
        #: what was typed before a crash waits for its commit as if it had just been typed
        self.first: float | None = now if room.writers else None
        self.typed = now
        self.refused: float | None = None
        self.here_told: object = None
        #: when it goes to another machine that asks for it, at the earliest
        self.stays = now
        self._flush: asyncio.TimerHandle | None = None

    def free_colour(self, me: str) -> int:
        """The colour of who is called ``me`` here."""
        known = {one.me: one.colour for one in self.members}
        if me in known:
            return known[me]
        first = colour_of(me)
        order = [(first + step) % COLOURS for step in range(COLOURS)]
        return next((one for one in order if one not in known.values()), first)

    @property
    def is_empty(self) -> bool:
        """Whether nobody is here or on their way in."""
        return not self.members and not self.coming

    def is_full(self, me: str) -> bool:
        """Whether nobody more, or no tab more of this person, gets in."""
        theirs = sum(one.me == me for one in self.members)
        return len(self.members) >= MOST or theirs >= MOST_OF_ONE

    def add(self, member: Member, epoch: object) -> None:
        """Lets someone in, and tells them what there is."""
        room = self.room
        values = {"epoch": room.epoch, "base": room.base, "room": room.path}
        member.tell("joined", **values, same=epoch == room.epoch, **member.user)
        self.members.append(member)
        member.send(bytes((_SYNC, _STEP_1)) + block(room.state))
        states = [one.state for one in self.members if one.state is not None]
        if states:
            member.send(_awareness(states))

    def remove(self, member: Member) -> None:
        """Someone is gone; the others see it."""
        if member in self.members:
            self.members.remove(member)
            if member.state is not None:
                gone = State(member.state.client, member.state.clock + 1, None)
                self.send(_awareness([gone]))

    def hear(self, member: Member, data: bytes) -> None:
        """Takes a binary message; what is wrong with it ends its connection. Raises Broken."""
        try:
            cursor = Cursor(data)
            kind = cursor.number()
            if kind == _SYNC:
                self._sync(member, cursor.number(), cursor.block())
            elif kind == _AWARENESS:
                self._aware(member, cursor.block())
            else:
                raise Malformed
        except Malformed:
            with use_language(member.person.lang):
                words = gettext("What your browser sent could not be read. Load the page again.")
            member.end(4400, "error", words)
        except TooLong:
            self.refuse_length(member)

    def refuse_length(self, member: Member) -> None:
        """Ends the connection of who would make the text too long for a page."""
        with use_language(member.person.lang):
            words = gettext(
                "This text is too long for one page. Take a part of it out, or make two pages."
            )
        member.end(4413, "error", words)

    def _sync(self, member: Member, step: int, data: bytes) -> None:
        if step == _STEP_1:
            member.send(bytes((_SYNC, _STEP_2)) + block(self.room.answer(data)))
            return
        if step not in (_STEP_2, _UPDATE):
            raise Malformed
        member.received += 1
        try:
            self.take(data, member.person.id)
        except Unfit:
            member.lacking = True
            member.send(bytes((_SYNC, _STEP_1)) + block(self.room.state))
            return
        if step == _STEP_2:
            member.lacking = False  # all that they know is here
        if not member.lacking:
            member.safe = member.received

    def take(self, data: bytes, person: str) -> None:
        """Lets in what ``person`` typed. Raises Malformed, Unfit, TooLong or Broken."""
        if self.room.take(data, person):
            self.typed = time.monotonic()
            self.first = self.typed if self.first is None else self.first
            self.flush_soon()

    def _aware(self, member: Member, data: bytes) -> None:
        for state in read_states(data):
            if member.client is None and not self._is_taken(state.client):
                member.client = state.client
            if state.client == member.client:
                member.state = signed(state, member.user)
                self.send(_awareness([member.state]), but=member)

    def _is_taken(self, client: int) -> bool:
        return any(one.client == client for one in self.members)

    def flush_soon(self) -> None:
        """Has what came sent to all, together with what comes in this moment."""
        if self._flush is None:
            self._flush = asyncio.get_running_loop().call_later(_TICK, self._send_on)

    def _send_on(self) -> None:
        self._flush = None
        if (update := self.room.unsent()) is not None:
            self.send(bytes((_SYNC, _UPDATE)) + block(update))

    def send(self, message: bytes, *, but: Member | None = None) -> None:
        """The same to all."""
        for one in self.members:
            if one is not but:
                one.send(message)

    def tell(self, what: str, **values: object) -> None:
        """The same control message to all."""
        for one in self.members:
            one.tell(what, **values)

    def carets(self) -> dict[str, tuple[int, int | None]]:
        """Person → their colour, and the line that the caret of one of their tabs is in."""
        found: dict[str, tuple[int, int | None]] = {}
        for one in self.members:
            line = line_of(one.state)
            if line is not None or one.person.id not in found:
                found[one.person.id] = (one.colour, line)
        return found

    @property
    def is_unsaved(self) -> bool:
        """Whether what was typed waits for its commit: nobody has refused it yet."""
        return self.first is not None and (self.refused is None or self.typed > self.refused)

    def is_due(self, now: float, pause: float, longest: float) -> bool:
        """Whether what was typed is to be a commit now."""
        if self.first is None or not self.is_unsaved:
            return False
        return now - self.typed >= pause or now - self.first >= longest


def _awareness(states: Iterable[State]) -> bytes:
    return bytes((_AWARENESS,)) + block(write_states(list(states)))
