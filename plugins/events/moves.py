"""What has an event's date, and what becomes of each when the event is moved."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wiki.api.events import Event, EventMove
from wiki.api.moments import When
from wiki.api.pages import Page, edit_head, read_head
from wiki.api.paths import action_url
from wiki.api.plugin import call_hook
from wiki.api.reading import Reader
from wiki.api.translation import gettext, ngettext

from . import announcement
from .daywords import put_day, shift_hours

#: keys of the head in which people write the day
_WORDS = ("title", "summary")
_LINES = 3


@dataclass(frozen=True)
class Move:
    """A move of the event, with what its page asks of who moves it, by a name each."""

    asked: Mapping[str, EventMove]
    follows: Sequence[EventMove]
    stays: Sequence[EventMove]
    #: what changes in the text of the page, by the name of the question
    edits: Mapping[str, Callable[[str], str]]

    def edited(self, page: Page, head: Mapping[str, Any], chosen: Collection[str]) -> str:
        """The text of the page with ``head`` and with all that was ``chosen``."""
        changes = dict(head)
        for name in chosen:
            if name in self.asked:
                changes |= self.asked[name].head
        text = edit_head(page.text, changes)
        for name in chosen:
            if name in self.edits:
                text = _in_body(text, self.edits[name])
        return text


def move_of(reader: Reader, event: Event, to: Event, page: Page) -> Move | None:
    """What there is to ask and to say before the event is moved; None where it is not moved."""
    if event.when is None or to.when is None or event.when.starts == to.when.starts:
        return None
    was, now = (when.day(reader.instance.settings.zone) for when in (event.when, to.when))
    hook = reader.instance.plugins.hook.event_moves
    found = [one for group in call_hook(hook, event=event, to=to, reader=reader) for one in group]
    asked = {"-".join(sorted(one.head)): one for one in found if one.head}
    edits: dict[str, Callable[[str], str]] = {}
    body = read_head(page.text).body
    if was != now:
        for key in _WORDS:
            words = page.head.text(key)
            if (moved := put_day(words, was, now)) != words:
                label = gettext("Its title") if key == "title" else gettext("Its sentence")
                asked = {key: EventMove(label, moved, head={key: moved}), **asked}
        if lines := _changed(body, put_day(body, was, now)):
            edits["text"] = lambda text: put_day(text, was, now)
            asked["text"] = EventMove(gettext("The day in its text"), " · ".join(lines))
    minutes = _minutes(reader, event.when, to.when)
    if minutes and (lines := _changed(body, shift_hours(body, minutes))):
        edits["hours"] = lambda text: shift_hours(text, minutes)
        asked["hours"] = EventMove(gettext("The hours of its programme"), " · ".join(lines))
    stays = [one for one in found if one.stays]
    follows = [one for one in found if not one.stays and not one.head]
    return Move(asked, follows, stays, edits)


def own_moves(event: Event, to: Event, reader: Reader) -> Sequence[EventMove]:
    """What does not follow: the address of the page, and what was announced."""
    return list(_own(event, to, reader))


def _own(event: Event, to: Event, reader: Reader) -> Iterator[EventMove]:
    if event.when is None or to.when is None:
        return
    was, now = (when.day(reader.instance.settings.zone) for when in (event.when, to.when))
    name = event.path.rpartition("/")[2]
    words = name.replace("-", " ")
    if was != now and (put_day(words, was, now) != words or was.isoformat() in name):
        yield EventMove(
            gettext("The address of its page"),
            gettext("it names the old day; links that were sent lead there, and go on doing so"),
            action_url("rename", event.path),
            stays=True,
        )
    if at := announcement.announced(reader, event):
        day = reader.instance.templates.filters["day"]
        yield EventMove(
            gettext("The announcement"),
            gettext("announced on {day}: you can announce what has changed").format(day=day(at)),
            action_url("events/announce", event.path),
            stays=True,
        )


def _changed(before: str, after: str) -> list[str]:
    """The first lines that read otherwise, as they will; how many more there are."""
    if before == after:
        return []
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    lines = [now.strip().strip("-*|#_ ") for was, now in pairs if was != now]
    shown = [f"{one[:120]}…" if len(one) > 120 else one for one in lines[:_LINES]]
    if more := len(lines) - len(shown):
        shown.append(ngettext("{count} more line", "{count} more lines", more).format(count=more))
    return shown


def _in_body(text: str, change: Callable[[str], str]) -> str:
    body = read_head(text).body
    return text.removesuffix(body) + change(body)


def _minutes(reader: Reader, was: When, now: When) -> int:
    """How much later in the day it begins; 0 where it takes whole days."""
    before, after = _local(reader, was.starts)[1], _local(reader, now.starts)[1]
    return 0 if before is None or after is None else after - before


def _local(reader: Reader, moment: date) -> tuple[date, int | None]:
    if not isinstance(moment, datetime):
        return moment, None
    local = moment.astimezone(reader.instance.settings.zone)
    return local.date(), local.hour * 60 + local.minute
