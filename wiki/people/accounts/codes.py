"""Invitation codes: a word, such as the name of an evening, that opens sign-up to so many people.

Where sign-up is open to everyone, a code says that someone answers for who brings it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from wiki.errors import BadField, Forbidden
from wiki.pages.words import slug
from wiki.people.accounts.mail_tokens import hash_token
from wiki.people.audit import record_audit
from wiki.people.limits.durable import HOUR, attempt, client_network, take_back
from wiki.people.models.invitations import CodeRow, SignUpCodeRow
from wiki.people.store.database import Database
from wiki.translation import gettext as _

MOST_USES = 100_000
#: wrong codes an hour from an address, where an evening of 500 phones may be
_WRONG = 60
_SHORTEST, _LONGEST = 6, 60


@dataclass(frozen=True)
class Code:
    """A code: ``used`` of its ``uses`` people have come, until the moment ``until``."""

    code: str
    uses: int
    used: int
    until: datetime


def make_code(database: Database, code: str, uses: int, until: datetime, *, by: str) -> Code:
    """A new code, folded as slugs are. Raises BadField."""
    folded = slug(code)
    if not _SHORTEST <= len(folded) <= _LONGEST:
        raise BadField("code", _("A code has from 6 to 60 letters and digits."))
    if not 1 <= uses <= MOST_USES:
        raise BadField("uses", _("For how many people, from 1 to 100,000?"))
    if until <= database.now():
        raise BadField("until", _("Choose a day that is not past."))
    row = CodeRow(code=folded, uses=uses, used=0, until=until, created=database.now())
    try:
        with database.session() as session:
            session.add(row)
            record_audit(database, by, "code", folded, str(uses), session=session)
    except IntegrityError as error:
        raise BadField("code", _("There is such a code already.")) from error
    return Code(folded, uses, 0, until)


def list_codes(database: Database) -> list[Code]:
    """Every code, the newest first."""
    rows = database.list_rows(select(CodeRow).order_by(CodeRow.created.desc(), CodeRow.code))
    return [Code(row.code, row.uses, row.used, row.until) for row in rows]


def end_code(database: Database, code: str, *, by: str) -> None:
    """Nobody comes by this code any more; none is no fault."""
    with database.session() as session:
        if session.execute(
            delete(CodeRow).where(CodeRow.code == code).returning(CodeRow.code)
        ).all():
            record_audit(database, by, "code-ended", code, session=session)


def check_code(database: Database, code: str, *, address: str) -> str:
    """The code as it is kept, if it is good now. Raises BadField, alike for all that is wrong."""
    folded, key = slug(code), f"code@{client_network(address)}"
    attempt(database, key, _WRONG, HOUR)
    good = database.find_value(select(CodeRow.code).where(CodeRow.code == folded, *_good(database)))
    if good is None:
        raise BadField("code", _("This code is not good, or no longer: ask for another one."))
    take_back(database, key)
    return good


def keep_code(session: Session, token: str, code: str) -> None:
    """Remembers the code of a sign-up beside its mailed link, in the transaction that made it."""
    session.flush()
    session.add(SignUpCodeRow(token=hash_token(token), code=code))


def code_of(session: Session, token: str) -> str:
    """The code that a sign-up was begun with, or ""."""
    row = session.get(SignUpCodeRow, hash_token(token))
    return row.code if row else ""


def count_use(database: Database, session: Session, code: str) -> None:
    """Counts someone whose account is being made by ``code``. Raises Forbidden if it has ended.

    Of two who come for its last place, one gets it.
    """
    counted = session.execute(
        update(CodeRow)
        .where(CodeRow.code == code, *_good(database))
        .values(used=CodeRow.used + 1)
        .returning(CodeRow.code)
        .execution_options(synchronize_session=False)
    ).all()
    if not counted:
        raise Forbidden(_("This code has been used up meanwhile: ask for another one."))


def _good(database: Database) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return CodeRow.used < CodeRow.uses, CodeRow.until > database.now()
