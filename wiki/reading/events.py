"""An event as its page's head says it: when, where, what is shown in which order."""

from collections.abc import Iterator
from dataclasses import dataclass

from wiki.hookspecs.events import Event
from wiki.pages.head.moments import read_when
from wiki.pages.head.programmes import programme_entries
from wiki.pages.words import fold
from wiki.projections.catalogue import PageRow
from wiki.projections.cataloguing.facts import page_named
from wiki.reading.lists import get_row
from wiki.reading.pages import find_page, resolve_target
from wiki.reading.reader import Reader

EVENT = "event"
#: what people write after ``cancelled:``
_YES = frozenset({"true", "yes", "oui", "vrai"})


def event_of(reader: Reader, path: str) -> Event | None:
    """The event at ``path``; None where the reader sees none there."""
    row = get_row(reader, path)
    return event_of_row(reader, row) if row is not None and row.type == EVENT else None


def event_of_row(reader: Reader, row: PageRow) -> Event:
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


@dataclass(frozen=True)
class ProgrammeLine:
    """A project of a programme as one reader is shown it; ``row`` is None where its page is not.

    ``path`` is where the head of the event says that its page is.
    """

    path: str
    title: str
    summary: str
    row: PageRow | None


def programme_lines(reader: Reader, event: Event) -> list[ProgrammeLine]:
    """The projects of ``event``, which this reader was given, in order.

    What the programme says of a project stands there for everyone who reads the event. Nothing is
    read from a page that the reader may not read: where the programme says nothing, it has no line.
    """
    page = find_page(reader, event.path)
    lines: dict[str, ProgrammeLine] = {}
    for one in programme_entries(page.head) if page is not None else ():
        path = resolve_target(reader, one.target)
        row = get_row(reader, path) if path else None
        if row is not None and row.type != "project":
            continue
        title, summary = one.title, one.summary
        if not title and row is not None:
            title, summary = row.title, row.summary
        if title:
            path = row.path if row is not None else page_named(one.target)
            lines.setdefault(path, ProgrammeLine(path, title, summary, row))
    return list(lines.values())


def programme_paths(reader: Reader, event: Event) -> list[str]:
    """The paths that the programme names, whoever may read what is there."""
    named = [page_named(target) for target in event.row.facts.get("programme", ())]
    return list(dict.fromkeys(resolve_target(reader, one) or one for one in named))


def _seen(reader: Reader, row: PageRow) -> Iterator[str]:
    shown = [resolve_target(reader, target) for target in row.facts.get("programme", ())]
    for path in dict.fromkeys(path for path in shown if path):
        if (found := get_row(reader, path)) is not None and found.type == "project":
            yield path


def organises_event(reader: Reader, event: Event) -> bool:
    """Whether the reader prepares this event: on its team, of the programme team, or an admin."""
    person = reader.person
    if person is not None and person.role == "programme" and not (person.disabled or person.held):
        return True
    return manages_event(reader, event)


def manages_event(reader: Reader, event: Event) -> bool:
    """Whether the reader is on the event's team, or an admin: who comes is theirs to know.

    The programme team decides about applications to every event; that makes nobody of it, of an
    event that it does not run, a reader of what its people told the event's team.
    """
    person = reader.person
    if person is None or person.disabled or person.held:
        return False
    if person.role == "admin":
        return True
    team = event.row.team_page or event.path
    return person.role != "reader" and team in reader.teams
