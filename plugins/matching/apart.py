"""Suggested words that an editor has said are two things: not suggested again, to anyone."""

from sqlalchemy import select

from wiki.api.plugin import Instance

from .models import ApartRow
from .thesaurus import key_of

_LONGEST = 120


def keep_apart(instance: Instance, one: str, other: str) -> None:
    """Notes that the two are not one notion; saying it twice, or in the other order, is once."""
    found = _pair(one, other)
    if not all(found) or max(map(len, found)) > _LONGEST:
        return
    with instance.private.session() as session:
        if session.get(ApartRow, found) is None:
            now = instance.private.now()
            session.add(ApartRow(one=found[0], other=found[1], created=now))


def kept_apart(instance: Instance) -> frozenset[tuple[str, str]]:
    """The pairs, as ``is_apart`` looks them up."""
    with instance.private.reading() as session:
        rows = session.execute(select(ApartRow.one, ApartRow.other))
        return frozenset((one, other) for one, other in rows)


def is_apart(apart: frozenset[tuple[str, str]], one: str, other: str) -> bool:
    """Whether the two are among ``apart``, in any form of theirs."""
    return _pair(one, other) in apart


def _pair(one: str, other: str) -> tuple[str, str]:
    first, second = sorted((" ".join(key_of(one)), " ".join(key_of(other))))
    return first, second
