"""Who is there: seen by the code of a ticket, or by name; twice is told, and it can be undone."""

from datetime import datetime, timedelta

from wiki.api import Forbidden, Instance, gettext

from .keeping import alone, apply
from .letters import last_day
from .meetings import day_of, when_of
from .models import EventRow
from .places import COMING, UNCONFIRMED, admit

#: who was there is noted until so long after the event: a list on paper takes its time
_LATEST = timedelta(days=7)


def check_door(instance: Instance, row: EventRow) -> None:
    """Raises Forbidden, with what there is to say, on a day on which nobody arrives."""
    when = when_of(row)
    today = day_of(instance.private.now(), instance)
    if when is None or today < day_of(when.starts, instance):
        raise Forbidden(gettext("Check-in opens on the day of the event. Nothing was noted."))
    if today > last_day(instance, when) + _LATEST:
        raise Forbidden(gettext("Check-in is over: the event was more than a week ago."))


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
        check_door(instance, sheet.row)
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
