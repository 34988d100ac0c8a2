"""Needs and offers, as their writers put them: from a block's item to a value (pure)."""

from dataclasses import dataclass
from datetime import date, timedelta

from wiki.api import Item, Problem, lazy, slug

NEEDS = "needs"
OFFERS = "offers"
#: what a block of that name defines
KIND_BY_BLOCK = {"besoins": NEEDS, "needs": NEEDS, "offres": OFFERS, "offers": OFFERS}
PREFIXES = {NEEDS: "b-", OFFERS: "o-"}

OPEN = "open"
MET = "met"
WITHDRAWN = "withdrawn"
STATE_WORDS = {
    OPEN: lazy("open"),
    MET: lazy("met"),
    WITHDRAWN: lazy("withdrawn"),
    "sleeping": lazy("without news"),
}
_STATE_BY_BOX = {" ": OPEN, "x": MET, "-": WITHDRAWN}

#: an open line without news for so long is shown as sleeping
SLEEPS_AFTER = timedelta(days=365)

#: how many requests a month an offer takes, by the words for it
AVAILABILITIES = {
    "a-little": 1,
    "un-peu": 1,
    "occasional": 2,
    "ponctuelle": 2,
    "regular": 4,
    "reguliere": 4,
}


@dataclass(frozen=True)
class Entry:
    """A need or an offer. ``text`` is Markdown without its marks; dates are ISO."""

    kind: str
    identity: str | None
    state: str
    text: str
    plain: str
    nested: str
    keywords: tuple[str, ...]
    places: tuple[str, ...]
    before: str | None
    seen: str | None
    availability: int | None
    line: int

    def sleeping(self, today: date, written: date | None) -> bool:
        """Whether it is open and its newest date lies more than a year back."""
        if self.state != OPEN:
            return False
        dates = [written] if written else []
        if self.seen:
            dates.append(date.fromisoformat(self.seen))
        return bool(dates) and max(dates) < today - SLEEPS_AFTER

    def overdue(self, today: date) -> bool:
        """Whether it is open and the day it had to be met by is past."""
        return self.state == OPEN and bool(self.before) and (self.before or "") < today.isoformat()


def read_entry(item: Item, kind: str) -> tuple[Entry, list[Problem]]:
    """The need or offer that ``item`` writes, and what makes no sense in it."""
    problems: list[Problem] = []
    dates = {}
    for mark in ("before", "seen"):
        value = item.marks.get(mark)
        dates[mark] = value if _is_date(value) else None
        if value and dates[mark] is None:
            problems.append(
                Problem(
                    item.line,
                    "bad-date",
                    "“{value}” is no date: write it as 2027-03-01.",
                    {"value": value},
                )
            )
    availability = read_availability(item.marks.get("availability"))
    if availability is None and (words := item.marks.get("availability")):
        problems.append(
            Problem(
                item.line,
                "bad-availability",
                "“{value}” is not understood: write a number of requests a month, or “un-peu”.",
                {"value": words},
            )
        )
    return (
        Entry(
            kind=kind,
            identity=item.identity,
            state=_STATE_BY_BOX.get(item.state, OPEN),
            text=item.text,
            plain=item.plain,
            nested=item.nested,
            keywords=item.keywords,
            places=item.places,
            before=dates["before"],
            seen=dates["seen"],
            availability=availability,
            line=item.line,
        ),
        problems,
    )


def read_availability(words: str | None) -> int | None:
    """Requests a month: a number, or one of the words for it; None where it says neither."""
    if not words:
        return None
    if words.isascii() and words.isdigit():
        return min(int(words), 100)
    return AVAILABILITIES.get(slug(words))


def _is_date(value: str | None) -> bool:
    try:
        return bool(value) and bool(date.fromisoformat(value or ""))
    except ValueError:
        return False
