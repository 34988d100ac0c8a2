"""The dated lines of one evening: due when, done by a tick or because its room says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from wiki.api.events import Event, EventMove, EventStep
from wiki.api.paths import action_url, slug
from wiki.api.plugin import call_hook
from wiki.api.reading import Reader
from wiki.api.reading.history import get_origins
from wiki.api.translation import gettext, ngettext
from wiki.api.web.feeds import entry_id

from .calendar import ROOMS, Plan
from .kit import day_of, plans, series_of
from .models import TickRow

_ARTICLES = ("le", "la", "les", "l", "the")
#: words of a line that count, how many stay in one that is said otherwise, and letters alike
_SHORT, _SAME, _ALIKE = 3, 2, 0.93
#: what follows an evening lapses so long after its day; the order of rooms that follow it
LAPSES, AFTER = timedelta(days=31), 60
#: ticked lines that are named where an evening is moved
_SHOWN = 5


@dataclass(frozen=True)
class Task:
    """A line of the calendar for one evening; ``step`` is what its room says, if it has one.

    ``opens``: a later line is about the same room. ``lapsed``: it is too late for it.
    """

    plan: Plan
    day: date
    ticked: bool
    step: EventStep | None
    opens: bool
    lapsed: bool

    @property
    def done(self) -> bool:
        """Ticked, or done as its room says; what opens a room, once that is open."""
        step = self.step
        return self.ticked or (step is not None and (step.done or (self.opens and step.begun)))

    @property
    def settled(self) -> bool:
        """Nobody need do it: done, too late, or it happens by itself."""
        return self.done or self.lapsed or (self.step is not None and self.step.by_itself)


def steps_of(reader: Reader, event: Event) -> list[EventStep]:
    """What every room says of the event, in the order in which an evening goes."""
    hook = reader.instance.plugins.hook.event_steps
    found = [step for group in call_hook(hook, event=event, reader=reader) for step in group]
    return sorted(found, key=lambda step: step.order)


def tasks_of(reader: Reader, event: Event, steps: Sequence[EventStep]) -> list[Task]:
    """The lines of the calendar of its series, the first due first; none without a date."""
    series, evening = series_of(reader, event.path), day_of(reader, event)
    if series is None or evening is None:
        return []
    planned = plans(reader, series)
    ticked = carried(ticks(reader, event), [plan.name for plan in planned])
    days = sorted(((plan.day(evening), plan) for plan in planned), key=lambda one: one[0])
    rooms = [_step(plan, steps) for _day, plan in days]
    return [
        Task(
            plan,
            day,
            plan.name in ticked,
            rooms[at],
            opens=rooms[at] in rooms[at + 1 :],
            lapsed=_is_late(reader, event, day, before=day <= evening),
        )
        for at, (day, plan) in enumerate(days)
    ]


def is_settled(reader: Reader, event: Event, step: EventStep) -> bool:
    """Whether nobody need do what a room says: done, too late, or it happens by itself."""
    day = day_of(reader, event)
    late = day is not None and _is_late(reader, event, day, before=step.order < AFTER)
    return step.done or step.by_itself or late


def _is_late(reader: Reader, event: Event, day: date, *, before: bool) -> bool:
    """Whether it is too late for what was due on ``day``, ``before`` the evening or after it."""
    return day + LAPSES < reader.today or (before and event.is_over(reader))


def carried(ticks: frozenset[str], names: Sequence[str]) -> dict[str, str]:
    """The tick of each line that has one: its own, or that of a line that it was before.

    A line is another one said otherwise where words were only added or left out, two being the
    same, or where hardly a letter differs: a task that is done may seem undone, never the reverse.
    """
    found = {name: name for name in names if name in ticks}
    left = sorted(ticks.difference(names))
    for name in names:
        if name in found:
            continue
        before = next((one for one in left if _is_said_otherwise(one, name)), None)
        if before is not None:
            found[name] = before
            left.remove(before)
    return found


def _is_said_otherwise(one: str, other: str) -> bool:
    words, theirs = set(one.split("-")), set(other.split("-"))
    less = words if len(words) <= len(theirs) else theirs
    if less <= (words & theirs) and sum(len(word) > _SHORT for word in less) >= _SAME:
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def ticks(reader: Reader, event: Event) -> frozenset[str]:
    """The names of the lines that were ticked for the event."""
    asked = select(TickRow.task).where(TickRow.page == _name(reader, event))
    return frozenset(reader.instance.private.list_rows(asked))


def tick(reader: Reader, event: Event, task: str, *, done: bool) -> None:
    """Ticks a line, or takes that back; twice is once. A line said otherwise keeps its tick."""
    series = series_of(reader, event.path)
    names = [plan.name for plan in plans(reader, series)] if series else []
    task = carried(ticks(reader, event), names).get(task, task)
    private, name = reader.instance.private, _name(reader, event)
    try:
        with private.session() as session:
            row = session.get(TickRow, (name, task))
            if row is None and done:
                session.add(TickRow(page=name, task=task, event=event.path, at=private.now()))
            elif row is not None and not done:
                session.delete(row)
    except IntegrityError:
        return  # someone ticked it at the same moment


def moves(event: Event, to: Event, reader: Reader) -> list[EventMove]:
    """The lines follow the day; those that are ticked stay so, though their day is ahead again."""
    tasks = tasks_of(reader, to, ())
    if not tasks:
        return []
    url = action_url("events/prepare", event.path) + "#calendar"
    words = ngettext("{count} line", "{count} lines", len(tasks)).format(count=len(tasks))
    found = [EventMove(gettext("The calendar"), words, url)]
    if again := [one.plan.words for one in tasks if one.ticked and one.day > reader.today]:
        label = gettext("Lines of the calendar that are ticked")
        found.append(EventMove(label, " · ".join(again[:_SHOWN]), url, stays=True))
    return found


def _step(plan: Plan, steps: Sequence[EventStep]) -> EventStep | None:
    """The line of the room that the plan names: what is left to do there, if anything is."""
    theirs = [step for step in steps if any(_names(key, step) for key in plan.keys)]
    return next((step for step in theirs if not step.done), theirs[0] if theirs else None)


def _names(key: str, step: EventStep) -> bool:
    """Whether the word means the line: its label begins with it, or it names its address."""
    words = [word for word in slug(step.label).split("-") if word not in _ARTICLES]
    if words[:1] == [slug(key)]:
        return True
    room = ROOMS.get(key, "")
    return bool(room) and (step.url == room or step.url.startswith((f"{room}/", f"{room}?")))


def _name(reader: Reader, event: Event) -> str:
    origin = get_origins(reader, [event.path]).get(event.path)
    named = entry_id("event", origin.commit, origin.path) if origin else event.path
    return sha256(named.encode()).hexdigest()
