"""The pages that someone follows: theirs alone to know."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from wiki.errors import TooMany
from wiki.people.database import Database
from wiki.people.models import WatchRow
from wiki.translation import gettext as _

#: pages that one person may follow
MOST = 500


@dataclass(frozen=True)
class Watch:
    """A page that is followed, and since when."""

    path: str
    since: datetime


def watch(database: Database, person_id: str, path: str) -> None:
    """Follows the page, and what is below it. Raises TooMany."""
    with database.session() as session:
        if session.get(WatchRow, (person_id, path)) is not None:
            return
        count = session.scalar(select(func.count()).where(WatchRow.person == person_id)) or 0
        if count >= MOST:
            words = _("You follow a great many pages: stop following one first.")
            raise TooMany(words, retry_after=0)
        session.add(WatchRow(person=person_id, path=path, since=database.now()))


def unwatch(database: Database, person_id: str, path: str) -> None:
    """Follows the page no longer; one that was not followed is no fault."""
    with database.session() as session:
        session.execute(delete(WatchRow).where(WatchRow.person == person_id, WatchRow.path == path))


def is_watched(database: Database, person_id: str, path: str) -> bool:
    """Whether the person follows the page itself."""
    return path in database.remembered(("watched", person_id), lambda: _paths(database, person_id))


def watched(database: Database, person_id: str) -> list[Watch]:
    """The pages that the person follows, the last one first."""
    with database.reading() as session:
        rows = session.scalars(
            select(WatchRow).where(WatchRow.person == person_id).order_by(WatchRow.since.desc())
        )
        return [Watch(row.path, row.since) for row in rows]


def _paths(database: Database, person_id: str) -> frozenset[str]:
    return frozenset(one.path for one in watched(database, person_id))
