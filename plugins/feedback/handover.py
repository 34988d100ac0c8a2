"""A team lets the programme team read what readers answered to a page, and takes that back.

Only answers whose authors were told that it may be so (``AnswerRow.told_of``) are read by it.
"""

from sqlalchemy import delete, select

from wiki.api.errors import Forbidden
from wiki.api.people import get_person, record_audit
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, page_exists
from wiki.api.translation import gettext

from .models import OPEN, AnswerRow, HandoverRow
from .store import looks_after, origin_of


def find_handover(instance: Instance, path: str, origin: str) -> HandoverRow | None:
    """The handover of the answers to the page that stands at ``path`` now."""
    row = instance.private.find_value(select(HandoverRow).where(HandoverRow.path == path))
    return row if row is not None and origin and row.origin == origin else None


def may_hand_over(reader: Reader, path: str) -> bool:
    """Whether the answers are the reader's to hand over: they are on the page's team."""
    team = reader.access(path).team_page
    return team is not None and looks_after(reader, path) and page_exists(reader, path)


def reads_handed(reader: Reader, path: str) -> bool:
    """Whether the reader is of the programme team, and the page's answers were handed to it."""
    person = reader.person
    if (
        person is None
        or person.disabled
        or person.role != "programme"
        or not page_exists(reader, path)
    ):
        return False
    return find_handover(reader.instance, path, origin_of(reader, path)) is not None


def is_handed(row: AnswerRow) -> bool:
    """Whether an answer goes along: it counts, and its author was told that it may."""
    return row.state == OPEN and row.told_of


def hand_over(reader: Reader, path: str) -> None:
    """Lets the programme team read the answers; again is nothing. Raises Forbidden."""
    by = _checked(reader, path)
    instance, origin = reader.instance, origin_of(reader, path)
    with instance.private.session(f"feedback:handover:{path}") as session:
        known = session.scalar(select(HandoverRow).where(HandoverRow.path == path))
        if known is not None and known.origin == origin:
            return
        if known is not None:  # of another page, which stood at this address
            session.delete(known)
            session.flush()
        at = instance.private.now()
        session.add(HandoverRow(path=path, origin=origin, person=by, at=at))
        record_audit(instance.private, by, "answers-handed", path, session=session)


def take_back(reader: Reader, path: str) -> None:
    """Keeps the answers to the team again; again is nothing. Raises Forbidden."""
    by = _checked(reader, path)
    instance = reader.instance
    with instance.private.session(f"feedback:handover:{path}") as session:
        gone = session.execute(
            delete(HandoverRow).where(HandoverRow.path == path).returning(HandoverRow.id)
        ).all()
        if gone:
            record_audit(instance.private, by, "answers-kept", path, session=session)


def who_handed(instance: Instance, row: HandoverRow) -> str:
    """The name of who handed over, if their account is there."""
    person = get_person(instance.private, row.person) if row.person else None
    return person.name if person else gettext("somebody of the team")


def _checked(reader: Reader, path: str) -> str:
    if reader.person is None or not may_hand_over(reader, path):
        raise Forbidden(gettext("Its team alone may hand its answers over."))
    return reader.person.id
