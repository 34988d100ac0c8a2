"""The cards of the connectors' queue, and who gets which: one in one hand, fairly shared.

A card is worked out anew each time, from the text and from private rows; nothing has to be put into
the queue, and what was answered elsewhere is gone from it. Which connector a card comes to first is
drawn by its name, weighted by the time that each gives: the same draw for everybody, at any moment.
When one sees it, it is theirs for a while.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from math import log

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from wiki.api.errors import StorageFailed
from wiki.api.limits import monthly_requests
from wiki.api.people import Person, get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, find_items, select_items
from wiki.api.reading.rows import PageRow, find_rows
from wiki.api.reading.rows import select as select_pages

from .models import CardRow, DeedRow, IntroductionRow
from .requests import live_about
from .states import ASKED, view_of_proposer
from .store import REMINDED, Introduction, find_all
from .subjects import NEEDS, OFFERS, may_give, waits

NEED, READ, WAITS, SLEEPS = "need", "read", "waits", "sleeps"
DONE, PASSED, LATER = "done", "passed", "later"
#: in whose hand a card is, while they look at it
HELD = timedelta(minutes=20)
#: how long a deed keeps a card away: from everybody, or from who did it
_AWAY = {DONE: timedelta(days=60), PASSED: timedelta(days=365), LATER: timedelta(days=1)}
#: what has had no news for so long is asleep, on the boards too
_ASLEEP = timedelta(days=180)
#: what is looked at of each kind, the oldest first
_LOOKED_AT = 200
#: a project is new while it is among so many
_NEW = 20
ROLES = ("connector", "programme", "admin")


@dataclass(frozen=True)
class Card:
    """Something a connector could do: ``key`` names it, ``about`` is an identity or a path."""

    kind: str
    about: str

    @property
    def key(self) -> str:
        """What claims and deeds know it by."""
        return f"{self.kind}:{self.about}"


@dataclass(frozen=True)
class Dealt:
    """The card in one's hand, and how many wait for the same person, with it."""

    card: Card | None
    left: int = 0


@dataclass(frozen=True)
class Counts:
    """How many cards wait, by kind, and what was done in 31 days, by how many people."""

    waiting: Mapping[str, int]
    done: int
    by: int


def cards_for(reader: Reader, person: Person) -> list[Card]:
    """All that waits, the oldest first within each kind; what one may see and nothing else."""
    return [*_waiting_long(reader, person), *_for_everyone(reader)]


def _for_everyone(reader: Reader) -> list[Card]:
    return [
        *(Card(NEED, one) for one in _unanswered(reader)),
        *(Card(READ, one.path) for one in _new_projects(reader)),
        *(Card(SLEEPS, one) for one in _sleeping(reader)),
    ]


def next_card(reader: Reader, person: Person) -> Dealt:
    """The card that ``person`` sees now, in their hand from now on; none where nothing waits.

    Two who ask at the same moment never get the same one, but where nothing can be written: then
    nobody can do anything with one.
    """
    private = reader.instance.private
    cards = cards_for(reader, person)
    connectors = weights(reader, person)
    try:
        with private.session("introductions:queue") as session:
            now = private.now()
            session.execute(delete(CardRow).where(CardRow.until <= now))
            dealt = _deal(session, person, cards, connectors, now)
            if dealt.card is not None:
                _hold(session, person, dealt.card.key, now)
            return dealt
    except StorageFailed:
        with private.reading() as session:
            return _deal(session, person, cards, connectors, private.now())


def _deal(
    session: Session,
    person: Person,
    cards: Sequence[Card],
    connectors: dict[str, int],
    now: datetime,
) -> Dealt:
    taken = _taken(session, person, cards, now)
    held = set(session.scalars(select(CardRow.key).where(CardRow.holder == person.id)))
    free = [card for card in cards if card.key not in taken]
    if not free:
        return Dealt(None)
    chosen = min(
        free,
        # The one in hand first, so that coming back shows it again; then one's own share.
        key=lambda card: (card.key not in held, first_of(card.key, connectors) != person.id),
    )
    return Dealt(chosen, len(free))


def _hold(session: Session, person: Person, key: str, now: datetime) -> None:
    session.execute(delete(CardRow).where(CardRow.holder == person.id, CardRow.key != key))
    row = session.get(CardRow, key)
    if row is None:
        session.add(CardRow(key=key, holder=person.id, until=now + HELD))
    else:
        row.until = now + HELD


def do(instance: Instance, person: Person, key: str, what: str) -> bool:
    """Notes what ``person`` did with a card and frees it; False where it is in another's hand."""
    if what not in _AWAY or len(key) > 4010:
        return False
    with instance.private.session("introductions:queue") as session:
        now = instance.private.now()
        row = session.get(CardRow, key)
        if row is not None and row.holder != person.id and row.until > now:
            return False
        if row is not None:
            session.delete(row)
        done = select(DeedRow).where(
            DeedRow.key == key, DeedRow.person == person.id, DeedRow.until > now
        )
        if session.scalar(done.limit(1)) is None:
            session.add(
                DeedRow(key=key, person=person.id, what=what, at=now, until=now + _AWAY[what])
            )
        return True


def deeds_of(instance: Instance, person_id: str, since: datetime, limit: int) -> list[DeedRow]:
    """What a connector did since a moment, newest first; what was put away is none of it."""
    asked = select(DeedRow).where(
        DeedRow.person == person_id, DeedRow.what == DONE, DeedRow.at > since
    )
    return instance.private.list_rows(asked.order_by(DeedRow.at.desc()).limit(limit))


def count_done(instance: Instance, person_id: str, since: datetime) -> int:
    """How many cards someone has cleared since a moment, in whatever way."""
    asked = select(func.count()).where(DeedRow.person == person_id, DeedRow.at >= since)
    return instance.private.find_value(asked) or 0


def counts(reader: Reader) -> Counts:
    """How much waits for all connectors together, as the reader may see it: numbers alone."""
    instance = reader.instance
    now = instance.private.now()
    with instance.private.reading() as session:
        gone = set(
            session.scalars(select(DeedRow.key).where(DeedRow.until > now, DeedRow.what == DONE))
        )
        recent = (DeedRow.at > now - timedelta(days=31), DeedRow.what == DONE)
        done = session.scalar(select(func.count()).where(*recent)) or 0
        by = session.scalar(select(func.count(DeedRow.person.distinct())).where(*recent)) or 0
    open_to_all = [card for card in _for_everyone(reader) if card.key not in gone]
    waiting = {
        kind: sum(card.kind == kind for card in open_to_all) for kind in (NEED, READ, SLEEPS)
    }
    return Counts(waiting | {WAITS: len(list(_all_waiting(instance)))}, done, by)


def weights(reader: Reader, person: Person) -> dict[str, int]:
    """Who shares the queue, with the number of requests a month that each gives.

    Those who have done something with it of late, and who asks.
    """
    instance = reader.instance
    recent = instance.private.now() - timedelta(days=31)
    asked = select(DeedRow.person).where(DeedRow.at > recent).distinct()
    ids = {*instance.private.list_rows(asked), person.id}
    return {one: _weight(reader, one) for one in sorted(ids)}


def first_of(key: str, weighted: dict[str, int]) -> str:
    """To whom the card comes first: each in proportion to their weight, the same at every draw."""

    def draw(one: str) -> float:
        number = int.from_bytes(sha256(f"{one} {key}".encode()).digest()[:8], "big")
        # In (0, 1): of exponential delays, the shortest is i's with probability w_i / Σw.
        return -log((number + 1) / (2**64 + 1)) / max(weighted[one], 0.01)

    return min(sorted(weighted), key=draw)


def heard_of(item: ItemRow) -> date | None:
    """The newest day that a line names; of one that names none, the day on which it came."""
    named = [day for day in (item.marks.get("seen"), item.marks.get("before"), item.date) if day]
    try:
        return date.fromisoformat(max(named, default=item.heard))
    except ValueError:
        return None


def is_asleep(item: ItemRow, today: date) -> bool:
    """Whether an open line has had no news for half a year."""
    heard = heard_of(item)
    return heard is not None and heard < today - _ASLEEP


def _weight(reader: Reader, person_id: str) -> int:
    person = get_person(reader.instance.private, person_id)
    if person is None or person.disabled or person.role not in ROLES:
        return 0
    return may_give(reader, person.page) if person.page else monthly_requests("")


def _taken(session: Session, person: Person, cards: Iterable[Card], now: datetime) -> set[str]:
    """The keys that are in another's hand, done by anybody, or put away by this person."""
    others = select(CardRow.key).where(CardRow.holder != person.id, CardRow.until > now)
    deeds = select(DeedRow.key).where(
        DeedRow.until > now, or_(DeedRow.what == DONE, DeedRow.person == person.id)
    )
    known = {card.key for card in cards}
    return known & {*session.scalars(others), *session.scalars(deeds)}


def _unanswered(reader: Reader) -> Iterator[str]:
    found = _open_items(reader, NEEDS)
    live = live_about(reader.instance, [one.identity or "" for one in found])
    for item in found:
        if item.identity and item.identity not in live and not is_asleep(item, reader.today):
            yield item.identity


def _sleeping(reader: Reader) -> Iterator[str]:
    for item in _open_items(reader, OFFERS):
        if item.identity and is_asleep(item, reader.today):
            yield item.identity


def _open_items(reader: Reader, blocks: tuple[str, str]) -> Sequence[ItemRow]:
    found = find_items(reader, select_items(blocks, (" ",)), "old", _LOOKED_AT).rows
    return [one for one in found if waits(one, reader.today)]


def _new_projects(reader: Reader) -> list[PageRow]:
    """The newest projects about which nobody has been brought together yet."""
    found = find_rows(reader, select_pages(types=("project",)), "created", _NEW).rows
    live = live_about(reader.instance, [one.path for one in found])
    return [one for one in found if one.path not in live]


def _waiting_long(reader: Reader, person: Person) -> Iterator[Card]:
    """One's own proposals without an answer: nobody else may know of them."""
    for one in _all_waiting(reader.instance, IntroductionRow.proposer == person.id):
        yield Card(WAITS, one.row.id)


def _all_waiting(instance: Instance, *conditions: ColumnElement[bool]) -> Iterator[Introduction]:
    long_ago = instance.private.now() - REMINDED
    for one in find_all(
        instance,
        *conditions,
        IntroductionRow.proposer.is_not(None),
        IntroductionRow.over.is_(None),
        IntroductionRow.connected.is_(None),
        IntroductionRow.confirmed <= long_ago,
    ):
        if view_of_proposer(one.talk) == ASKED:
            yield one
