"""What other pages say of notes: panels at an event, lines for who prepares it and who is named."""

from collections.abc import Iterable, Iterator, Sequence

from wiki.api.events import Event, EventStep, event_of, organises_event
from wiki.api.panels import Aside, NextStep, PageContext, Waiting
from wiki.api.paths import action_url, page_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.reading.history import get_times
from wiki.api.reading.rows import PageRow, get_row, list_team
from wiki.api.translation import gettext, ngettext

from .creation import may_write, notes_of
from .gaps import Gap, by_space, gaps, own, shown

#: lines of a panel
SHOWN = 4


@hookimpl
def page_asides(context: PageContext) -> Sequence[Aside]:
    """At an event: its notes, and what they miss; at its pages: the map of each."""
    page, reader = context.page, context.reader
    event = event_of(reader, context.space.path) if context.space else None
    if event is None:
        return []
    is_event = event.path == page.path
    notes = notes_of(reader, event.path)
    may_begin = is_event and notes is None and _has_begun(reader, event)
    begin = may_begin and organises_event(reader, event) and may_write(reader, event)
    found = gaps(reader, space=event.path) if notes or not is_event else []
    if not (notes or begin or found or not is_event):
        return []
    mapped = notes if is_event else page.path
    data = {
        "notes": page_url(notes) if notes and notes != page.path else "",
        "begin": action_url("notes/write", event.path) if begin else "",
        "map": action_url("notes/map", mapped) if mapped else "",
        "file": action_url("notes", f"{mapped}.mm") if mapped else "",
        "gaps": shown(reader, found[:SHOWN]),
        "total": len(found),
        "all": action_url("notes/missing", query={"event": event.path}),
    }
    return [Aside("notes/_panel.html", data, order=25)]


@hookimpl
def event_steps(event: Event, reader: Reader) -> Sequence[EventStep]:
    """Whether the notes are begun, and how much they miss."""
    label = gettext("Notes of the evening")
    notes = notes_of(reader, event.path)
    if notes is None:
        if not may_write(reader, event):
            return []
        words = gettext("not begun yet")
        return [EventStep(label, action_url("notes/write", event.path), words, False, 85)]
    count = len(gaps(reader, space=event.path))
    if not count:
        return [EventStep(label, page_url(notes), gettext("nothing is missing"), True, 85)]
    words = ngettext("one thing still missing", "{count} things still missing", count)
    url = action_url("notes/missing", query={"event": event.path})
    return [EventStep(label, url, words.format(count=count), False, 85)]


@hookimpl
def waiting(reader: Reader) -> Sequence[Waiting]:
    """What the person could add, a line for each event or page; new where the page is."""
    person = reader.person
    if person is None or not person.page:
        return []
    lines = []
    for found in by_space(own(reader, gaps(reader))).values():
        words = ngettext(
            "{title}: one thing that you could add",
            "{title}: {count} things that you could add",
            len(found),
        )
        times = [get_times(reader, path) for path in {one.row.path for one in found}]
        lines.append(
            Waiting(
                words.format(title=found[0].space_title, count=len(found)),
                action_url("notes/missing", query={"person": person.page}),
                max((one.created for one in times if one), default=None),
            )
        )
    return lines


@hookimpl
def next_steps(context: PageContext) -> Sequence[NextStep]:
    """What the notes of an event ask of the team of the project, whichever of them is named."""
    page, reader = context.page, context.reader
    row = get_row(reader, page.path)
    team = {one.path for one in list_team(reader, row)} if row is not None else set()
    for found in by_space(gaps(reader)).values():
        if found[0].space != page.path and any(one.path in team for one in _people(found)):
            words = gettext("Complete the notes of {title}").format(title=found[0].space_title)
            url = action_url("notes/missing", query={"event": found[0].space})
            return [NextStep(words, url, "pencil", 36)]
    return []


def _people(found: Iterable[Gap]) -> Iterator[PageRow]:
    for gap in found:
        yield from gap.people


def _has_begun(reader: Reader, event: Event) -> bool:
    if event.when is None or event.cancelled:
        return False
    return event.when.starts.isoformat()[:10] <= reader.today.isoformat()
