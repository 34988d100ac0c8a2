"""What is still to be told to sisters, until they have it; and what was taken once, by identity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import delete, select

from wiki.errors import BadRequest
from wiki.people.models.sisters import SeenTokenRow, SisterMessageRow
from wiki.people.store.database import Database
from wiki.translation import gettext as _

#: characters of a body, messages that wait for one sister, and how long one is tried
LONGEST, MOST, FOR_SO_LONG = 64_000, 1000, timedelta(days=30)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)


@dataclass(frozen=True)
class Message:
    """Something for a sister: ``id`` is its identity there too, so that it is taken once."""

    id: str
    sister: str
    kind: str
    body: str
    created: datetime
    failures: int
    said: str


def put(database: Database, sister: str, kind: str, body: str) -> str:
    """Keeps a message to be sent; its identity. Raises BadRequest."""
    if len(body.encode()) > LONGEST:
        raise BadRequest(_("This is too long for a message to another site."))
    now, id = database.now(), token_urlsafe(24)
    with database.session("sister messages") as session:
        waiting = select(SisterMessageRow.id).where(SisterMessageRow.sister == sister).limit(MOST)
        if len(session.scalars(waiting).all()) >= MOST:
            raise BadRequest(_("Too much waits for that site already."))
        row = SisterMessageRow(
            id=id, sister=sister, kind=kind, body=body, created=now, due=now, failures=0, said=""
        )
        session.add(row)
    return id


def list_due(database: Database) -> set[str]:
    """The sisters for whom there is one whose time has come."""
    asked = select(SisterMessageRow.sister).where(SisterMessageRow.due <= database.now())
    return set(database.list_rows(asked.distinct()))


def list_due_of(database: Database, sister: str, limit: int = 200) -> Sequence[Message]:
    """Those for the sister whose time has come, the oldest first."""
    asked = (
        select(SisterMessageRow)
        .where(SisterMessageRow.sister == sister, SisterMessageRow.due <= database.now())
        .order_by(SisterMessageRow.created, SisterMessageRow.id)
        .limit(limit)
    )
    return [
        Message(**{name: getattr(row, name) for name in Message.__dataclass_fields__})
        for row in database.list_rows(asked)
    ]


def oldest(database: Database) -> tuple[int, datetime | None]:
    """How many wait, and since when the oldest does."""
    made = database.list_rows(select(SisterMessageRow.created))
    return len(made), min(made, default=None)


def is_too_old(database: Database, message: Message) -> bool:
    """Whether it was tried for long enough."""
    return database.now() - message.created > FOR_SO_LONG


def forget(database: Database, id: str) -> None:
    """It arrived, or never will."""
    with database.session() as session:
        session.execute(delete(SisterMessageRow).where(SisterMessageRow.id == id))


def put_off(database: Database, id: str, said: str) -> None:
    """It did not arrive: later again."""
    now = database.now()
    with database.session() as session:
        if (row := session.get(SisterMessageRow, id)) is None:
            return
        doubled: int = 2 ** min(row.failures, 10)
        row.failures, row.said = row.failures + 1, said[:1000]
        row.due = now + min(_FIRST_WAIT * doubled, _LONGEST_WAIT)


def take_once(database: Database, id: str, lasts: timedelta) -> bool:
    """Whether it is the first time that this identity comes; it is known for so long."""
    now = database.now()
    with database.session("sister tokens") as session:
        session.execute(delete(SeenTokenRow).where(SeenTokenRow.until < now))
        if session.get(SeenTokenRow, id) is not None:
            return False
        session.add(SeenTokenRow(id=id, until=now + lasts))
    return True


def let_go(database: Database, id: str) -> None:
    """It was not taken after all: it may come again."""
    with database.session() as session:
        session.execute(delete(SeenTokenRow).where(SeenTokenRow.id == id))
