"""An event as its page's head says it: when, where, what is shown in which order."""

from collections.abc import Iterator

from wiki.hookspecs.events import Event
from wiki.pages.moments import read_when
from wiki.pages.words import fold
from wiki.projections.catalogue import PageRow
from wiki.reading.reader import Reader

EVENT = "event"
#: what people write after ``cancelled:``
_YES = frozenset({"true", "yes", "oui", "vrai"})


def event_of(reader: Reader, path: str) -> Event | None:
    """The event at ``path``; None where the reader sees none there."""
    row = reader.row(path)
    return event_in(reader, row) if row is not None and row.type == EVENT else None


def event_in(reader: Reader, row: PageRow) -> Event:
    """The event of a row that this reader was given, with its facts."""
    zone = reader.instance.settings.zone
    return Event(
        row=row,
        when=read_when(row.first("starts"), row.first("ends"), zone),
        place=", ".join(row.facts.get("place", ())),
        kind=row.first("kind"),
        programme=tuple(_seen(reader, row)),
        cancelled=fold(row.first("cancelled")) in _YES,
    )


def _seen(reader: Reader, row: PageRow) -> Iterator[str]:
    shown = [reader.resolve(target) for target in row.facts.get("programme", ())]
    for path in dict.fromkeys(path for path in shown if path):
        if (found := reader.row(path)) is not None and found.type == "project":
            yield path


def organises(reader: Reader, event: Event) -> bool:
    """Whether the reader prepares this event: on its team, of the programme team, or an admin."""
    person = reader.person
    if person is None or person.disabled or person.held:
        return False
    if person.role in ("programme", "admin"):
        return True
    team = event.row.team_page or event.path
    return person.role != "reader" and f"team:{team}" in reader.audience
