"""Counting who asks what in vain, without keeping who or what.

::

    question ──▶ HMAC(key, question) ─────────▶ CountRow ── five askers ──▶ LackRow, with its words
    asker ─────▶ HMAC(key, question, asker) ──▶    │                        of the fifth
                  key = HMAC(secret, half)         └── gone with the half, each month
"""

import hmac
import secrets
from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.api.plugin import Instance

from .models import CountRow, KeyRow, LackRow
from .questions import Question

#: askers from whom on the words are kept, and who are counted
FEWEST, MOST = 5, 100
#: nobody else counts meanwhile
LOCK = "lacks"
#: questions that are counted: begun by visitors, and by people with accounts
_COUNTED = 3000
#: what is shown
_SHOWN = 500
#: bytes of an asker
_MARK = 8


def count(instance: Instance, question: Question, asker: str, way: str, *, member: bool) -> None:
    """Counts that ``asker`` asked; words are kept where they are the fifth to do so this month."""
    with instance.private.session(LOCK) as session:
        month = turn_month(session, instance)
        key = _key(session, instance, month)
        name = _hash(key, question.key).hex()[:32]
        row = session.get(CountRow, name)
        if row is None:
            if not _has_room(session, member=member):
                return
            row = CountRow(question=name, askers=b"", members=member)
            session.add(row)
        mark = _hash(key, f"{name} {asker}")[:_MARK]
        known = set(_marks(row.askers))
        if mark in known or len(known) >= MOST:
            return
        row.askers += mark
        row.members = row.members or member
        if len(known) + 1 >= FEWEST:
            _show(session, question, way, month, len(known) + 1)


def turn_month(session: Session, instance: Instance) -> str:
    """The month that is counted: where it is a new one, all that the old key has hashed is gone."""
    month = f"{instance.private.now():%Y-%m}"
    known: str | None = session.scalar(select(func.max(KeyRow.month)))
    if known is not None and known >= month:
        # The clock of another machine is ahead: one key is one month.
        return known
    session.execute(delete(KeyRow))
    session.execute(delete(CountRow))
    return month


def _key(session: Session, instance: Instance, month: str) -> bytes:
    row = session.get(KeyRow, month)
    if row is None:
        row = KeyRow(month=month, half=secrets.token_bytes(32))
        session.add(row)
    return hmac.digest(instance.secret, b"lacks" + row.half, sha256)


def _hash(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), sha256)


def _marks(askers: bytes) -> Iterator[bytes]:
    return (askers[at : at + _MARK] for at in range(0, len(askers), _MARK))


def _has_room(session: Session, *, member: bool) -> bool:
    """Whether one more can be counted: one that a single one asked makes room for it.

    What visitors begin, machines among them, takes no room of the others.
    """
    held = select(func.count()).select_from(CountRow).where(CountRow.members == member)
    if (session.scalar(held) or 0) < _COUNTED:
        return True
    lone = (
        select(CountRow)
        .where(CountRow.members == member, func.length(CountRow.askers) <= _MARK)
        .order_by(CountRow.question)
        .limit(1)
    )
    row = session.scalar(lone)
    if row is None:
        return False
    session.delete(row)
    return True


def _show(session: Session, question: Question, way: str, month: str, askers: int) -> None:
    row = session.get(LackRow, question.key)
    if row is not None:
        row.month, row.askers = month, askers
        return
    if (session.scalar(select(func.count()).select_from(LackRow)) or 0) >= _SHOWN:
        least = select(LackRow).order_by(LackRow.month, LackRow.askers, LackRow.key).limit(1)
        session.delete(session.scalars(least).one())
    session.add(
        LackRow(
            key=question.key,
            words=question.words,
            way=way,
            month=month,
            askers=askers,
            away=False,
        )
    )
