"""Needs and offers, as their writers put them: from a block's item to a value (pure)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from wiki.api.pages.blocks import Block
from wiki.api.pages.items import Item
from wiki.api.paths import read_number
from wiki.api.reading.item_rows import ItemRow
from wiki.api.translation import lazy

OPEN = "open"
MET = "met"
WITHDRAWN = "withdrawn"
#: an open one without news for so long
SLEEPING = "sleeping"
SLEEPS_AFTER = timedelta(days=180)

STATE_BY_BOX = {"": OPEN, " ": OPEN, "x": MET, "-": WITHDRAWN}
STATE_WORDS = {
    OPEN: lazy("open"),
    MET: lazy("found"),
    WITHDRAWN: lazy("withdrawn"),
    SLEEPING: lazy("without news for a long time"),
}
BOX_BY_STATE = {OPEN: " ", SLEEPING: " ", MET: "x", WITHDRAWN: "-"}
#: what lists show unless they are asked for more: those that sleep come last
LISTED = (OPEN, SLEEPING)


# There are two, and each is only itself: words that are translated late cannot be hashed.
@dataclass(frozen=True, eq=False)
class Kind:
    """What needs and offers differ by: names in addresses, texts and identities, and words."""

    name: str
    board: str
    blocks: tuple[str, str]
    prefix: str
    title: Any
    answer: Any
    none: Any


NEED = Kind(
    "need",
    "needs",
    ("besoins", "needs"),
    "b",
    title=lazy("Needs"),
    answer=lazy("I can help"),
    none=lazy("No need for now."),
)
OFFER = Kind(
    "offer",
    "offers",
    ("offres", "offers"),
    "o",
    title=lazy("Offers"),
    answer=lazy("This would help me"),
    none=lazy("No offer for now."),
)
KINDS = (NEED, OFFER)
KIND_BY_BLOCK = {name: kind for kind in KINDS for name in kind.blocks}


@dataclass(frozen=True)
class Entry:
    """A need or an offer. ``text`` is Markdown without its marks, ``plain`` its bare words.

    ``availability`` is in requests a month; ``heard`` the newest day that its writer names, or
    else, of an item of the catalogue, the one on which it was first there.
    """

    kind: Kind
    identity: str | None
    state: str
    text: str
    plain: str
    nested: str
    keywords: tuple[str, ...]
    places: tuple[str, ...]
    before: date | None
    heard: date | None
    availability: int | None
    line: int

    def state_on(self, today: date) -> str:
        """``open``, ``met``, ``withdrawn``, or ``sleeping`` where its newest day is long past."""
        if self.state == OPEN and self.heard and self.heard < today - SLEEPS_AFTER:
            return SLEEPING
        return self.state

    def is_past(self, today: date) -> bool:
        """Whether it is open though the day that it names is over: nobody is asked any more."""
        return self.state == OPEN and self.before is not None and self.before < today

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not says_something(self)


def says_something(item: Item | Entry) -> bool:
    """Whether there are words: an item without any has its own marker below it."""
    return bool(item.text) or any(char.isalnum() for char in item.nested)


def entry_of(item: Item | ItemRow, kind: Kind) -> Entry:
    """The need or offer that an item, read now or kept in the catalogue, writes; never raises.

    Marks that make no sense are told by the core's grammar, and are none of the item's marks.
    """
    marks = item.marks
    before, seen = _day(marks.get("before")), _day(marks.get("seen"))
    days = [day for day in (before, seen, _day(item.date)) if day]
    return Entry(
        kind=kind,
        identity=item.identity,
        state=STATE_BY_BOX.get(item.state, OPEN),
        text=item.text,
        plain=item.plain,
        nested=item.nested,
        keywords=item.keywords,
        places=item.places,
        before=before,
        heard=max(days, default=_day(item.heard) if isinstance(item, ItemRow) else None),
        availability=read_number(marks.get("availability", "")),
        line=item.line,
    )


def defining(blocks: Iterable[Block]) -> Iterator[tuple[Block, Kind]]:
    """Those of ``blocks`` that define needs or offers: with arguments one is a list of others'."""
    for block in blocks:
        kind = KIND_BY_BLOCK.get(block.name)
        if kind is not None and not block.args.strip():
            yield block, kind


def open_first(entries: Iterable[Entry]) -> list[Entry]:
    """``entries`` with the open ones first; within each part in their author's order."""
    return sorted(entries, key=lambda entry: entry.state != OPEN)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
