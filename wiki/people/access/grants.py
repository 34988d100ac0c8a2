"""Rights over one page for one person, beyond the role: a guest reads and edits that page alone."""

import logging
from collections.abc import Sequence

from sqlalchemy import delete, select

from wiki.errors import NotFound
from wiki.people.accounts.rows import as_person
from wiki.people.audit import record_audit
from wiki.people.models.accounts import GrantRow, PersonRow
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.translation import gettext as _

_log = logging.getLogger(__name__)


def grant_guest(database: Database, person_id: str, path: str, *, by: str) -> None:
    """Makes the person a guest of ``path``; ``by`` is who did it. Raises NotFound."""
    with database.session() as session:
        if session.get(PersonRow, person_id, with_for_update=True) is None:
            raise NotFound(_("There is no such account."))
        if session.get(GrantRow, (person_id, path)) is None:
            session.add(GrantRow(person=person_id, guest=path, created=database.now()))
            record_audit(database, by, "guest", path, person_id, session=session)
    _log.info("account %s is a guest of %s, by %s", person_id, path, by)


def revoke_guest(database: Database, person_id: str, path: str, *, by: str) -> None:
    """Ends it; none is no fault."""
    with database.session() as session:
        gone = session.execute(
            delete(GrantRow)
            .where(GrantRow.person == person_id, GrantRow.guest == path)
            .returning(GrantRow.guest)
        ).all()
        if gone:
            record_audit(database, by, "no-guest", path, person_id, session=session)
    _log.info("account %s is no guest of %s, by %s", person_id, path, by)


def has_guests(database: Database, paths: Sequence[str]) -> bool:
    """Whether anybody was let in to one of the pages alone."""
    found = select(GrantRow.guest).where(GrantRow.guest.in_(paths)).limit(1)
    return database.find_value(found) is not None


def guests_of(database: Database, path: str) -> list[Person]:
    """The guests of a page, by name."""
    rows = database.list_rows(
        select(PersonRow)
        .join(GrantRow, GrantRow.person == PersonRow.id)
        .where(GrantRow.guest == path)
        .order_by(PersonRow.name, PersonRow.id)
    )
    return [as_person(row) for row in rows]
