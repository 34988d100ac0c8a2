"""Reports: someone says that a page should not stand as it does, and is told what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.errors import TooMany
from wiki.people.models.texts import ReportRow
from wiki.people.store.database import Database
from wiki.people.store.values import value_of
from wiki.translation import gettext as _

WAITING, RESTRICTED, DELETED, KEPT = "waiting", "restricted", "deleted", "kept"
#: why: the last one asks that a page about oneself be taken down
SPAM, HURTFUL, PERSONAL, ABOUT_ME = "spam", "hurtful", "personal", "mine"
REASONS = (SPAM, HURTFUL, PERSONAL, ABOUT_ME)

#: of all for one page; of all for all
MOST_OF_A_PAGE, MOST = 20, 1000
REMEMBERED = timedelta(days=365)


@dataclass(frozen=True)
class Report:
    """What someone says of the page ``path``; ``email`` is for the answer alone, never shown."""

    path: str
    reason: str
    words: str = ""
    email: str = ""
    lang: str = "fr"
    person: str | None = None
    id: str = ""
    state: str = WAITING
    answer: str = ""
    created: datetime | None = None


def keep(database: Database, new: Report) -> Report:
    """Keeps a new report. Raises TooMany where too many wait."""
    with database.session("reports") as session:
        past = database.now() - REMEMBERED
        session.execute(delete(ReportRow).where(ReportRow.decided < past))
        waiting = select(func.count()).where(ReportRow.state == WAITING)
        # The plea of who is spoken of has room of its own: nobody can fill the page against it.
        here = waiting.where(
            ReportRow.path == new.path, (ReportRow.reason == ABOUT_ME) == (new.reason == ABOUT_ME)
        )
        full = (session.scalar(here) or 0) >= MOST_OF_A_PAGE
        if full or (session.scalar(waiting) or 0) >= MOST:
            raise TooMany(
                _("This page has been reported several times already: someone will look at it."),
                retry_after=86_400,
            )
        row = ReportRow(
            id=token_hex(16),
            path=new.path,
            reason=new.reason,
            words=new.words,
            email=new.email,
            lang=new.lang,
            person=new.person,
            state=WAITING,
            answer="",
            created=database.now(),
        )
        session.add(row)
        session.flush()
        return value_of(Report, row)


def find(database: Database, id: str) -> Report | None:
    """The report with this id, which may be anything that stood in an address."""
    if not (id.isascii() and id.isalnum()):
        return None
    row = database.find_row(ReportRow, id)
    return value_of(Report, row) if row else None


def waiting_places(database: Database) -> dict[tuple[str, bool], int]:
    """Path, and whether it is a plea to take it down → how many reports wait; asked often."""

    def count() -> dict[tuple[str, bool], int]:
        found: dict[tuple[str, bool], int] = {}
        rows = database.list_tuples(
            select(ReportRow.path, ReportRow.reason, func.count())
            .where(ReportRow.state == WAITING)
            .group_by(ReportRow.path, ReportRow.reason)
        )
        for path, reason, many in rows:
            key = (path, reason == ABOUT_ME)
            found[key] = found.get(key, 0) + many
        return found

    return database.remembered("reports-waiting", count)


def waiting_for(database: Database, paths: Sequence[str], limit: int = 50) -> list[Report]:
    """The reports that wait for these pages, oldest first."""
    found: list[Report] = []
    with database.reading() as session:
        for start in range(0, len(paths), 500):
            asked = select(ReportRow).where(
                ReportRow.state == WAITING, ReportRow.path.in_(paths[start : start + 500])
            )
            rows = session.scalars(asked.order_by(ReportRow.created, ReportRow.id).limit(limit))
            found += (value_of(Report, row) for row in rows)
    return sorted(found, key=lambda one: (one.created, one.id))[:limit]


def decide(
    database: Database, session: Session, id: str, state: str, answer: str = ""
) -> Report | None:
    """Ends the waiting; None where it was decided before. What comes back has the address still."""
    row = session.get(ReportRow, id[:32], with_for_update=True)
    if row is None or row.state != WAITING:
        return None
    decided = value_of(Report, row)
    row.state, row.answer, row.decided, row.email = state, answer, database.now(), ""
    return decided
