"""The mails of registrations, each to one person, with no address of anybody else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from wiki.api.mail import (
    DeferredLetter,
    Letter,
    Mail,
    Recipient,
    address_letter,
    compose,
    compose_mail,
)
from wiki.api.moments import When
from wiki.api.paths import page_url
from wiki.api.people import Person, get_person
from wiki.api.plugin import Instance
from wiki.api.translation import gettext, use_language

from .links import OWN, TICKET
from .meetings import begins, day_of, read_told, when_of
from .models import EventRow, RegistrationRow
from .places import COMING, OFFERED, WAITING
from .tickets import runs

AGAIN, REMINDER, CONFIRM, CHANGE, STATE = "again", "reminder", "confirm", "change", "state"
#: who makes the words of these mails: when they are sent, while nobody waits for a place
MAKER = "registrations"


def state(instance: Instance, event: EventRow, row: RegistrationRow) -> Mail:
    """Which state a registration is in now: a ticket, a wait, an offer, its end."""
    return _late(instance, row, STATE, str(row.turns))


def again(instance: Instance, event: EventRow, row: RegistrationRow, to: str) -> Mail:
    """To who registers twice without an account: you are registered; here is your page."""
    return _late(instance, row, AGAIN, _lately(instance), to)


def reminder(instance: Instance, event: EventRow, row: RegistrationRow) -> Mail:
    """The day before, with the ticket."""
    return _late(instance, row, REMINDER, str(event.changes))


def confirming(instance: Instance, event: EventRow, row: RegistrationRow, to: str) -> Mail:
    """To who registers without an account: is this address yours?"""
    # Pressed twice it is one mail; asked for again a little later it is another.
    return _late(instance, row, CONFIRM, _lately(instance), to)


def change(instance: Instance, event: EventRow, row: RegistrationRow) -> Mail:
    """The event was moved, cancelled, or takes place after all."""
    return _late(instance, row, CHANGE, str(event.changes))


def make(instance: Instance, about: str, lang: str) -> Letter | None:
    """The words of such a mail, as all is when it is sent; None where a newer one says it."""
    kind, registration, number = about.split(":")
    with instance.private.reading() as session:
        row = session.get(RegistrationRow, registration)
        event = session.get(EventRow, row.event) if row else None
    if row is None or event is None:
        return None
    if kind == STATE:
        return _standing(instance, event, row, row.state) if number == str(row.turns) else None
    if kind == REMINDER:
        expected = row.state == COMING and number == str(event.changes)
        # One that waited until the day itself says nothing of tomorrow.
        start = begins(when_of(event), instance)
        now = instance.private.now()
        eve = start is not None and day_of(now, instance) < day_of(start, instance)
        kind = REMINDER if eve else COMING
        return _standing(instance, event, row, kind) if expected else None
    if kind == AGAIN:
        # By now they may have let it go, or wait as before.
        here = row.state in (COMING, WAITING, OFFERED)
        said = AGAIN if row.state == COMING else row.state
        return _standing(instance, event, row, said) if here else None
    if kind == CONFIRM:
        return compose(instance, "registrations/mail/confirm", lang, **known(instance, event, row))
    return _changed(instance, event, row) if number == str(event.changes) else None


def _changed(instance: Instance, event: EventRow, row: RegistrationRow) -> Letter:
    before = read_told(event.before)
    return compose(
        instance,
        "registrations/mail/change",
        row.lang,
        **known(instance, event, row),
        state=row.state,
        was=when_words(instance, when_of(before)),
        moved=(before.starts, before.ends) != (event.starts, event.ends),
        elsewhere=before.place != event.place,
        old_place=before.place,
        back=before.cancelled and not event.cancelled,
        calendar=OWN.url(instance, row.id, below="event.ics"),
    )


def message(
    instance: Instance, event: EventRow, row: RegistrationRow, said: Mapping[str, str], to: str
) -> Mail:
    """What the organisers write to all: ``said`` has a topic, words and who wrote."""
    letter = compose(
        instance,
        "registrations/mail/message",
        row.lang,
        **known(instance, event, row),
        topic=said["topic"],
        words=said["words"],
        writer=said["writer"],
    )
    return _mail(instance, row, f"message:{said['key']}", letter, to)


def gone(instance: Instance, event: EventRow, person: Person, count: int) -> Mail:
    """To an organiser: the page is gone, and those registered were told."""
    key = f"registrations:{event.id}:gone:{event.changes}:{person.id}"
    return compose_mail(
        instance, key, person, "registrations/mail/gone", title=event.title, count=count
    )


def to_presenter(instance: Instance, event: EventRow, person: Person, project: str) -> Mail:
    """To who presents ``project`` there: it was moved, cancelled, or takes place after all."""
    before = read_told(event.before)
    return compose_mail(
        instance,
        f"registrations:{event.id}:presenter:{event.changes}:{person.id}",
        person,
        "registrations/mail/presenter",
        path=page_url(event.path),
        # Which project is presented may be known to its team alone.
        secret=True,
        project=project,
        title=event.title,
        place=event.place,
        when=when_words(instance, when_of(event)),
        was=when_words(instance, when_of(before)),
        cancelled=event.cancelled,
        back=before.cancelled and not event.cancelled,
        moved=(before.starts, before.ends) != (event.starts, event.ends),
        old_place=before.place if before.place != event.place else "",
    )


def known(instance: Instance, event: EventRow, row: RegistrationRow) -> dict[str, Any]:
    """What all these mails may say."""
    return {
        "name": row.name,
        "title": event.title,
        "place": event.place,
        "cancelled": event.cancelled,
        "when": when_words(instance, when_of(event)),
        "url": OWN.url(instance, row.id),
        "leaves": OWN.url(instance, row.id, below="leave"),
    }


def when_words(instance: Instance, when: When | None) -> dict[str, Any] | None:
    """A moment for ``_words.html``: days and hours as the clocks there show them."""
    if when is None:
        return None
    first, last = day_of(when.starts, instance), last_day(instance, when)
    return {
        "day": first,
        "at": when.starts if isinstance(when.starts, datetime) else None,
        "last": last if last != first else None,
        "until": when.ends if isinstance(when.ends, datetime) else None,
    }


def moment_words(instance: Instance, moment: datetime | None) -> str:
    """A moment in words, as the clocks there show it; "" where there is none."""
    if moment is None:
        return ""
    said = instance.templates.filters
    words = gettext("{day} at {hour}")
    return words.format(day=said["day"](day_of(moment, instance)), hour=said["hour"](moment))


def last_day(instance: Instance, when: When) -> date:
    """The last day of an event, there."""
    if when.ends is None:
        return day_of(when.starts, instance)
    if isinstance(when.ends, datetime):
        return day_of(when.ends, instance)
    return when.ends - timedelta(days=1)


def door_day(instance: Instance, when: When) -> date:
    """The last day on which a link for the door is good."""
    return last_day(instance, when) + timedelta(days=1)


def _standing(instance: Instance, event: EventRow, row: RegistrationRow, kind: str) -> Letter:
    with use_language(row.lang):
        until = moment_words(instance, row.offered_until)
    return compose(
        instance,
        "registrations/mail/state",
        row.lang,
        **known(instance, event, row),
        kind=kind,
        state=row.state,
        until=until,
        code=runs(TICKET.url(instance, row.id)) if row.state == COMING else [],
        calendar=OWN.url(instance, row.id, below="event.ics"),
    )


def _late(instance: Instance, row: RegistrationRow, kind: str, number: str, to: str = "") -> Mail:
    about = f"{kind}:{row.id}:{number}"
    mail = _mail(instance, row, about, Letter("registrations", "", ""), to)
    return replace(mail, key=f"registrations:{about}", late=DeferredLetter(MAKER, about))


def _mail(instance: Instance, row: RegistrationRow, key: str, letter: Letter, to: str = "") -> Mail:
    person = get_person(instance.private, row.person) if row.person else None
    email = to or (person.email if person else row.email)
    who = Recipient(email, row.lang, id=row.person)
    # Each lets its holder cancel or show a ticket.
    return address_letter(letter, f"registrations:{row.id}:{key}", who, secret=True)


def _lately(instance: Instance) -> str:
    return instance.private.now().strftime("%Y%m%d%H%M")[:-1]
