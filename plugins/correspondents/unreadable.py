"""Mails that cannot be read: flagged in the mailbox, noted for the team until it looked."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.api.people import find_person
from wiki.api.plugin import Instance
from wiki.api.translation import lazy

from .models import ReadRow, UnreadableRow

#: why
LARGE, BROKEN = "large", "broken"
WORDS = {
    LARGE: lazy("it is too large"),
    BROKEN: lazy("it is written in a way that could not be read"),
}
#: notes at a time; what comes beyond is flagged in the mailbox like the others
_MOST = 100


def note(instance: Instance, mail: str, sender: str, why: str) -> None:
    """Remembers the mail of that hash, ``sender`` being the address that it says it is from."""
    private = instance.private
    person = find_person(private, sender)
    with private.session() as session:
        if session.get(ReadRow, mail) is None:
            session.add(ReadRow(id=mail, at=private.now()))
        if session.get(UnreadableRow, mail) is None and _count(session) < _MOST:
            session.add(
                UnreadableRow(
                    id=mail,
                    person=person.id if person else None,
                    sender="" if person else sender[:254],
                    why=why,
                    at=private.now(),
                )
            )


def is_noted(instance: Instance, mail: str) -> bool:
    """Whether the mail of that hash was set aside, and nobody has looked since."""
    return instance.private.find_row(UnreadableRow, mail) is not None


def count(instance: Instance) -> int:
    """How many nobody has looked at."""
    with instance.private.reading() as session:
        return _count(session)


def listed(instance: Instance) -> Sequence[UnreadableRow]:
    """Those that nobody has looked at, the oldest first."""
    return instance.private.list_rows(select(UnreadableRow).order_by(UnreadableRow.at))


def forget(instance: Instance, mail: str) -> None:
    """Somebody has looked."""
    instance.private.execute(delete(UnreadableRow).where(UnreadableRow.id == mail))


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(UnreadableRow)) or 0
