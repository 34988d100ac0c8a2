"""What other pages say of labels: a next step for a project, a line for who organises an event."""

from collections.abc import Sequence

from wiki.api.events import Event, EventMove, EventStep, manages_event
from wiki.api.panels import NextStep, PageContext
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.translation import gettext, ngettext

from .store import of_event, of_project, offered, shown_at, standing


@hookimpl
def next_steps(context: PageContext) -> Sequence[NextStep]:
    """An invitation where the project was shown somewhere and never had to do with its label."""
    page, reader = context.page, context.reader
    instance = reader.instance
    known = {row.event for row in of_project(instance, page.path)}
    for one in offered(instance, page.path):
        if one.event.path not in known:
            words = gettext("Take the label “presented at {event}”").format(event=one.event.title)
            return [NextStep(words, action_url("labels", page.path), "check", 35)]
    return []


@hookimpl
def event_steps(event: Event, reader: Reader) -> Sequence[EventStep]:
    """How many of the projects shown have their label, once the event is over."""
    instance = reader.instance
    if not manages_event(reader, event):
        return []
    visitor = Reader(instance)
    able = [path for path in event.programme if shown_at(visitor, path, event)]
    rows = of_event(instance, event.path)
    if not able and not rows:
        return []
    count = sum(standing(instance, row) is not None for row in rows)
    words = ngettext("{count} of {all} took it", "{count} of {all} took it", count)
    words = words.format(count=count, all=max(len(able), count))
    url = action_url("labels/given", event.path)
    return [EventStep(gettext("Labels of the projects"), url, words, True, 92)]


@hookimpl
def event_moves(event: Event, reader: Reader) -> Sequence[EventMove]:
    """The labels that were taken say the date of the page: they follow it."""
    rows = of_event(reader.instance, event.path)
    count = sum(standing(reader.instance, row) is not None for row in rows)
    if not count:
        return []
    words = ngettext(
        "{count} label says the new day, once it is over",
        "{count} labels say the new day, once it is over",
        count,
    )
    url = action_url("labels/given", event.path)
    return [EventMove(gettext("Labels of the projects"), words.format(count=count), url)]
