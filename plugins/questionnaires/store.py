"""What is done with the rows: a round found, an answer taken, an urn changed, traces erased.

::

    link ──▶ its number ──H(number, project)──▶ spent      who: unknown; what: unknown
    answer ───────────────────────────────────▶ urn        one text, in the order of the alphabet
"""

from collections.abc import Callable, Sequence
from secrets import token_hex

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from wiki.api.events import Event, event_of
from wiki.api.people import Person, get_person
from wiki.api.plugin import Instance
from wiki.api.programmes import ProgrammeLine, programme_lines
from wiki.api.reading import Reader, find_redirect, system_reader
from wiki.api.reading.rows import get_row
from wiki.api.tables import birth_name, is_still, still_about

from .ballots import Answer, Urn, read, written
from .erasure import erase_order
from .models import RoundRow, SpentRow, UrnRow
from .schedule import DAYS
from .tokens import spent_mark

#: people who must have answered: unless the organisers say more, and at least
LEAST, NEVER_LESS, MOST_LEAST = 5, 3, 50


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


def event_of_round(reader: Reader, found: RoundRow) -> Event | None:
    """The event that a round is of, as the reader may see it; None where it is gone."""
    event = event_of(reader, found.event)
    same = event is not None and is_still(reader.instance, found.event, found.birth)
    return event if same else None


def asked_event(instance: Instance, found: RoundRow) -> Event | None:
    """The event of a round, while it still is one that takes place."""
    event = event_of_round(system_reader(instance, "questionnaires"), found)
    return event if event is not None and not event.cancelled else None


def round_of(instance: Instance, event: str) -> RoundRow:
    """The round of the event at that path; an untouched one where there is no row of it."""
    row = instance.private.find_value(select(RoundRow).where(RoundRow.event == event))
    mine = row is not None and is_still(instance, event, row.birth)
    return row if row and mine else _untouched(event)


def round_by_id(instance: Instance, round_id: str) -> RoundRow | None:
    """The round that a link names."""
    return instance.private.find_row(RoundRow, round_id)


def _untouched(event: str) -> RoundRow:
    """The round of an event that nobody has touched: ``id`` is ""."""
    return RoundRow(id="", event=event, wanted=True, days=DAYS, least=LEAST, asked=0)


def row_for(instance: Instance, session: Session, event: str) -> RoundRow:
    """The row of an event in a transaction that changes it, made where there is none."""
    instance.private.lock(session, f"questionnaires:{event}")
    row = session.scalar(select(RoundRow).where(RoundRow.event == event))
    if row is not None and not is_still(instance, event, row.birth):
        row.event = f"#{row.id}"  # of a page that is gone: this one takes nothing over
        session.flush()
        row = None
    if row is None:
        row = _untouched(event)
        row.id = token_hex(4)
        row.birth = birth_name(instance, event)
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
    with instance.private.session(f"questionnaires:{round_id}:{project}") as session:
        row = session.get(RoundRow, round_id)
        if row is None or row.closed is not None:
            return False
        urn = _urn(instance, session, round_id, project)
        if urn is None:
            urn = UrnRow(round=round_id, project=project, answers="")
            urn.birth = birth_name(instance, project)
            session.add(urn)
        elif not is_still(instance, project, urn.birth):
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
    rows = instance.private.list_rows(select(UrnRow).where(UrnRow.round == round_id))
    mine = still_about(instance, rows, lambda row: (row.project, row.birth))
    return {row.project: read(row.answers) for row in mine}


def are_askable(instance: Instance, round_id: str, projects: Sequence[str]) -> tuple[str, ...]:
    """Those of ``projects`` that did not take the address of another, of which answers are kept."""
    rows = instance.private.list_rows(select(UrnRow).where(UrnRow.round == round_id))
    births = {row.project: row.birth for row in rows}
    return tuple(still_about(instance, projects, lambda one: (one, births.get(one))))


def change_urn(
    instance: Instance, round_id: str, project: str, change: Callable[[Urn], Urn | None]
) -> bool:
    """Changes an urn by one who reads it first; False where ``change`` finds nothing to do."""
    with instance.private.session(f"questionnaires:{round_id}:{project}") as session:
        row = session.get(UrnRow, (round_id, project))
        new = change(read(row.answers)) if row else None
        if row is None or new is None:
            return False
        row.answers = written(new)
    return True


def chosen_reader(instance: Instance, found: RoundRow) -> Person | None:
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
            return other if is_still(instance, project, other.birth) else None
    return None


def rounds_about(instance: Instance, project: str, *, reads: str | None = None) -> list[RoundRow]:
    """The opened rounds with answers about a project, newest first.

    ``reads``: instead, those that wait for that person to read first.
    """
    asked, here = select(RoundRow), birth_name(instance, project)
    if reads is not None:
        asked = asked.where(
            RoundRow.reader == reads, RoundRow.closed.is_not(None), RoundRow.opened.is_(None)
        )
    else:
        asked = (
            asked.join(UrnRow, UrnRow.round == RoundRow.id)
            .where(
                UrnRow.project == project,
                or_(UrnRow.birth.is_(None), UrnRow.birth == (here or "")),
                RoundRow.opened.is_not(None),
            )
            .order_by(RoundRow.opened.desc())
        )
    return instance.private.list_rows(asked)
