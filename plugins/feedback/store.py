"""Answers as rows: those of a page, of someone, and who may look at them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from wiki.api.people import Person, accounts_named, get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, find_page_at, page_exists, system_reader
from wiki.api.reading.history import list_history
from wiki.api.reading.rows import get_row
from wiki.api.tables import birth_of
from wiki.api.translation import gettext

from .models import HELD, OPEN, UNCONFIRMED, AnswerRow, SenderRow

#: what one page of answers shows
SHOWN = 200
#: changes that are looked back to for what a page was
_PAST = 500


def is_team(reader: Reader, path: str) -> bool:
    """Whether the person reads the answers of the page: its team, its maker, or an admin.

    The maker is whoever made a page that has no team, as long as they may edit it. Of a page that
    is gone, only admins where it had a team of its own: whoever has a page above it now is another.
    """
    if reader.person is None:
        return False
    if reader.may_change_rights(path):
        return (
            reader.person.role == "admin"
            or page_exists(reader, path)
            or not _had_team(reader, path)
        )
    return made(reader, path)


def made(reader: Reader, path: str) -> bool:
    """Whether the person made the page, which has no team, and may edit it."""
    person = reader.person
    if person is None or person.held or not page_exists(reader, path):
        return False
    if reader.access(path).team_page is not None or not reader.may_edit(path):
        return False
    origin = origin_of(reader, path)
    changes = list_history(system_reader(reader.instance, "feedback"), path, limit=_PAST)
    return any(one.commit == origin and one.mail == person.alias for one in changes)


def _had_team(reader: Reader, path: str) -> bool:
    everything = system_reader(reader.instance, "feedback")
    for one in list_history(everything, path, limit=_PAST):
        if (page := find_page_at(everything, one.path, one.commit)) is not None:
            return "team" in page.head
    return True


def looks_after(reader: Reader, path: str) -> bool:
    """Whether the page is theirs to look after: an admin is not asked about those with a team."""
    if not is_team(reader, path):
        return False
    team = reader.access(path).team_page
    return team is None or team in reader.teams


def is_unread(instance: Instance, path: str) -> bool:
    """Whether the page has a team of which nobody has an account in use: administrators read it."""
    everything = system_reader(instance, "feedback")
    team = everything.access(path).team_page
    row = get_row(everything, team) if team else None
    if row is None:
        return False
    people = [row.path] if row.type == "person" else list(row.facts.get("team", ()))
    return all(one.disabled for one in accounts_named(instance.private, people))


def is_asked(reader: Reader, path: str) -> bool:
    """Whether the person is told that answers to the page wait: who looks after it, or instead."""
    if looks_after(reader, path):
        return True
    person = reader.person
    return person is not None and person.role == "admin" and is_unread(reader.instance, path)


def may_let_through(reader: Reader, row: AnswerRow) -> bool:
    """Whether the person says what becomes of a first message; nobody does of their own."""
    person = reader.person
    return person is not None and person.id != row.person and is_team(reader, row.path)


def origin_of(reader: Reader, path: str) -> str:
    """The commit that made the page at ``path``; "" where there is none.

    A page that was deleted and is there again is the same one where it came back as it was when it
    went: whoever writes another one at its address reads nothing of what was said about the first.
    """
    birth = birth_of(reader.instance, path) if path and page_exists(reader, path) else None
    return birth.commit if birth else ""


def of_page(reader: Reader, path: str, limit: int = SHOWN) -> list[AnswerRow]:
    """What was answered about the page, in order of arrival; what has not been confirmed is not."""
    conditions = [AnswerRow.path == path, AnswerRow.state != UNCONFIRMED]
    if origin := origin_of(reader, path):
        conditions.append(AnswerRow.origin == origin)
    return find_all(reader.instance, *conditions, limit=limit)


def shown_of(reader: Reader, path: str, limit: int) -> list[AnswerRow]:
    """The newest of those that may stand on the page and went somewhere, in order of time."""
    conditions = [
        AnswerRow.path == path,
        AnswerRow.origin == origin_of(reader, path),
        AnswerRow.state == OPEN,
        AnswerRow.shown.is_(True),
        AnswerRow.fate.in_(("used", "answered")),
    ]
    asked = select(AnswerRow).where(*conditions).order_by(AnswerRow.arrived.desc(), AnswerRow.id)
    return list(reversed(reader.instance.private.list_rows(asked.limit(limit))))


def of_person(instance: Instance, person_id: str) -> list[AnswerRow]:
    """What someone with an account answered, the newest last."""
    return find_all(instance, AnswerRow.person == person_id)


def count_answers(instance: Instance) -> dict[str, int]:
    """How many answers reached each page that stands."""
    asked = select(AnswerRow.path, func.count()).where(
        AnswerRow.state != UNCONFIRMED, AnswerRow.path != "", AnswerRow.gone.is_(None)
    )
    return dict(instance.private.list_tuples(asked.group_by(AnswerRow.path)))


def find_answered(reader: Reader) -> set[str]:
    """The pages of which the person said something."""
    if reader.person is None:
        return set()
    return set(places(reader.instance, AnswerRow.person == reader.person.id))


def find(instance: Instance, answer_id: str) -> AnswerRow | None:
    """The answer of that id."""
    return instance.private.find_row(AnswerRow, answer_id)


def find_all(
    instance: Instance, *conditions: ColumnElement[bool], limit: int = SHOWN
) -> list[AnswerRow]:
    """The answers of which all that holds, in order of arrival."""
    asked = select(AnswerRow).where(*conditions)
    asked = asked.order_by(AnswerRow.arrived, AnswerRow.created, AnswerRow.id).limit(limit)
    return instance.private.list_rows(asked)


def places(instance: Instance, *conditions: ColumnElement[bool]) -> Sequence[str]:
    """The pages that have answers of which all that holds."""
    asked = select(AnswerRow.path).where(*conditions, AnswerRow.path != "").distinct()
    return instance.private.list_rows(asked.order_by(AnswerRow.path))


@contextmanager
def alone(instance: Instance, answer_id: str) -> Iterator[tuple[Session, AnswerRow] | None]:
    """A transaction in which the answer is nobody else's; None where it is gone."""
    with instance.private.session(f"feedback:{answer_id}") as session:
        row = session.get(AnswerRow, answer_id, with_for_update=True)
        yield (session, row) if row else None


def sender(session: Session, who: str) -> SenderRow:
    """What is known of someone, in a row that may be changed."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Two answers of the same person may be let through at once.
    session.execute(
        insert(SenderRow).values(who=who, trusted=None, told=None).on_conflict_do_nothing()
    )
    return session.get_one(SenderRow, who)


def person_of(instance: Instance, row: AnswerRow) -> Person | None:
    """The account that answered, if it was one and is there."""
    return get_person(instance.private, row.person) if row.person else None


def name_of(instance: Instance, row: AnswerRow) -> str:
    """What the author is called: an account as it is called now."""
    person = person_of(instance, row)
    return person.name if person else row.name or gettext("Somebody")


def waits(row: AnswerRow) -> bool:
    """Whether nobody has said yet what becomes of it."""
    return row.state in (OPEN, HELD) and not row.fate
