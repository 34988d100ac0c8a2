"""For who prepares an event: how many of its projects have told something since."""

from collections.abc import Sequence

from wiki.api.events import Event, EventStep
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from .presented import closed_lines, was_held
from .presenters import stories_url
from .stories import narrowed, stories


def news_since(event: Event, reader: Reader) -> Sequence[EventStep]:
    """A line once the event is over, where projects were shown at it."""
    if event.when is None or not was_held(reader, event):
        return []
    asked = {"event": [event.path]}
    told = stories(reader)
    shown = {one.row.path: one for one in narrowed(told, asked)}
    shown |= {one.row.path: one for one in told if one.row.path in event.programme}
    count = len(shown) + len(closed_lines(reader, event))
    if not count:
        return []
    day = event.when.starts.isoformat()[:10]
    since = sum(bool(one.newest and one.newest.date.isoformat() > day) for one in shown.values())
    words = gettext("{told} of {count} have told something since").format(told=since, count=count)
    label = gettext("What became of the projects")
    return [EventStep(label, stories_url(asked), words, done=since == count, order=95)]
