"""What someone with an account follows, and how often they are written to: theirs alone to know."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.errors import BadField, TooMany
from wiki.people.models.accounts import PersonRow
from wiki.people.models.subscriptions import FollowerRow, WatchRow
from wiki.people.store.database import Database
from wiki.people.targets import Target
from wiki.translation import gettext as _

#: what one person may follow, and what an address without an account may
MOST, MOST_BY_MAIL = 500, 20
#: characters of a name of one's own
LONGEST_NAME = 80
#: at once, each morning, each Monday morning
NOW, DAY, WEEK = RHYTHMS = ("now", "day", "week")


@dataclass(frozen=True)
class Watch:
    """What is followed, and since when, which the commit ``head`` was; "" if that is not known.

    ``known`` are the results that a search had then, ``name`` is what its keeper calls it; of what
    is ``quiet`` nothing is sent.
    """

    target: Target
    since: datetime
    head: str = ""
    known: str = ""
    name: str = ""
    quiet: bool = False


@dataclass(frozen=True)
class Following:
    """How often someone is written to; not at all while ``paused``."""

    rhythm: str = DAY
    paused: bool = False


def watch(database: Database, person_id: str, target: Target, *, head: str = "") -> None:
    """Follows it; told is what happens after the commit ``head``. Raises TooMany."""
    with database.session() as session:
        follower = follower_of(database, session, person_id, head)
        add_watch(database, session, follower.id, target, MOST, head)


def name_watch(
    database: Database, person_id: str, target: Target, name: str, *, quiet: bool
) -> bool:
    """Calls what is followed ``name`` ("" again by what it is), told of unless ``quiet``.

    Whether it is followed. Raises BadField where the name is too long.
    """
    called = " ".join(name.split())
    if len(called) > LONGEST_NAME or not (called or " ").isprintable():
        raise BadField("name", _("Choose a shorter name, of 80 characters at most."))
    with database.session() as session:
        row = session.get(WatchRow, (person_id, target.kind, target.value))
        if row is None:
            return False
        row.name, row.quiet = called, quiet
        return True


def unwatch(database: Database, person_id: str, target: Target) -> None:
    """Follows it no longer; what was not followed is no fault."""
    database.execute(
        delete(WatchRow).where(
            WatchRow.follower == person_id,
            WatchRow.kind == target.kind,
            WatchRow.target == target.value,
        )
    )


def is_watched(database: Database, person_id: str, target: Target) -> bool:
    """Whether the person follows that itself."""
    return target in database.remembered(
        ("watched", person_id),
        lambda: frozenset(one.target for one in watched(database, person_id)),
    )


def watched(database: Database, person_id: str) -> list[Watch]:
    """What the person follows, the last one first."""
    rows = database.list_rows(
        select(WatchRow)
        .where(WatchRow.follower == person_id)
        .order_by(WatchRow.since.desc(), WatchRow.kind, WatchRow.target)
    )
    return [as_watch(row) for row in rows]


def following(database: Database, person_id: str) -> Following:
    """How often the person is written to."""
    row = database.find_row(FollowerRow, person_id)
    return Following(row.rhythm, row.paused) if row else Following()


def set_following(database: Database, person_id: str, chosen: Following, *, head: str = "") -> None:
    """Writes to the person as ``chosen``; after a pause, of what follows ``head``.

    Raises BadField for a rhythm that there is not.
    """
    if chosen.rhythm not in RHYTHMS:
        raise BadField("rhythm", _("There is no such rhythm."))
    with database.session() as session:
        row = follower_of(database, session, person_id, head)
        if row.paused and not chosen.paused:
            row.commit, row.told = head, database.now()
        row.rhythm, row.paused = chosen.rhythm, chosen.paused


def follower_of(database: Database, session: Session, person_id: str, head: str) -> FollowerRow:
    """The row of an account as a follower, made where it is missing."""
    row = session.get(FollowerRow, person_id, with_for_update=True)
    if row is None:
        lang = session.scalar(select(PersonRow.lang).where(PersonRow.id == person_id)) or "fr"
        row = FollowerRow(
            id=person_id,
            person=person_id,
            lang=lang,
            rhythm=DAY,
            paused=False,
            commit=head,
            told=database.now(),
        )
        session.add(row)
        session.flush()
    return row


def add_watch(
    database: Database, session: Session, follower: str, target: Target, most: int, head: str
) -> None:
    """Writes a watch, begun at ``head``, in the caller's transaction.

    Raises TooMany beyond ``most``.
    """
    if session.get(WatchRow, (follower, target.kind, target.value)) is not None:
        return
    count = session.scalar(select(func.count()).where(WatchRow.follower == follower)) or 0
    if count >= most:
        words = _("You follow a great many things: stop following one first.")
        raise TooMany(words, retry_after=0)
    row = WatchRow(
        follower=follower,
        kind=target.kind,
        target=target.value,
        since=database.now(),
        commit=head,
        known="",
    )
    session.add(row)
    session.flush()


def as_watch(row: WatchRow) -> Watch:
    """The row as a value."""
    return Watch(
        Target(row.kind, row.target), row.since, row.commit, row.known, row.name, row.quiet
    )
