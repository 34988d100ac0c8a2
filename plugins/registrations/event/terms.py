"""What the head of an event says of registering: open until when, for how many (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wiki.api.meaning import fold
from wiki.api.moments import read_moment
from wiki.api.pages import Page, Problem
from wiki.api.paths import read_number

#: the keys of a head, in both languages
REGISTRATION, CAPACITY = ("registration", "inscriptions"), ("capacity", "places")
#: more is a slip of the finger
MOST = 100_000
_OPEN = frozenset({"open", "ouvert", "ouverte", "ouvertes", "oui", "yes", "true"})
_CLOSED = frozenset({"closed", "ferme", "fermee", "fermees", "non", "no", "false"})
_ANY = ZoneInfo("UTC")

_NO_WORD = (
    "“{value}” does not say whether one can register: write open, closed, or the last day, as in "
    "2027-03-17. Until then registration is closed."
)
_NO_NUMBER = "“{value}” is no number of places: write it in digits, as in 60."
_TWICE = "“{key}” and “{other}” say the same: the first is used."


@dataclass(frozen=True)
class Terms:
    """Whether one can register: ``open``, perhaps ``until`` a moment, for ``capacity`` (or any)."""

    open: bool
    until: datetime | None = None
    capacity: int | None = None

    def are_open(self, now: datetime) -> bool:
        """Whether one can register at that moment."""
        return self.open and (self.until is None or now < self.until)


def terms_of(page: Page, zone: ZoneInfo) -> Terms | None:
    """The terms of an event's page; None where it says nothing of registering."""
    if page.type != "event":
        return None
    words = written(page, REGISTRATION)[1]
    if not words:
        return None
    capacity = _number(written(page, CAPACITY)[1])
    folded = fold(words)
    if folded in _OPEN:
        return Terms(True, None, capacity)
    last = None if folded in _CLOSED else read_moment(words, zone)
    if last is None:
        return Terms(False, None, capacity)
    if not isinstance(last, datetime):
        last = datetime.combine(last + timedelta(days=1), time(), zone)
    return Terms(True, last, capacity)


def problems(page: Page) -> Iterator[Problem]:
    """What the head says in words that are not understood."""
    if page.type != "event":
        return
    for keys in (REGISTRATION, CAPACITY):
        said = [key for key in keys if page.head.words(key)]
        if len(said) > 1:
            values = {"key": said[0], "other": said[1]}
            yield Problem(_line(page, said[1]), "registration-twice", _TWICE, values)
    key, words = written(page, REGISTRATION)
    if words and fold(words) not in _OPEN | _CLOSED and not isinstance(_moment(words), date):
        yield Problem(_line(page, key), "registration-word", _NO_WORD, {"value": words[:60]})
    key, words = written(page, CAPACITY)
    if words and _number(words) is None:
        yield Problem(_line(page, key), "registration-places", _NO_NUMBER, {"value": words[:60]})


def _moment(words: str) -> date | None:
    return read_moment(words, _ANY)


def written(page: Page, keys: tuple[str, ...]) -> tuple[str, str]:
    """The key that the head says, and its words; "" where it says none of them."""
    for key in keys:
        if words := next(iter(page.head.words(key)), "").strip():
            return key, words
    return keys[0], ""


def _line(page: Page, key: str) -> int:
    return page.head.lines.get(key, 0)


def _number(words: str) -> int | None:
    number = read_number(words) or 0
    return number if 0 < number <= MOST else None
