"""What time does to registrations: offers end, changes are told, a reminder leaves, rows go."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from wiki.api.events import event_of, presenters
from wiki.api.mail import queue_mail, wake_sender
from wiki.api.plugin import Instance
from wiki.api.reading import system_reader

from . import letters
from .event import reasons
from .event.identity import find_row
from .meetings import begins, day_of, is_past, row_of, when_of
from .models import EventRow, RegistrationRow, SumRow
from .notifications import notice
from .places import COMING, UNCONFIRMED
from .store import Sheet, address_of, alone, apply

NAME = "registrations"
#: a registration whose mailed link is not followed is forgotten
CONFIRMING = timedelta(days=2)
#: who came is forgotten so long after the event: only sums are kept
KEPT = timedelta(days=90)
#: what someone needs to be comfortable there, so long
_ACCESS_KEPT = timedelta(days=1)
#: the hour from which on people are reminded, the day before
_MORNING = 8
CAME, MISSED = "came", "missed"


def run(instance: Instance) -> None:
    """Does all that is due; each event in a transaction of its own."""
    with instance.private.session() as session:
        late = RegistrationRow.created <= instance.private.now() - CONFIRMING
        unconfirmed = RegistrationRow.state == UNCONFIRMED
        session.execute(delete(RegistrationRow).where(unconfirmed, late))
    _look_at_presenters(instance)
    live = instance.private.list_rows(select(EventRow.id).where(EventRow.summed.is_(None)))
    for event_id in live:
        notice(instance, event_id)
        with alone(instance, event_id) as found:
            if found is not None:
                apply(instance, *found, lambda entries: entries)
        _remind(instance, event_id)
        _forget(instance, event_id)
    wake_sender(instance)


def _look_at_presenters(instance: Instance) -> None:
    """Takes down what pages say of events that somebody presents at, though nobody registered."""
    every = system_reader(instance, "registrations")
    for path in instance.plugins.call(presenters, instance):
        event = event_of(every, path)
        if event is not None and event.when is not None and find_row(instance, path) is None:
            with instance.private.session() as session:
                row_of(every, event, session)


def _remind(instance: Instance, event_id: str) -> None:
    with alone(instance, event_id) as found:
        if found is None or not _is_eve(instance, found[1].row):
            return
        session, sheet = found
        sheet.row.reminded = sheet.row.changes
        today = day_of(instance.private.now(), instance)
        for one in sheet.people:
            registered_before = one.state == COMING and day_of(one.created, instance) < today
            if registered_before and address_of(instance, one):
                queue_mail(instance.private, session, letters.reminder(instance, sheet.row, one))


def _is_eve(instance: Instance, row: EventRow) -> bool:
    start = begins(when_of(row), instance)
    if start is None or row.cancelled or row.asked or row.reminded == row.changes:
        return False
    now = instance.private.now().astimezone(instance.settings.zone)
    return now.date() == day_of(start, instance) - timedelta(days=1) and now.hour >= _MORNING


def _forget(instance: Instance, event_id: str) -> None:
    """Deletes what nobody needs any more; of all the rest, sums."""
    now = instance.private.now()
    with alone(instance, event_id) as found:
        if found is None:
            return
        session, sheet = found
        when = when_of(sheet.row)
        if not is_past(when, instance, now - _ACCESS_KEPT):
            return
        session.execute(
            update(RegistrationRow)
            .where(RegistrationRow.event == event_id, RegistrationRow.access != "")
            .values(access="")
            .execution_options(synchronize_session=False)
        )
        if not is_past(when, instance, now - KEPT):
            return
        session.add_all(
            SumRow(event=event_id, key=key, count=count) for key, count in sums(sheet).items()
        )
        session.execute(delete(RegistrationRow).where(RegistrationRow.event == event_id))
        sheet.row.summed = now


def sums(sheet: Sheet) -> dict[str, int]:
    """What is kept of an event."""
    coming = [one for one in sheet.people if one.state == COMING]
    counts = dict(reasons.count(one.reasons for one in coming))
    came = sum(one.came is not None for one in coming)
    return counts | {CAME: came, MISSED: len(coming) - came}
