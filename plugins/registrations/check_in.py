"""Who is there: seen by the code of a ticket, or by name; twice is told, and it can be undone."""

from datetime import datetime, timedelta

from wiki.api.errors import Forbidden
from wiki.api.plugin import Instance
from wiki.api.translation import gettext

from .letters import last_day
from .meetings import day_of, when_now
from .models import EventRow
from .places import COMING, UNCONFIRMED, admit
from .store import alone, apply

#: who was there is noted until so long after the event: a list on paper takes its time
_LATEST = timedelta(days=7)


def closed_words(instance: Instance, row: EventRow) -> str:
    """Why nobody can be checked in now, by the date that the page says now; "" where one can."""
    when = when_now(instance, row)
    today = day_of(instance.private.now(), instance)
    day = instance.templates.filters["day"]
    if when is None:
        return gettext("The event has no date yet: nobody can be checked in.")
    if today < (first := day_of(when.starts, instance)):
        return gettext("Check-in opens on {day}, the day of the event.").format(day=day(first))
    if today > (last := last_day(instance, when) + _LATEST):
        return gettext("Check-in was closed on {day}, a week after the event.").format(
            day=day(last)
        )
    return ""


def check_in(instance: Instance, event_id: str, registration: str) -> datetime | None:
    """Notes that someone is there; the moment at which they already were, if so.

    Whoever waited for a place has one now: they are there. Raises Forbidden.
    """
    with alone(instance, event_id) as found:
        if found is None:
            return None
        session, sheet = found
        row = sheet.find(registration)
        if row is None or row.state == UNCONFIRMED:
            return None
        if words := closed_words(instance, sheet.row):
            raise Forbidden(f"{words} {gettext('Nothing was noted.')}")
        if row.came is not None:
            return row.came
        row.came = instance.private.now()
        if row.state != COMING:
            apply(instance, session, sheet, lambda all: admit(all, registration))
    return None


def undo(instance: Instance, event_id: str, registration: str) -> None:
    """It was someone else."""
    with alone(instance, event_id) as found:
        row = found[1].find(registration) if found else None
        if row is not None:
            row.came = None
