"""Rates that survive a restart and hold over all processes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from wiki.people.limits.frequent import too_many
from wiki.people.models.counts import AttemptRow
from wiki.people.store.database import Database

QUARTER, HOUR, DAY = 900, 3600, 86_400
#: seconds that the first try beyond those that are free waits for
_PAUSE = 5
_IPV4 = 4


@dataclass(frozen=True)
class Limit:
    """At most ``limit`` tries of ``key`` in any ``window`` seconds.

    After ``free`` of them each waits for the one before, twice as long every time.
    """

    key: str
    limit: int
    window: int
    free: int | None = None


def attempt(database: Database, key: str, limit: int, window: int) -> None:
    """Counts one try of ``key``. Raises TooMany where it would be more than ``limit``."""
    count_attempts(database, [Limit(key, limit, window)])


def count_attempts(database: Database, limits: Sequence[Limit]) -> None:
    """Counts one try of each, or of none where one of them is spent. Raises TooMany.

    A try is counted before its outcome is known: tries at the same moment cannot all pass.
    """
    with database.session() as session:
        forget_the_past(database, session)
        for one in limits:
            _check(database, session, one)
        session.add_all(AttemptRow(key=hash_key(one.key), at=database.now()) for one in limits)


def door_limits(
    database: Database, door: str, address: str, *, network: int, most: int
) -> Sequence[Limit]:
    """Limits of a ``door`` that strangers come by: ``most`` a day, of one ``network`` fewer.

    Once half of them have come, a hundredth of them are taken of each wide network: so a few that
    send as much as they may do not close it to all others.
    """
    today = AttemptRow.at > database.now() - timedelta(seconds=DAY)
    asked = select(func.count()).where(AttemptRow.key == hash_key(door), today)
    crowded = (database.find_value(asked) or 0) >= most // 2
    return [
        Limit(f"{door}@{client_network(address)}", network, DAY),
        Limit(f"{door}@{shown_network(address)}", most // 100 if crowded else most, DAY),
        Limit(door, most, DAY),
    ]


def forgive(database: Database, key: str) -> int:
    """Forgets every try of ``key``: it turned out well. Returns how many there were."""
    with database.session() as session:
        gone = delete(AttemptRow).where(AttemptRow.key == hash_key(key)).returning(AttemptRow.id)
        return len(session.scalars(gone).all())


def take_back(database: Database, key: str, count: int = 1) -> None:
    """Uncounts the last tries of ``key``."""
    with database.session() as session:
        newest = (
            select(AttemptRow.id)
            .where(AttemptRow.key == hash_key(key))
            .order_by(AttemptRow.id.desc())
            .limit(count)
        )
        session.execute(delete(AttemptRow).where(AttemptRow.id.in_(newest.scalar_subquery())))


def client_network(address: str) -> str:
    """Whom an address stands for: itself, or in IPv6 the /64 that one subscriber has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return f"{int(parsed) >> 64:016x}::/64"
    return str(parsed)


def shown_network(address: str) -> str:
    """As much of an address as is kept for its owner to know it by: a /24, in IPv6 a /48."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ip_network((parsed, 24 if parsed.version == _IPV4 else 48), strict=False))


def _check(database: Database, session: Session, one: Limit) -> None:
    key, now = hash_key(one.key), database.now()
    database.lock(session, key)
    recent = (AttemptRow.key == key, AttemptRow.at > now - timedelta(seconds=one.window))
    count = session.scalar(select(func.count()).where(*recent)) or 0
    if count < one.limit:
        if one.free is not None and count >= one.free:
            _check_pause(session, recent, now, min(_PAUSE * 2 ** (count - one.free), one.window))
        return
    # There is room again once all but ``limit - 1`` of them are past.
    freeing = session.scalar(
        select(AttemptRow.at)
        .where(*recent)
        .order_by(AttemptRow.at)
        .offset(max(0, count - max(1, one.limit)))
        .limit(1)
    )
    wait = one.window
    if freeing is not None:
        wait = max(1, int((freeing - now).total_seconds()) + one.window)
    raise too_many(wait)


def _check_pause(
    session: Session, recent: tuple[ColumnElement[bool], ...], now: datetime, seconds: int
) -> None:
    last = session.scalar(select(func.max(AttemptRow.at)).where(*recent))
    left = seconds - (now - last).total_seconds() if last is not None else 0
    if left > 0:
        raise too_many(ceil(left))


def forget_the_past(database: Database, session: Session) -> None:
    """Deletes the tries that no limit looks back to."""
    session.execute(
        delete(AttemptRow).where(AttemptRow.at < database.now() - timedelta(seconds=DAY))
    )


def hash_key(key: str) -> str:
    """What a key is stored as: it keeps neither name nor address."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
