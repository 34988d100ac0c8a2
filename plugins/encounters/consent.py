"""Who was at an event and agreed to be on its list, and for how long they find each other."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wiki.api.errors import BadField
from wiki.api.events import Attendance, Event, attendances
from wiki.api.mail import failed_among
from wiki.api.moments import When
from wiki.api.people import Person, fold_email, get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader

from .store import promised

#: from the morning after an event
DAYS = timedelta(days=14)
#: the mail leaves at this hour of the site, or so much later at most
HOUR, LATE = time(9), timedelta(days=3)
BEFORE, OPEN, CLOSED = "before", "open", "closed"


def opens(when: When, zone: ZoneInfo) -> date:
    """The morning after the last day of an event."""
    last = when.ends or when.starts
    if isinstance(last, datetime):
        return last.astimezone(zone).date() + timedelta(days=1)
    # Of whole days, the end is the first that is no longer part of it.
    return last if when.ends else last + timedelta(days=1)


def phase(reader: Reader, event: Event) -> str:
    """Whether the two weeks are to come, run, or are over; a cancelled event has none."""
    if event.cancelled or event.when is None:
        return CLOSED
    first, today = opens(event.when, reader.instance.settings.zone), reader.today
    return BEFORE if today < first else OPEN if today < first + DAYS else CLOSED


def agreed(instance: Instance, event: str) -> list[Attendance]:
    """Those who agreed and were there, one an address; uncounted, all who had registered.

    Whoever the mail of the morning after has counted is among them, however one counts since.
    Nobody is on it who cannot be asked: without an address, or with an account that is closed.
    """
    people = instance.plugins.call(attendances, instance, event)
    if any(one.came is not None for one in people):
        known = promised(instance, event)
        people = [one for one in people if one.came or one.key in known]
    by_address: dict[str, Attendance] = {}
    for one in people:
        if not one.listed or _is_closed(instance, one):
            continue
        try:
            by_address.setdefault(fold_email(one.email), one)
        except BadField:
            continue
    return list(by_address.values())


def reached(instance: Instance, people: Sequence[Attendance], day: date) -> list[Attendance]:
    """Those of them whose address takes mail, as far as the mail of that morning showed."""
    failed = failed_among(instance.private, [mail_key(one, day) for one in people])
    return [one for one in people if mail_key(one, day) not in failed]


def mail_key(one: Attendance, day: date) -> str:
    """The key of the mail to one of them; that of an event which is moved is another one."""
    return f"encounters:{one.key}:{day.isoformat()}"


def is_person(one: Attendance, person: Person) -> bool:
    """Whether that is the person of an account: by it, or by the address that they registered."""
    if one.person is not None:
        return one.person == person.id
    return one.email.casefold() == person.email.casefold()


def own(people: Sequence[Attendance], person: Person | None) -> Attendance | None:
    """The person's own place among them."""
    if person is None:
        return None
    return next((one for one in people if is_person(one, person)), None)


def _is_closed(instance: Instance, one: Attendance) -> bool:
    person = get_person(instance.private, one.person) if one.person else None
    return one.person is not None and (person is None or person.disabled)
