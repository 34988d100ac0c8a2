"""For who prepares an event: how many of its projects have told something since."""

from collections.abc import Sequence

from wiki.api import Event, EventStep, Reader, gettext

from .stories import narrowed, stories
from .telling import stories_url


def news_since(event: Event, reader: Reader) -> Sequence[EventStep]:
    """A line once the event is over, where projects were shown at it."""
    zone = reader.instance.settings.zone
    if event.when is None or event.cancelled or not event.when.is_over(reader.today, zone):
        return []
    asked = {"event": [event.path]}
    told = stories(reader)
    shown = {one.row.path: one for one in narrowed(told, asked)}
    shown |= {one.row.path: one for one in told if one.row.path in event.programme}
    if not shown:
        return []
    day = event.when.starts.isoformat()[:10]
    since = sum(bool(one.newest and one.newest.date.isoformat() > day) for one in shown.values())
    words = gettext("{told} of {count} have told something since").format(
        told=since, count=len(shown)
    )
    label = gettext("What became of the projects")
    return [EventStep(label, stories_url(asked), words, done=since == len(shown), order=95)]
