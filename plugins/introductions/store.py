"""Introductions as rows: begun, answered, tended; each event in one transaction with its mails.

An event is read into a ``Talk``, taken by ``states.step``, and written back while nobody else can
touch that introduction. So a double click, two connectors and a task that runs twice do it once.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from wiki.api.mail import Mail, failed_among, queue_mail, wake_sender
from wiki.api.people import find_person, get_person
from wiki.api.plugin import Instance

from . import letters
from .models import IntroductionRow, SideRow
from .states import YES, Effect, Event, Invitee, Talk, step

#: a link that shows whose address it is
CONFIRMING = timedelta(days=2)
#: silence: reminded once, then it rests
REMINDED, RESTS_AFTER = timedelta(days=7), timedelta(days=21)


@dataclass(frozen=True)
class Introduction:
    """An introduction with everyone who is asked, as it stands now."""

    row: IntroductionRow
    sides: tuple[SideRow, ...]
    #: the address of the one elsewhere, at the moment in which it arrives; kept in no row
    reach: str = ""

    @property
    def talk(self) -> Talk:
        """The same as a value."""
        return talk_of(self.row, self.sides)

    def side(self, side_id: str) -> SideRow | None:
        """The side of that id."""
        return next((one for one in self.sides if one.id == side_id), None)

    def at(self, place: str) -> tuple[SideRow, ...]:
        """Those asked at a place."""
        return tuple(one for one in self.sides if one.place == place)

    def other(self, side: SideRow) -> SideRow | None:
        """Whom ``side`` met, once both said yes."""
        if not side.chosen:
            return None
        return next((one for one in self.sides if one.chosen and one.id != side.id), None)

    def names_opposite(self, side: SideRow) -> str:
        """The names at the other place; several for a team."""
        return ", ".join(one.name for one in self.sides if one.place != side.place)


def talk_of(row: IntroductionRow, sides: Sequence[SideRow]) -> Talk:
    """An introduction as a value; one of the two who is gone is known by no id."""
    chosen = [side.id for side in sides if side.chosen]
    first, second = (*chosen, "", "")[:2]
    return Talk(
        people=tuple(Invitee(side.id, side.place, side.answer) for side in sides),
        confirmed=row.confirmed is not None,
        reminded=row.reminded is not None,
        met=(first, second) if row.connected else None,
        over=row.over is not None,
    )


def find_by_side(instance: Instance, side_id: str) -> Introduction | None:
    """The introduction that a side belongs to."""
    with instance.private.reading() as session:
        side = session.get(SideRow, side_id)
        row = session.get(IntroductionRow, side.introduction) if side else None
        return Introduction(row, _sides(session, row.id)) if row else None


def find_all(
    instance: Instance, *conditions: ColumnElement[bool], limit: int = 200
) -> list[Introduction]:
    """The introductions of which all that holds, newest first."""
    with instance.private.reading() as session:
        asked = select(IntroductionRow).where(*conditions)
        rows = session.scalars(asked.order_by(IntroductionRow.created.desc()).limit(limit)).all()
        found: dict[str, list[SideRow]] = {row.id: [] for row in rows}
        sides = select(SideRow).where(SideRow.introduction.in_(found)).order_by(SideRow.id)
        for side in session.scalars(sides):
            found[side.introduction].append(side)
        return [Introduction(row, tuple(found[row.id])) for row in rows]


def of_person(instance: Instance, person_id: str) -> list[Introduction]:
    """Those that someone is asked about, or proposed."""
    mine = select(SideRow.introduction).where(SideRow.person == person_id)
    return find_all(
        instance, or_(IntroductionRow.id.in_(mine), IntroductionRow.proposer == person_id)
    )


def act(
    instance: Instance, side_id: str, kind: str, *, hidden: bool = False
) -> Introduction | None:
    """Has one who is asked confirm, say yes or no, or report; None where it is gone.

    ``hidden``: what they say yes to is to be written to through the wiki.
    """
    with changing(instance, side_id) as found:
        if found is None:
            return None
        session, introduction = found
        side = introduction.side(side_id)
        if side is not None and hidden and side.answer != YES:
            side.hidden = True
        if side is not None and kind == "confirm" and side.email:
            _join_account(instance, side)
        apply(instance, session, introduction, Event(kind, side_id))
    wake_sender(instance)
    return introduction


def act_as_proposer(instance: Instance, person_id: str, row_id: str, kind: str) -> bool:
    """Has the third person who proposed it take it back; whether that changed anything."""
    with alone(instance, row_id) as found:
        if found is None or found[1].row.proposer != person_id:
            return False
        before = found[1].talk
        changed = apply(instance, *found, Event(kind)) != before
    wake_sender(instance)
    return changed


def unreachable(instance: Instance, introduction: Introduction) -> list[str]:
    """The names of those who were asked at an address that does not answer."""
    keys = {
        letters.mail_key(introduction.row.id, side.id, what): side.name
        for side in introduction.sides
        for what in ("ask", "again")
    }
    failed = failed_among(instance.private, list(keys))
    return sorted({keys[key] for key in failed})


def _join_account(instance: Instance, side: SideRow) -> None:
    """Whoever shows that an address is theirs, and has an account with it, answers by that."""
    person = find_person(instance.private, side.email)
    if person is not None and not person.disabled:
        side.person, side.email = person.id, ""


@contextmanager
def changing(instance: Instance, side_id: str) -> Iterator[tuple[Session, Introduction] | None]:
    """A transaction in which the introduction of a side is nobody else's."""
    known = find_by_side(instance, side_id)
    if known is None:
        yield None
        return
    with alone(instance, known.row.id) as found:
        yield found


@contextmanager
def alone(instance: Instance, row_id: str) -> Iterator[tuple[Session, Introduction] | None]:
    """The same by the introduction's id."""
    with instance.private.session(f"introduction:{row_id}") as session:
        row = session.get(IntroductionRow, row_id, with_for_update=True)
        yield (session, Introduction(row, _sides(session, row_id))) if row else None


def apply(instance: Instance, session: Session, introduction: Introduction, event: Event) -> Talk:
    """Takes one step and writes it down, with the mails that it asks for."""
    before = introduction.talk
    after, effects = step(before, event)
    _write(instance, introduction, before, after)
    for effect in effects:
        for mail in _mails(instance, introduction, effect):
            queue_mail(instance.private, session, mail)
    session.flush()
    return after


def _write(instance: Instance, introduction: Introduction, before: Talk, after: Talk) -> None:
    now, row = instance.private.now(), introduction.row
    for side in introduction.sides:
        known = after.find(side.id)
        if known is not None:
            side.answer = known.answer
            side.chosen = after.met is not None and side.id in after.met
    if after.confirmed and not before.confirmed:
        row.confirmed, row.expires = now, now + RESTS_AFTER
    if after.confirmed and row.answered is None and after.said_yes("a"):
        row.answered = now
    if after.met and not before.met:
        row.connected = now
    if after.over and not before.over:
        row.over = now
    if after.reminded and not before.reminded:
        row.reminded = now


def _mails(instance: Instance, introduction: Introduction, effect: Effect) -> Iterator[Mail]:
    row = introduction.row
    if effect.kind == "cross":
        for side in introduction.sides:
            other = introduction.other(side)
            if other is None or side.elsewhere is not None:
                continue
            if other.elsewhere is None:
                yield letters.crossing(instance, row, side, other)
            else:
                yield letters.crossing_sites(instance, row, side, other, introduction.reach)
        return
    found = introduction.side(effect.who)
    if found is None or not reachable(instance, found):
        return
    if effect.kind == "rest":
        yield letters.resting(instance, row, found)
    else:
        other_names = introduction.names_opposite(found)
        again = effect.kind == "remind"
        yield letters.asking(instance, row, found, other_names, again=again)


def reachable(instance: Instance, side: SideRow) -> bool:
    """Whether a side may be written to: an account that is not closed, or an address.

    Those of elsewhere are written to by their own site.
    """
    if side.person is None:
        return bool(side.email)
    person = get_person(instance.private, side.person)
    return person is not None and not person.disabled


def _sides(session: Session, row_id: str) -> tuple[SideRow, ...]:
    asked = select(SideRow).where(SideRow.introduction == row_id).order_by(SideRow.id)
    return tuple(session.scalars(asked))
