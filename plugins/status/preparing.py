"""For who prepares an event: how many of its projects have told something since."""

from collections.abc import Sequence

from wiki.api import Event, EventStep, ProgrammeLine, Reader, event_of, gettext, programme_lines

from .stories import narrowed, stories
from .telling import stories_url

#: events whose programmes are read for one list
_EVENTS = 20


def news_since(event: Event, reader: Reader) -> Sequence[EventStep]:
    """A line once the event is over, where projects were shown at it."""
    zone = reader.instance.settings.zone
    if event.when is None or event.cancelled or not event.when.is_over(reader.today, zone):
        return []
    asked = {"event": [event.path]}
    told = stories(reader)
    shown = {one.row.path: one for one in narrowed(told, asked)}
    shown |= {one.row.path: one for one in told if one.row.path in event.programme}
    count = len(shown) + len(_closed(reader, event))
    if not count:
        return []
    day = event.when.starts.isoformat()[:10]
    since = sum(bool(one.newest and one.newest.date.isoformat() > day) for one in shown.values())
    words = gettext("{told} of {count} have told something since").format(told=since, count=count)
    label = gettext("What became of the projects")
    return [EventStep(label, stories_url(asked), words, done=since == count, order=95)]


def named_at(reader: Reader, paths: Sequence[str]) -> list[dict[str, str]]:
    """The projects of events that were held whose pages the reader may not read, as named there."""
    zone, found = reader.instance.settings.zone, []
    for path in list(paths)[:_EVENTS]:
        event = event_of(reader, path)
        if event is None or event.when is None or event.cancelled:
            continue
        if event.when.is_over(reader.today, zone):
            found += _closed(reader, event)
    return [{"title": one.title, "summary": one.summary} for one in found]


def _closed(reader: Reader, event: Event) -> list[ProgrammeLine]:
    return [one for one in programme_lines(reader, event) if one.row is None]
