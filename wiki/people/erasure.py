"""The end of an account: every private row about someone goes, in plugins' tables too.

What is left is an opaque id, so that the commits which carry it are shown without a name.
"""

import logging
from collections.abc import Collection

from sqlalchemy import Column, String, Table, Text, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Session

from wiki.people.accounts.directory import keep_an_admin
from wiki.people.audit import note
from wiki.people.database import Database
from wiki.people.limits import forgive
from wiki.people.models.accounts import ErasedRow, PersonRow
from wiki.people.person import ALIAS
from wiki.people.tables import Base

#: The audit tells what was done by which opaque id, and to which: it is only ever added to.
_KEEPS_IDS = frozenset({"audit"})
_log = logging.getLogger(__name__)


def erase(database: Database, person_id: str, *, by: str = "") -> None:
    """Deletes an account with every private row that belongs to it, or is addressed to it.

    ``by`` is the id of who did it, for the audit. What the person wrote in pages stays. An account
    that is not there is no fault. Raises BadField for the last admin.
    """
    with database.session() as session:
        row = session.get(PersonRow, person_id)
        if row is None:
            return
        keep_an_admin(database, session, row)
        email = row.email
        session.execute(delete(PersonRow).where(PersonRow.id == person_id))
        for table in reversed(Base.metadata.sorted_tables):
            _sweep(session, table, email, (person_id, f"{person_id}@{ALIAS}"))
        session.add(ErasedRow(id=person_id))
        note(database, by, "erased", person_id, session=session)
    for key in ("login", "register", "mail-login", "mail-reset"):
        forgive(database, f"{key}:{email}")
    _log.info("account %s erased", person_id)


def erased_ids(database: Database) -> frozenset[str]:
    """The ids of the accounts that are gone."""
    return database.remembered(("erased",), lambda: _erased(database))


def text_columns(table: Table) -> list[Column[str]]:
    """The columns of short words without a key: an address or an id may stand in one as it is."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, String)
        and not isinstance(column.type, Text)
        and not column.foreign_keys
    ]


def _sweep(session: Session, table: Table, email: str, ids: Collection[str]) -> None:
    """Takes out of ``table`` what names the person and no key led to.

    A row with their address is about them, such as a mail, or an invitation that somebody sent; one
    with their id tells what they did, and stays without it; unless the row is found by it.
    """
    for column in text_columns(table):
        session.execute(delete(table).where(func.lower(column) == email))
        if table.name in _KEEPS_IDS:
            continue
        mentioned = column.in_(ids)
        if _is_key(column):
            session.execute(delete(table).where(mentioned))
        else:
            nothing = None if column.nullable else ""
            session.execute(update(table).where(mentioned).values({column: nothing}))


def _is_key(column: Column[str]) -> bool:
    """Whether no two rows may be alike in it: then neither may two be blanked."""
    if column.primary_key:
        return True
    table = column.table
    keys = [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
    keys += [one.columns for one in table.indexes if one.unique]
    return not column.nullable and any(column.name in key for key in keys)


def _erased(database: Database) -> frozenset[str]:
    with database.reading() as session:
        return frozenset(session.scalars(select(ErasedRow.id)))
