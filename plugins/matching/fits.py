"""What fits, as one reader may see it: pairs that are kept, their reasons, what was declined."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select

from wiki.api.meaning import Fit
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.rows import get_row

from .funding import Funding, funding_of
from .models import DeclinedRow
from .pairs import look, shelf_for, thesaurus_of
from .projection import Kept, Pair
from .reasons import Reasons, reasons_for
from .texts import NEED, PERSON

#: pairs that are looked at for the few that are shown
_LOOKED_AT = 60
#: the part of the best offer's measure that others have which are shown beside it
_BESIDE = 0.6


class Found(NamedTuple):
    """Something that fits: the text that it is compared with, itself, and why."""

    mine: Kept
    other: Kept
    reasons: Reasons

    @property
    def need(self) -> Kept:
        """The need of the two."""
        return self.mine if self.mine.text.kind == NEED else self.other

    @property
    def offer(self) -> Kept:
        """What is offered, or who."""
        return self.other if self.mine.text.kind == NEED else self.mine


def found_for(reader: Reader, id_: str, limit: int) -> list[Found]:
    """What fits the need or offer ``id_``, or the person page of that path: best first.

    What the reader's person declined is left out; a person who gives no time is not shown.
    """
    shelf = shelf_for(reader)
    if not shelf.compared(id_):
        look(reader.instance)
    mine = shelf.of([id_], reader.audience).get(id_)
    if mine is None:
        return []
    side = mine.text.kind if mine.text.kind == NEED else "offer"
    pairs = shelf.pairs(id_, side, reader.audience, _LOOKED_AT)
    hidden = declined(reader)
    pairs = [pair for pair in pairs if (pair.need, pair.offer) not in hidden]
    texts = shelf.of([_other(pair, side) for pair in pairs], reader.audience)
    thesaurus = thesaurus_of(reader)
    found: list[Found] = []
    for pair in _good(pairs, side, texts):
        if (other := texts.get(_other(pair, side))) is None:
            continue
        need, offer = (mine, other) if side == NEED else (other, mine)
        if offer.text.availability == 0 or need.path == offer.path:
            continue
        if offer.path in _team(reader, need.path):
            continue
        # Someone who offers several things that fit is one person: the best of them is shown.
        if side == NEED and other.path in {one.other.path for one in found}:
            continue
        why = reasons_for(need.text, offer.text, thesaurus, pair.skill)
        found.append(Found(mine, other, why))
        if len(found) == limit:
            break
    return found


def _team(reader: Reader, path: str) -> Collection[str]:
    """The person pages of who the need is of: they know of it."""
    row = get_row(reader, path)
    space = get_row(reader, row.space) if row is not None and row.space else row
    return space.facts.get("team", ()) if space is not None else ()


def fits_for(item: str, reader: Reader, limit: int) -> list[Fit]:
    """See the service ``fits``."""
    return [
        Fit(
            one.other.path,
            "" if one.other.text.kind == PERSON else one.other.text.id,
            one.reasons.words(),
        )
        for one in found_for(reader, item, limit)
    ]


def funding_page(reader: Reader, id_: str) -> str:
    """The page about money, where the need ``id_`` asks for it and there is one; else ""."""
    mine = shelf_for(reader).of([id_], reader.audience).get(id_)
    if mine is None or mine.text.kind != NEED:
        return ""
    funding: Funding = funding_of(reader, thesaurus_of(reader))
    return funding.path if funding.path and funding.answers(mine.text) else ""


def decline(reader: Reader, need: str, offer: str, reason: str) -> None:
    """Hides a pair from the reader's person, who is logged in; saying it twice changes nothing."""
    if reader.person is None:
        return
    with reader.instance.private.session() as session:
        key = (reader.person.id, need, offer)
        if session.get(DeclinedRow, key) is None:
            now = datetime.now(UTC)
            row = DeclinedRow(person=key[0], need=need, offer=offer, reason=reason, created=now)
            session.add(row)


def declined(reader: Reader) -> Collection[tuple[str, str]]:
    """The pairs that the reader's person does not want to see."""
    if reader.person is None:
        return frozenset()
    return _declined(reader.instance, reader.person.id)


def _declined(instance: Instance, person: str) -> frozenset[tuple[str, str]]:
    rows = instance.private.list_tuples(
        select(DeclinedRow.need, DeclinedRow.offer).where(DeclinedRow.person == person)
    )
    return frozenset((need, offer) for need, offer in rows)


def _other(pair: Pair, side: str) -> str:
    return pair.offer if side == NEED else pair.need


def _good(pairs: Sequence[Pair], side: str, texts: Mapping[str, Kept]) -> list[Pair]:
    """Those of ``pairs`` that stand beside the best of those that are seen; people always do."""
    if side != NEED:
        # Each need is another's: what fits one better is no reason to leave out the others.
        return list(pairs)
    best = max((one.score for one in pairs if not one.skill and one.offer in texts), default=0)
    return [one for one in pairs if one.skill or one.score >= _BESIDE * best]
