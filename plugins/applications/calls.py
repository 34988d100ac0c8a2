"""A call: an event, or a series, that takes applications, as its page's head says."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from wiki.api.errors import BadField
from wiki.api.events import Event, event_of_row, organises_event
from wiki.api.meaning import fold
from wiki.api.pages import Document, Fact, Page, Problem, edit_head
from wiki.api.pages.editing import change_page
from wiki.api.reading import Reader
from wiki.api.reading.rows import PageRow, find_rows, get_row, select
from wiki.api.translation import gettext

KEYS = ("applications", "candidatures")
#: the fact that the catalogue keeps: ``open``, or the last day
FACT = "applications"
TYPES = ("event", "carrefour")
_OPEN = frozenset({"open", "ouvert", "ouverte", "ouvertes", "oui", "yes", "true"})
_CLOSED = frozenset({"closed", "ferme", "fermee", "fermees", "non", "no", "false", "closes"})
OPEN = "open"
#: as the head of a page says that the call is open, or closed, without a day
_WRITTEN = ("ouvertes", "closes")
_UNREADABLE = (
    "“{value}” says neither “open” nor a last day: write “open”, “closed”, or a day such as "
    "2027-02-15."
)
_ELSEWHERE = "Only an event, or a page of the type “carrefour”, takes applications."


@dataclass(frozen=True)
class Call:
    """A page that takes applications, or took them; ``until`` is the last day, if there is one."""

    event: Event
    until: date | None
    #: today
    open: bool

    @property
    def path(self) -> str:
        """Where its page is."""
        return self.event.path

    @property
    def title(self) -> str:
        """What its page is called."""
        return self.event.title


def call_at(reader: Reader, path: str) -> Call | None:
    """The event or series at ``path``, as this reader may see it; None where there is none."""
    row = get_row(reader, path) if path else None
    return call_in(reader, row) if row is not None and row.type in TYPES else None


def call_in(reader: Reader, row: PageRow) -> Call:
    """The call that a row of the catalogue is."""
    event = event_of_row(reader, row)
    said = row.first(FACT)
    until = _day(said)
    stands = said == OPEN or (until is not None and reader.today <= until)
    return Call(event, until, stands and not event.is_over(reader) and not event.cancelled)


def open_calls(reader: Reader, limit: int = 20) -> list[Call]:
    """The events and series that take applications today."""
    found = find_rows(reader, select(types=TYPES, flags=(FACT,)), "title", limit * 3)
    calls = (call_in(reader, row) for row in found.rows)
    return [call for call in calls if call.open][:limit]


def may_organise(reader: Reader, path: str) -> Call | None:
    """The event or series at ``path`` that the reader prepares; None for anyone else."""
    call = call_at(reader, path)
    return call if call is not None and organises_event(reader, call.event) else None


def open_call(reader: Reader, call: Call, until: str) -> None:
    """Opens the call, up to the day ``until`` where one is given.

    Raises BadField, and what saving the page does.
    """
    day = _day(until)
    if until.strip() and day is None:
        raise BadField("until", gettext("Please give the day as in 2027-03-18."))
    if day is not None and day < reader.today:
        raise BadField("until", gettext("Choose a day that is not past."))
    _say(reader, call, day.isoformat() if day else _WRITTEN[0], gettext("The call is open"))


def close_call(reader: Reader, call: Call) -> None:
    """Closes the call: what was proposed stays. Raises what saving the page does."""
    _say(reader, call, _WRITTEN[1], gettext("The call is closed"))


def _say(reader: Reader, call: Call, word: str, message: str) -> None:
    def said(page: Page) -> str:
        key = next((key for key in KEYS if page.head.words(key)), KEYS[-1])
        return edit_head(page.text, {key: word})

    change_page(reader, call.path, said, message)


def facts_of(document: Document) -> Iterable[Fact]:
    """Whether a page takes applications, for the catalogue."""
    if document.head.text("type").strip().casefold() not in TYPES:
        return  # a page below an event does not open it
    for key in KEYS:
        for word in document.head.words(key)[:1]:
            if _taken(word):
                yield Fact(FACT, OPEN if fold(word.strip()) in _OPEN else word.strip())
                return


def problems(page: Page) -> Sequence[Problem]:
    """What is wrong with the key, for those who may edit the page."""
    return list(_problems(page))


def _problems(page: Page) -> Iterator[Problem]:
    for key in KEYS:
        if not (words := page.head.words(key)):
            continue
        line = page.head.lines.get(key, 0)
        if page.type not in TYPES:
            yield Problem(line, "applications-elsewhere", _ELSEWHERE)
        elif len(words) > 1 or not (_taken(words[0]) or fold(words[0].strip()) in _CLOSED):
            value = ", ".join(words)[:60]
            yield Problem(line, "applications-unreadable", _UNREADABLE, {"value": value})


def _taken(word: str) -> bool:
    return fold(word.strip()) in _OPEN or _day(word) is not None


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word.strip())
    except ValueError:
        return None
