"""Those who are written to of what they follow: who is due, what they were told, how they stop.

A follower is an account, or an address without one. What a run of digests writes of one is in the
transaction of their mail: both are there, or neither is.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVarTuple

from sqlalchemy import Select, delete, func, insert, literal, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from wiki.people.accounts.rows import as_person
from wiki.people.follow.subscriptions import DAY, MOST, MOST_BY_MAIL, Watch, add_watch, as_watch
from wiki.people.mail.queue import queue_mail
from wiki.people.mail.values import Mail
from wiki.people.models.accounts import PersonRow
from wiki.people.models.subscriptions import DigestClockRow, FollowerRow, WatchRow
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.people.store.values import value_of
from wiki.people.targets import Target

Columns = TypeVarTuple("Columns")

#: longer than from one round to the next
_AHEAD = timedelta(days=8)


@dataclass(frozen=True)
class Follower:
    """Who is written to: ``person``, or ``email`` in ``lang`` where there is no account."""

    id: str
    person: Person | None
    email: str
    lang: str
    commit: str
    told: datetime
    watches: tuple[Watch, ...]
    rhythm: str = DAY
    paused: bool = False


@dataclass(frozen=True)
class Told:
    """What a follower is told: the mails, and what their searches have now, by target."""

    follower: Follower
    mails: tuple[Mail, ...] = ()
    known: tuple[tuple[Target, str], ...] = ()


def join_accounts(database: Database, head: str) -> None:
    """Makes each account a follower; an address that has an account by now joins it.

    Those who are new are told what happens after ``head``.
    """
    missing = select(PersonRow.id).where(
        ~select(FollowerRow.id).where(FollowerRow.id == PersonRow.id).exists()
    )
    alike = select(FollowerRow.id, PersonRow.id).join(
        PersonRow, PersonRow.email == FollowerRow.email
    )
    with database.reading() as session:
        if session.execute(missing.limit(1)).first() is None and (
            session.execute(alike.limit(1)).first() is None
        ):
            return
    columns = ("id", "person", "lang", "rhythm", "paused", "commit", "told")
    values = select(
        PersonRow.id,
        PersonRow.id,
        PersonRow.lang,
        literal(DAY),
        literal(False),
        literal(head),
        literal(database.now(), FollowerRow.told.type),
    ).where(PersonRow.id.in_(missing))
    with database.session("followers") as session:
        session.execute(insert(FollowerRow).from_select(columns, values))
        for follower, person in session.execute(alike).all():
            _merge(session, follower, person)


def _merge(session: Session, follower: str, person: str) -> None:
    """What an address followed is what its account follows now; the address is one's no more."""
    held = {
        (row.kind, row.target)
        for row in session.scalars(select(WatchRow).where(WatchRow.follower == person))
    }
    moving = session.scalars(select(WatchRow).where(WatchRow.follower == follower)).all()
    for row in moving[: max(0, MOST - len(held))]:
        if (row.kind, row.target) not in held:
            row.follower = person
    session.flush()
    session.execute(delete(FollowerRow).where(FollowerRow.id == follower))


def due(
    database: Database, rhythm: str, before: datetime, after: str = "", limit: int = 200
) -> list[Follower]:
    """Those of a rhythm who were last told before that moment, by id from ``after`` on."""
    with database.reading() as session:
        rows = session.execute(
            _due(select(FollowerRow, PersonRow), rhythm, before)
            .where(FollowerRow.id > after)
            .order_by(FollowerRow.id)
            .limit(limit)
        ).all()
        watches = _watches(session, [row.id for row, _person in rows])
        return [_as_follower(row, person, watches.get(row.id, ())) for row, person in rows]


def oldest_positions(
    database: Database, rhythm: str, before: datetime
) -> list[tuple[str, datetime]]:
    """The commits up to which those who are due were told, each with the earliest moment."""
    found = database.list_tuples(
        _due(select(FollowerRow.commit, func.min(FollowerRow.told)), rhythm, before).group_by(
            FollowerRow.commit
        )
    )
    return [(commit, told) for commit, told in found]


def followers_of(database: Database, kind: str, targets: Collection[str] | None) -> frozenset[str]:
    """The ids of those who are written to of one of ``targets`` (None: of any of that kind)."""
    asked = (
        select(WatchRow.follower)
        .join(FollowerRow, FollowerRow.id == WatchRow.follower)
        .outerjoin(PersonRow, PersonRow.id == FollowerRow.person)
        .where(
            WatchRow.kind == kind,
            WatchRow.quiet.is_(False),
            FollowerRow.paused.is_(False),
            or_(FollowerRow.person.is_(None), PersonRow.disabled.is_(None)),
        )
    )
    if targets is not None:
        asked = asked.where(WatchRow.target.in_(sorted(targets)))
    return frozenset(database.list_rows(asked))


def tell(database: Database, told: Sequence[Told], commit: str, at: datetime) -> int:
    """Writes that they were told all up to ``commit``, with their mails; how many mails.

    Who was told meanwhile by another run is passed over.
    """
    mails = 0
    with database.session() as session:
        for one in told:
            follower = one.follower
            moved = session.execute(
                update(FollowerRow)
                .where(FollowerRow.id == follower.id, FollowerRow.told == follower.told)
                .values(commit=commit, told=at)
                .execution_options(synchronize_session=False)
            )
            if not isinstance(moved, CursorResult) or not moved.rowcount:
                continue
            for target, known in one.known:
                session.execute(
                    update(WatchRow)
                    .where(
                        WatchRow.follower == follower.id,
                        WatchRow.kind == target.kind,
                        WatchRow.target == target.value,
                    )
                    .values(known=known)
                    .execution_options(synchronize_session=False)
                )
            mails += sum(queue_mail(database, session, mail) for mail in one.mails)
    return mails


def clock(database: Database, rhythm: str) -> tuple[str, datetime | None]:
    """The commit that those of the rhythm were last told of, and when the next run is due."""
    row = database.find_row(DigestClockRow, rhythm)
    return (row.commit, row.due) if row else ("", None)


def set_clock(database: Database, rhythm: str, commit: str, due: datetime | None) -> None:
    """Keeps what ``clock`` answers."""
    with database.session() as session:
        session.merge(DigestClockRow(rhythm=rhythm, commit=commit, due=due))


def find_follower(database: Database, follower_id: str) -> Follower | None:
    """The follower of that id; None who has stopped, or never was one."""
    with database.reading() as session:
        row = session.get(FollowerRow, follower_id)
        if row is None:
            return None
        person = session.get(PersonRow, row.person) if row.person else None
        watches = _watches(session, [row.id])
        return _as_follower(row, person, watches.get(row.id, ()))


def stop(database: Database, follower: Follower, targets: Iterable[Target] | None) -> None:
    """No more mail about ``targets``, or about anything (None); again is no fault.

    An account is paused and keeps what it follows; of an address without one, nothing is kept.
    """
    with database.session() as session:
        if targets is None:
            _stop_all(session, follower)
            return
        for target in targets:
            session.execute(
                delete(WatchRow).where(
                    WatchRow.follower == follower.id,
                    WatchRow.kind == target.kind,
                    WatchRow.target == target.value,
                )
            )
        left = session.scalar(select(WatchRow).where(WatchRow.follower == follower.id).limit(1))
        if follower.person is None and left is None:
            session.execute(delete(FollowerRow).where(FollowerRow.id == follower.id))


def _stop_all(session: Session, follower: Follower) -> None:
    if follower.person is None:
        session.execute(delete(FollowerRow).where(FollowerRow.id == follower.id))
    else:
        session.execute(
            update(FollowerRow).where(FollowerRow.id == follower.id).values(paused=True)
        )


def resume(database: Database, follower: Follower, head: str) -> None:
    """Undoes ``stop``: ``follower`` is as it was before; told is what follows ``head``."""
    with database.session() as session:
        row = session.get(FollowerRow, follower.id)
        if row is None:
            if not follower.email:
                return
            taken = select(FollowerRow).where(FollowerRow.email == follower.email)
            row = session.scalar(taken) or FollowerRow(
                id=follower.id,
                email=follower.email,
                lang=follower.lang,
                rhythm=follower.rhythm,
                paused=False,
                commit=head,
                told=database.now(),
            )
            session.add(row)
            session.flush()
        if row.paused and not follower.paused:
            row.paused, row.commit, row.told = False, head, database.now()
        most = MOST if row.person else MOST_BY_MAIL
        for one in follower.watches:
            add_watch(database, session, row.id, one.target, most, head)


def _due(asked: Select[*Columns], rhythm: str, before: datetime) -> Select[*Columns]:
    """``asked`` of those alone who are due."""
    return (
        asked.select_from(FollowerRow)
        .outerjoin(PersonRow, PersonRow.id == FollowerRow.person)
        .where(
            FollowerRow.rhythm == rhythm,
            FollowerRow.paused.is_(False),
            # After any round that is meant by ``before``: the clock was ahead then.
            or_(FollowerRow.told < before, FollowerRow.told > before + _AHEAD),
            or_(FollowerRow.person.is_(None), PersonRow.disabled.is_(None)),
        )
    )


def _watches(session: Session, followers: Sequence[str]) -> dict[str, tuple[Watch, ...]]:
    found: dict[str, list[Watch]] = {}
    rows = session.execute(
        select(WatchRow)
        .where(WatchRow.follower.in_(followers))
        .order_by(WatchRow.follower, WatchRow.since, WatchRow.kind, WatchRow.target)
    )
    for (row,) in rows:
        found.setdefault(row.follower, []).append(as_watch(row))
    return {follower: tuple(watches) for follower, watches in found.items()}


def _as_follower(
    row: FollowerRow, person: PersonRow | None, watches: tuple[Watch, ...]
) -> Follower:
    return value_of(
        Follower,
        row,
        person=as_person(person) if person else None,
        email=person.email if person else row.email or "",
        lang=person.lang if person else row.lang,
        watches=watches,
    )
