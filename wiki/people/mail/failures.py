"""Mails that were given up: what administrators do with them, one by one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update

from wiki.people.mail.queue import PATIENCE
from wiki.people.mail.values import FailedMail
from wiki.people.models.background import MailRow
from wiki.people.store.database import Database

#: in whose hand a mail that failed is once an administrator has seen it
_SEEN = "seen by an administrator"


def list_unseen(database: Database, limit: int = 50) -> Sequence[tuple[FailedMail, bool]]:
    """Those that no administrator has marked as seen, newest first; whether it can be sent again.

    The words of some are not kept: they let someone in.
    """
    columns = (MailRow.key, MailRow.to, MailRow.subject, MailRow.failed)
    asked = select(*columns, MailRow.attempts, MailRow.error, _has_words()).where(*_unseen())
    rows = database.list_tuples(asked.order_by(MailRow.failed.desc()).limit(limit))
    return [(FailedMail(*row[:6]), bool(row[6])) for row in rows]


def count_unseen(database: Database) -> int:
    """How many there are."""
    return database.find_value(select(func.count()).select_from(MailRow).where(*_unseen())) or 0


def try_again(database: Database, key: str) -> bool:
    """Has the mail wait to be sent once more; False where it did not fail, or has no words."""
    now: datetime = database.now()
    with database.session() as session:
        written = session.execute(
            update(MailRow)
            .where(MailRow.key == key, *_unseen(), _has_words())
            .values(failed=None, due=now, until=now + PATIENCE, attempts=0, error="")
            .returning(MailRow.key)
        )
        return written.first() is not None


def mark_seen(database: Database, key: str) -> None:
    """Has nobody told of it any more; that it failed is kept."""
    database.execute(update(MailRow).where(MailRow.key == key, *_unseen()).values(claim=_SEEN))


def _unseen() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return MailRow.failed.is_not(None), MailRow.claim.is_distinct_from(_SEEN)


def _has_words() -> ColumnElement[bool]:
    return or_(MailRow.text != "", MailRow.html != "", MailRow.maker != "")
