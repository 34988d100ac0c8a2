"""Sends the mail of the morning after, once; deletes what is left when the two weeks are over."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select as rows

from wiki.api.events import Attendance, Event, event_of, event_of_row
from wiki.api.mail import DeferredLetter, Letter, Mail, compose, queue_mail, wake_sender
from wiki.api.paths import action_url
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, system_reader
from wiki.api.reading.rows import get_row, iterate_rows, select
from wiki.api.translation import gettext, use_language

from .consent import DAYS, HOUR, LATE, OPEN, agreed, mail_key, opens, phase
from .links import LINK
from .models import EventRow
from .store import forget, forget_others, promise, row_for, row_of

#: the task, and who makes the words
NAME = MAKER = "encounters"
#: events that began so long ago are looked at, those that take weeks too
BACK = DAYS + timedelta(days=30)


def run(instance: Instance) -> None:
    """Does all that is due; each event in a transaction of its own."""
    everything = system_reader(instance, "encounters")
    _forget(instance, everything)
    if sum(_send(instance, event) for event in recent(everything) if _is_due(everything, event)):
        wake_sender(instance)


def recent(reader: Reader) -> Iterator[Event]:
    """The events whose two weeks run, as the reader may see them."""
    since, until = (reader.today - BACK).isoformat(), (reader.today + timedelta(days=1)).isoformat()
    chosen = select(types=("event",), ranges={"starts": (since, until)})
    events = (event_of_row(reader, row) for row in iterate_rows(reader, chosen, "starts"))
    return (event for event in events if phase(reader, event) == OPEN)


def make_words(instance: Instance, about: str, lang: str) -> Letter | None:
    """The words of one mail; None where by now its person left the list, or nobody else is there.

    Who may read the event as a visitor gets a link that needs no account.
    """
    row_id, _, key = about.partition(":")
    row = row_of(instance, row_id)
    event = event_of(system_reader(instance, "encounters"), row.event) if row else None
    if row is None or event is None or phase(Reader(instance), event) != OPEN:
        return None
    people = agreed(instance, event.path)
    mine = next((one for one in people if one.key == key), None)
    if mine is None or (len(people) < 2 and not event.programme):
        return None
    where = _where(instance, row, event, mine)
    if not where:
        return None
    return compose(
        instance,
        "encounters/mail/after",
        lang or instance.settings.lang,
        name=mine.name,
        title=event.title,
        others=len(people) - 1,
        projects=bool(event.programme),
        last_day=row.opens + DAYS - timedelta(days=1),
        url=instance.settings.public_url + where,
    )


def _where(instance: Instance, row: EventRow, event: Event, mine: Attendance) -> str:
    """A link for the one, or the address for who must log in; "" for who may not read the event."""
    if get_row(Reader(instance), event.path) is not None:
        return LINK.path(instance, row.id, mine.key)
    person = get_person(instance.private, mine.person) if mine.person else None
    if person is None or get_row(Reader(instance, person), event.path) is None:
        return ""
    return action_url("encounters", event.path)


def _is_due(reader: Reader, event: Event) -> bool:
    if event.when is None:
        return False
    zone = reader.instance.settings.zone
    at = datetime.combine(opens(event.when, zone), HOUR, zone)
    return at <= reader.instance.private.now() < at + LATE


def _send(instance: Instance, event: Event) -> int:
    """Puts a mail for each, and notes that, in one transaction: once, whoever runs."""
    day = _day(instance, event)
    people = agreed(instance, event.path)
    if day is None or not people:
        return 0
    with instance.private.session() as session:
        row = row_for(instance, session, event.path, day)
        if row.sent is not None:
            return 0
        row.sent = instance.private.now()
        promise(session, row, people)
        until = row.sent + LATE
        mails = [_mail(instance, row, event, one, until) for one in people]
        return sum(queue_mail(instance.private, session, mail) for mail in mails)


def _mail(
    instance: Instance, row: EventRow, event: Event, one: Attendance, until: datetime
) -> Mail:
    with use_language(one.lang or instance.settings.lang):
        subject = gettext("Whom did you miss at {title}?").format(title=event.title)
    return Mail(
        key=mail_key(one, row.opens),
        to=one.email,
        subject=" ".join(subject.split()),
        person=one.person,
        lang=one.lang,
        late=DeferredLetter(MAKER, f"{row.id}:{one.key}"),
        until=until,
    )


def _day(instance: Instance, event: Event) -> date | None:
    return opens(event.when, instance.settings.zone) if event.when else None


def _forget(instance: Instance, everything: Reader) -> None:
    """Deletes rows of events that are over, gone, cancelled or moved; and of who left the list."""
    known = instance.private.list_rows(rows(EventRow))
    for one in known:
        event = event_of(everything, one.event)
        runs = event is not None and phase(everything, event) == OPEN
        same = event is not None and _day(instance, event) == one.opens
        keys = {person.key for person in agreed(instance, one.event)} if runs and same else set()
        with instance.private.session() as session:
            row = session.get(EventRow, one.id)
            if row is not None and runs and same:
                forget_others(session, row, keys)
            elif row is not None:
                forget(session, row.id)
