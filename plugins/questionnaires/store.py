"""What is done with the rows: a round found, an answer taken, an urn changed, traces erased.

::

    link ──▶ its number ──H(number, project)──▶ spent      who: unknown; what: unknown
    answer ───────────────────────────────────▶ urn        one text, in the order of the alphabet
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import token_hex

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from wiki.api.events import Event, event_of
from wiki.api.people import Person, get_person
from wiki.api.plugin import Instance
from wiki.api.programmes import ProgrammeLine, programme_lines
from wiki.api.reading import Reader, birth_of, find_redirect, system_reader
from wiki.api.rows import get_row

from .ballots import Answer, Urn, read, written
from .erasure import erase_order
from .models import RoundRow, SpentRow, UrnRow
from .schedule import DAYS, GRACE, closes_at
from .tokens import spent_mark

#: people who must have answered: unless the organisers say more, and at least
LEAST, NEVER_LESS, MOST_LEAST = 5, 3, 50


@dataclass(frozen=True)
class Round:
    """The questionnaire of one event, as it stands; ``id`` is "" where nobody has touched it."""

    id: str
    event: str
    wanted: bool = True
    days: int = DAYS
    least: int = LEAST
    reader: str | None = None
    sent: datetime | None = None
    asked: int = 0
    last_day: date | None = None
    closed: datetime | None = None
    opened: datetime | None = None
    birth: str | None = None

    def takes(self, instance: Instance, *, late: bool = False) -> bool:
        """Whether one can answer now; ``late``: from a page that was opened before the closing."""
        if self.sent is None or self.last_day is None or self.closed is not None:
            return False
        end = closes_at(self.last_day, instance.settings.zone)
        return instance.private.now() < end + (GRACE if late else GRACE * 0)


def shown_projects(instance: Instance, event: Event) -> tuple[str, ...]:
    """The projects of an event's programme that visitors are shown: what is asked about, in order.

    A link may be anyone's, so what it shows is what anyone may see.
    """
    return tuple(named_projects(instance, event))


def named_projects(instance: Instance, event: Event) -> dict[str, ProgrammeLine]:
    """The same, by path, with what the programme says of each: some keep their space closed."""
    stand = frozenset(event.programme)
    lines = programme_lines(Reader(instance), event)
    return {one.path: one for one in lines if one.path in stand}


def is_same(instance: Instance, birth: str | None, path: str) -> bool:
    """Whether no other page is at ``path`` than the one of a row that keeps ``birth``.

    One that is made at the address of another, or claims it, is another. (A row from before births
    were kept has none for a minute.)
    """
    here = birth_of(instance, path)
    return here is None or birth in (None, here.name)


def event_of_round(reader: Reader, found: Round) -> Event | None:
    """The event that a round is of, as the reader may see it; None where it is gone."""
    event = event_of(reader, found.event)
    same = event is not None and is_same(reader.instance, found.birth, found.event)
    return event if same else None


def asked_event(instance: Instance, found: Round) -> Event | None:
    """The event of a round, while it still is one that takes place."""
    event = event_of_round(system_reader(instance, "questionnaires"), found)
    return event if event is not None and not event.cancelled else None


def round_of(instance: Instance, event: str) -> Round:
    """The round of the event at that path; an untouched one where there is no row of it."""
    with instance.private.reading() as session:
        row = session.scalar(select(RoundRow).where(RoundRow.event == event))
        mine = row is not None and is_same(instance, row.birth, event)
        return as_round(row) if row and mine else Round("", event)


def round_by_id(instance: Instance, round_id: str) -> Round | None:
    """The round that a link names."""
    with instance.private.reading() as session:
        row = session.get(RoundRow, round_id)
        return as_round(row) if row else None


def as_round(row: RoundRow) -> Round:
    """The values of a row."""
    return Round(
        row.id,
        row.event,
        row.wanted,
        row.days,
        row.least,
        row.reader,
        row.sent,
        row.asked,
        row.last_day,
        row.closed,
        row.opened,
        row.birth,
    )


def row_for(instance: Instance, session: Session, event: str) -> RoundRow:
    """The row of an event in a transaction that changes it, made where there is none."""
    instance.private.lock(session, f"questionnaires:{event}")
    row = session.scalar(select(RoundRow).where(RoundRow.event == event))
    here = birth_of(instance, event)
    if row is not None and here is not None and row.birth not in (None, here.name):
        row.event = f"#{row.id}"  # of a page that is gone: this one takes nothing over
        session.flush()
        row = None
    if row is None:
        row = RoundRow(
            id=token_hex(4), event=event, wanted=True, days=DAYS, least=LEAST, reader=None, asked=0
        )
        row.birth = here.name if here else None
        session.add(row)
        session.flush()
    return row


def has_answered(instance: Instance, round_id: str, nonce: bytes, project: str) -> bool:
    """Whether the link has been used for that project."""
    with instance.private.reading() as session:
        urn = _urn(instance, session, round_id, project)
        mark = spent_mark(instance.secret, nonce, urn.first or urn.project if urn else project)
        return session.get(SpentRow, (round_id, mark)) is not None


def take(instance: Instance, round_id: str, nonce: bytes, project: str, answer: Answer) -> bool:
    """Puts an answer into the urn of its project; False where the link has been used for it.

    One transaction; then the order in which it came is erased from the log.
    """
    with instance.private.session() as session:
        instance.private.lock(session, f"questionnaires:{round_id}:{project}")
        row = session.get(RoundRow, round_id)
        if row is None or row.closed is not None:
            return False
        urn = _urn(instance, session, round_id, project)
        if urn is None:
            here = birth_of(instance, project)
            urn = UrnRow(round=round_id, project=project, answers="")
            urn.birth = here.name if here else None
            session.add(urn)
        elif not is_same(instance, urn.birth, project):
            return False
        elif urn.project != project:
            instance.private.lock(session, f"questionnaires:{round_id}:{urn.project}")
            follow_page(urn, project)
        mark = spent_mark(instance.secret, nonce, urn.first or urn.project)
        if session.get(SpentRow, (round_id, mark)) is not None:
            return False
        session.add(SpentRow(round=round_id, mark=mark))
        urn.answers = written(read(urn.answers).with_answer(answer))
    erase_order(instance)
    return True


def is_answered(instance: Instance, round_id: str) -> bool:
    """Whether anybody has answered."""
    with instance.private.reading() as session:
        return _has_urn(session, round_id)


def _has_urn(session: Session, round_id: str) -> bool:
    asked = select(UrnRow.round).where(UrnRow.round == round_id).limit(1)
    return session.scalar(asked) is not None


def urns_of(instance: Instance, round_id: str) -> dict[str, Urn]:
    """Project → its urn, of those whose page is still theirs."""
    with instance.private.reading() as session:
        rows = session.scalars(select(UrnRow).where(UrnRow.round == round_id))
        return {
            row.project: read(row.answers)
            for row in rows
            if is_same(instance, row.birth, row.project)
        }


def are_askable(instance: Instance, round_id: str, projects: Sequence[str]) -> tuple[str, ...]:
    """Those of ``projects`` that did not take the address of another, of which answers are kept."""
    with instance.private.reading() as session:
        rows = session.scalars(select(UrnRow).where(UrnRow.round == round_id))
        births = {row.project: row.birth for row in rows}
    return tuple(
        one for one in projects if one not in births or is_same(instance, births[one], one)
    )


def change_urn(
    instance: Instance, round_id: str, project: str, change: Callable[[Urn], Urn | None]
) -> bool:
    """Changes an urn by one who reads it first; False where ``change`` finds nothing to do."""
    with instance.private.session() as session:
        instance.private.lock(session, f"questionnaires:{round_id}:{project}")
        row = session.get(UrnRow, (round_id, project))
        new = change(read(row.answers)) if row else None
        if row is None or new is None:
            return False
        row.answers = written(new)
    return True


def chosen_reader(instance: Instance, found: Round) -> Person | None:
    """Who may read first, while their account is open."""
    person = get_person(instance.private, found.reader) if found.reader else None
    if person is None or person.disabled or not may_read_first(person):
        return None
    return person


def may_read_first(person: Person) -> bool:
    """Whether what is answered to teams may be read by someone of that role before them."""
    return person.role != "programme"


def follow_page(urn: UrnRow, project: str) -> None:
    """Has an urn follow the page of its project.

    Its marks stay those of the first path: else a link could answer again after each move, and
    fill the urn around another's answer by itself.
    """
    urn.first, urn.project = urn.first or urn.project, project


def _urn(instance: Instance, session: Session, round_id: str, project: str) -> UrnRow | None:
    """The urn of a project, under the path that its page had a moment ago if need be."""
    row = session.get(UrnRow, (round_id, project))
    if row is not None:
        return row
    everything = system_reader(instance, "questionnaires")
    for other in session.scalars(select(UrnRow).where(UrnRow.round == round_id)):
        path = other.project
        if get_row(everything, path) is None and find_redirect(everything, path) == project:
            return other if is_same(instance, other.birth, project) else None
    return None


def rounds_about(instance: Instance, project: str, *, reads: str | None = None) -> list[Round]:
    """The opened rounds with answers about a project, newest first.

    ``reads``: instead, those that wait for that person to read first.
    """
    asked, here = select(RoundRow), birth_of(instance, project)
    if reads is not None:
        asked = asked.where(
            RoundRow.reader == reads, RoundRow.closed.is_not(None), RoundRow.opened.is_(None)
        )
    else:
        asked = (
            asked.join(UrnRow, UrnRow.round == RoundRow.id)
            .where(
                UrnRow.project == project,
                or_(UrnRow.birth.is_(None), UrnRow.birth == (here.name if here else "")),
                RoundRow.opened.is_not(None),
            )
            .order_by(RoundRow.opened.desc())
        )
    with instance.private.reading() as session:
        return [as_round(row) for row in session.scalars(asked)]
