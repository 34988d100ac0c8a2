"""The end of an account: every private row about someone goes, in plugins' tables too.

What is left is an opaque id, so that the commits which carry it are shown without a name.
"""

import logging
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    Delete,
    String,
    Table,
    Text,
    UniqueConstraint,
    Update,
    bindparam,
    case,
    delete,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from wiki.people.accounts.directory import keep_an_admin
from wiki.people.audit import record_audit
from wiki.people.limits.durable import forgive
from wiki.people.models.accounts import ErasedRow, PersonRow
from wiki.people.models.tables import PERSON, Base
from wiki.people.pen_names import leave_with
from wiki.people.person import ALIAS
from wiki.people.store.database import Database

#: The audit tells what was done by which opaque id, and to which: it is only ever added to.
_KEEPS_IDS = frozenset({"audit"})
#: what a column is called that says which account, and one that says its address
_WHO = re.compile(r"(?:person|owner|account|user|member)(?:_id)?")
_ADDRESS = re.compile(r"(?:\w+_)?e?mail(?:_address)?")
#: who is erased, in every question
_EMAIL: BindParameter[str] = bindparam("their_email")
_IDS: BindParameter[list[str]] = bindparam("their_ids", expanding=True)
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
        leave_with(session, person_id)
        session.execute(delete(PersonRow).where(PersonRow.id == person_id))
        for table in reversed(Base.metadata.sorted_tables):
            _sweep(session, table, email, (person_id, f"{person_id}@{ALIAS}"))
        session.add(ErasedRow(id=person_id))
        record_audit(database, by, "erased", person_id, session=session)
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


def find_unerased(tables: Iterable[Table]) -> Iterator[str]:
    """The columns, as ``table.column``, that erasing an account fails at or does not find.

    Nor does the copy of one's data, which goes by the same keys.
    """
    for table in tables:
        for column in table.columns:
            keys = [one for one in column.foreign_keys if one.target_fullname == PERSON]
            unkept = any(key.ondelete not in ("CASCADE", "SET NULL") for key in keys)
            unkeyed = not column.foreign_keys and _WHO.fullmatch(column.name)
            unswept = isinstance(column.type, Text) and _ADDRESS.fullmatch(column.name)
            if unkept or unkeyed or unswept:
                yield str(column)


def _sweep(session: Session, table: Table, email: str, ids: Collection[str]) -> None:
    """Takes out of ``table`` what names the person and no key led to.

    A row with their address is about them, such as a mail, or an invitation that somebody sent; one
    with their id tells what they did, and stays without it; unless the row is found by it.
    """
    for question in _questions(table):
        session.execute(question, {_EMAIL.key: email, _IDS.key: [*ids]})


@cache
def _questions(table: Table) -> list[Delete | Update]:
    columns = text_columns(table)
    told = [] if table.name in _KEEPS_IDS else columns
    keys = [column for column in told if _is_key(column)]
    others = [column for column in told if not _is_key(column)]
    about = [func.lower(column) == _EMAIL for column in columns]
    about += [column.in_(_IDS) for column in keys]
    questions: list[Delete | Update] = []
    if about:
        questions.append(delete(table).where(or_(*about)))
    if others:
        mentioned = or_(*(column.in_(_IDS) for column in others))
        questions.append(update(table).where(mentioned).values(_blanked(others)))
    return questions


def _blanked(columns: Sequence[Column[str]]) -> dict[Column[str], Any]:
    """Each column as it is, or empty where it names who is erased."""
    return {
        column: case((column.in_(_IDS), null() if column.nullable else ""), else_=column)
        for column in columns
    }


def _is_key(column: Column[str]) -> bool:
    """Whether no two rows may be alike in it: then neither may two be blanked."""
    if column.primary_key:
        return True
    table = column.table
    keys = [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
    keys += [one.columns for one in table.indexes if one.unique]
    return not column.nullable and any(column.name in key for key in keys)


def _erased(database: Database) -> frozenset[str]:
    return frozenset(database.list_rows(select(ErasedRow.id)))
