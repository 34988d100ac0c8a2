"""Who brought commits that others wrote: a row for each push, and one for each such commit.

The name of who pushed goes with their account, and the push stays: then a former member brought it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, insert, select

from wiki.people.models.accounts import PersonRow
from wiki.people.models.exchanges import FetchedRow, PushedRow, PusherRow, PushRow
from wiki.people.person import ALIAS
from wiki.people.store.database import Database

#: made once, of tables alone: a list of changes asks
_PUSHED, _PUSHER = PushedRow.__table__, PusherRow.__table__
_PERSON = PersonRow.__table__
_ALL_BROUGHT = (
    select(_PUSHED.c.commit, _PERSON.c.id, _PERSON.c.name)
    .outerjoin_from(_PUSHED, _PUSHER, _PUSHER.c.push == _PUSHED.c.push)
    .outerjoin(_PERSON, _PERSON.c.id == _PUSHER.c.person)
    .order_by(_PUSHED.c.push)
)
_BROUGHT = _ALL_BROUGHT.where(_PUSHED.c.commit.in_(bindparam("commits", expanding=True)))
#: so many are remembered; where there are more, each list of changes asks
_FEW = 1_000
#: what was fetched before that is another day's work: most of it would be sent again
_FETCHED = timedelta(days=1)


@dataclass(frozen=True)
class Pusher:
    """Who pushed: ``name`` as it is today; both are "" for an account that is gone."""

    name: str
    mail: str


def note_push(
    database: Database, person_id: str, old: str, new: str, count: int, others: Sequence[str]
) -> None:
    """Keeps that the person moved the branch by ``count`` commits, ``others`` not theirs."""
    with database.session() as session:
        row = PushRow(at=database.now(), old=old, new=new, commits=count)
        session.add(row)
        session.flush()
        session.add(PusherRow(push=row.id, person=person_id))
        if others:
            # A commit comes once; after a restore it may come again, by someone else.
            session.execute(insert(PushedRow), [{"push": row.id, "commit": one} for one in others])


def note_fetched(database: Database, person_id: str, commit: str) -> None:
    """Keeps that the person's git was told of, or has sent, ``commit`` and all before it."""
    with database.session() as session:
        session.merge(FetchedRow(person=person_id, commit=commit, at=database.now()))


def find_fetched(database: Database, person_id: str) -> str | None:
    """The commit that the person's git was told of last, within a day; None where it was not."""
    with database.reading() as session:
        row = session.get(FetchedRow, person_id)
        return row.commit if row and row.at > database.now() - _FETCHED else None


def brought_by(database: Database, commits: Collection[str]) -> Mapping[str, Pusher]:
    """Those of ``commits`` that someone brought who had not written them, with who that was."""

    def look() -> dict[str, Pusher] | None:
        found = database.list_tuples(_ALL_BROUGHT.limit(_FEW + 1))
        return _pushers(found) if len(found) <= _FEW else None

    few = database.remembered("brought", look)
    if few is not None:
        return {commit: few[commit] for commit in commits if commit in few}
    return _pushers(database.list_tuples(_BROUGHT, {"commits": list(commits)}))


def _pushers(found: Iterable[Sequence[str | None]]) -> dict[str, Pusher]:
    return {
        str(commit): Pusher(name or "", f"{id}@{ALIAS}") if id else Pusher("", "")
        for commit, id, name in found
    }
