"""How someone registers, by themselves or by an organiser, and what they may change afterwards."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from wiki.api.errors import BadField, Forbidden
from wiki.api.events import Event
from wiki.api.limits import DAY, Limit, client_address, client_network, count_attempts
from wiki.api.mail import queue_mail, wake_sender
from wiki.api.people import Person, check_name, find_person, fold_email
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import letters
from .event import reasons
from .event.identity import find_row
from .meetings import is_past, row_of, when_of
from .models import WORDS, RegistrationRow
from .places import (
    CANCELLED,
    PASSED,
    UNCONFIRMED,
    accept,
    admit,
    cancel,
    join,
)
from .store import TURNS, Change, Sheet, act, alone, apply, new_row

#: An evening is 500 phones on one Wi-Fi: tries are counted by event. What one network may send is
#: far above that, and far below what would close an event for all others.
_EVENT_AN_HOUR, _HOUR = 3000, 3600
_NETWORK_A_DAY = 1500
#: those whose mail is not opened yet, of one event: nobody is kept beyond them
_UNCONFIRMED = 5000
#: mails that strangers can have sent to one address a day
_TO_ONE = 5
#: people an organiser adds by hand to one event
_BY_HAND = 1000


@dataclass(frozen=True)
class Wish:
    """What someone typed, checked. ``email`` is "" for an account, and where nobody knows it."""

    name: str
    lang: str
    email: str = ""
    listed: bool = False
    access: str = ""
    reasons: str = ""


def wish(
    name: str, email: str, lang: str, *, listed: bool, access: str, why: Collection[str]
) -> Wish:
    """What was typed, as it is kept. Raises BadField."""
    folded = fold_email(email) if email.strip() else ""
    return Wish(
        check_name(name), lang, folded, listed, checked_words(access, "access"), reasons.known(why)
    )


def checked_words(words: str, field: str, most: int = WORDS) -> str:
    """A few lines without what cannot be seen. Raises BadField."""
    said = "\n".join(" ".join(line.split()) for line in words.strip().splitlines())
    if len(said) > most:
        raise BadField(field, gettext("Say it in {count} characters.").format(count=most))
    if any(not char.isprintable() and char != "\n" for char in said):
        raise BadField(field, gettext("This holds characters that cannot be seen."))
    return said


def register(reader: Reader, event: Event, typed: Wish, person: Person | None) -> str:
    """Registers for an event; returns the registration's id, or "" where a mail has to be read.

    An account is registered at once, an address once its mailed link is followed. The same person
    twice is one registration, whose choices are those made last. Raises BadField, Forbidden,
    TooMany.
    """
    instance = reader.instance
    check_comes(instance, event)
    email = "" if person else typed.email
    limits = [Limit(f"registrations:event:{event.path}", _EVENT_AN_HOUR, _HOUR)]
    if not person:
        if not email:
            raise BadField("email", gettext("Give your mail address: the ticket goes there."))
        limits.append(Limit(f"registrations:to:{email}", _TO_ONE, DAY))
        where = f"registrations:from:{client_network(client_address())}:{event.path}"
        limits.append(Limit(where, _NETWORK_A_DAY, DAY))
    with TURNS:
        count_attempts(instance.private, limits)
        event_id = _event_id(reader, event)
        with alone(instance, event_id) as found:
            if found is None:
                raise Forbidden(gettext("This event has just been deleted. Nothing was kept."))
            session, sheet = found
            check_open(instance, sheet)
            row = _known(instance, sheet, person, email)
            if row is None:
                if person is None and sheet.count(UNCONFIRMED) >= _UNCONFIRMED:
                    raise Forbidden(
                        gettext(
                            "Thousands of registrations wait for their mail to be opened, so none "
                            "is taken for now. With an account one can register all the same."
                        )
                    )
                row, sheet = _added(instance, session, sheet, typed, person, email)
            if person is None:
                _ask_by_mail(instance, session, sheet, row, typed)
                registered = ""
            else:
                row.person, row.email = person.id, ""
                _choose(row, typed)
                apply(instance, session, sheet, _join(sheet, row.id))
                registered = row.id
    wake_sender(instance)
    return registered


def check_comes(instance: Instance, event: Event) -> None:
    """Raises Forbidden where the event, as its page says it, will not take place."""
    if event.when is None:
        raise Forbidden(gettext("This event has no date yet: one can register once it has one."))
    if event.cancelled:
        raise Forbidden(gettext("This event is cancelled. Nothing was kept."))
    if is_past(event.when, instance, instance.private.now()):
        raise Forbidden(gettext("This event is over. Nothing was kept."))


def check_open(instance: Instance, sheet: Sheet) -> None:
    """Raises Forbidden, with what there is to say, where nobody can register any more."""
    now = instance.private.now()
    if sheet.row.cancelled:
        raise Forbidden(gettext("This event is cancelled. Nothing was kept."))
    if is_past(when_of(sheet.row), instance, now):
        raise Forbidden(gettext("This event is over. Nothing was kept."))
    if sheet.terms is None or not sheet.terms.are_open(now):
        raise Forbidden(gettext("Registration is closed. Nothing was kept."))


def confirm(instance: Instance, registration: str) -> Sheet | None:
    """Whoever holds the mailed link comes, or waits; again is nothing. Raises Forbidden."""

    def change(sheet: Sheet) -> Change:
        row = sheet.find(registration)
        if row is None or row.state not in (UNCONFIRMED, CANCELLED, PASSED):
            return lambda entries: entries
        check_open(instance, sheet)
        _join_account(instance, sheet, row)
        return _join(sheet, registration)

    return act(instance, registration, change)


def take_place(instance: Instance, registration: str) -> Sheet | None:
    """Takes the place that was offered; too late is nothing: the sheet says so."""
    return act(instance, registration, lambda _sheet: lambda all: accept(all, registration))


def withdraw(instance: Instance, registration: str) -> Sheet | None:
    """Does not come; the place goes to the next."""
    return act(instance, registration, lambda _sheet: lambda all: cancel(all, registration))


def choose(instance: Instance, registration: str, typed: Wish) -> None:
    """Changes what one may choose oneself."""

    def change(sheet: Sheet) -> Change:
        row = sheet.find(registration)
        if row is not None:
            _choose(row, typed)
        return lambda entries: entries

    act(instance, registration, change)


def add_by_hand(reader: Reader, event: Event, name: str, email: str, lang: str) -> None:
    """An organiser registers someone, whatever the capacity; with an address they are told.

    Whether the address has an account makes no difference to what the organiser sees. Raises
    BadField, Forbidden.
    """
    instance = reader.instance
    if event.when is None:
        raise Forbidden(gettext("This event has no date yet: one can register once it has one."))
    typed = Wish(check_name(name), lang, fold_email(email) if email.strip() else "")
    event_id = _event_id(reader, event)
    with alone(instance, event_id) as found:
        if found is None:
            raise Forbidden(gettext("This event has just been deleted. Nothing was kept."))
        session, sheet = found
        if len(sheet.people) >= _BY_HAND + (sheet.terms.capacity or 0 if sheet.terms else 0):
            raise BadField("name", gettext("So many were added by hand that this must be a slip."))
        account = find_person(instance.private, typed.email) if typed.email else None
        row = _known(instance, sheet, account, typed.email) if typed.email else None
        if row is None:
            row, sheet = _added(
                instance, session, sheet, typed, account, "" if account else typed.email
            )
        admitted = row.id
        apply(instance, session, sheet, lambda all: admit(all, admitted), by_team=True)
    wake_sender(instance)


def cancel_by_team(instance: Instance, event_id: str, registration: str) -> None:
    """An organiser cancels someone's registration; they are told."""
    with alone(instance, event_id) as found:
        if found is not None and found[1].find(registration) is not None:
            apply(instance, *found, lambda all: cancel(all, registration), by_team=True)
    wake_sender(instance)


def _event_id(reader: Reader, event: Event) -> str:
    if (known := find_row(reader.instance, event.path)) is not None:
        return known.id
    with reader.instance.private.session() as session:
        return row_of(reader, event, session).id


def _known(
    instance: Instance, sheet: Sheet, person: Person | None, email: str
) -> RegistrationRow | None:
    """The registration of someone, by whichever of account and address it was made."""
    account = person or find_person(instance.private, email)
    address = account.email if account else email
    for row in sheet.people:
        if (account and row.person == account.id) or (row.email and row.email == address):
            return row
    return None


def _added(
    instance: Instance,
    session: Session,
    sheet: Sheet,
    typed: Wish,
    person: Person | None,
    email: str,
) -> tuple[RegistrationRow, Sheet]:
    row = new_row(instance, sheet.row.id, typed.name, typed.lang)
    row.person, row.email = (person.id if person else None), email
    _choose(row, typed)
    session.add(row)
    session.flush()
    return row, Sheet(sheet.row, [*sheet.people, row], sheet.terms)


def _ask_by_mail(
    instance: Instance, session: Session, sheet: Sheet, row: RegistrationRow, typed: Wish
) -> None:
    """To the address alone it is told whether it is registered already."""
    if row.state in (UNCONFIRMED, CANCELLED, PASSED):
        if row.person is None:
            # Until its link is followed anybody may have typed this: the last one counts.
            row.state, row.name, row.lang = UNCONFIRMED, typed.name, typed.lang
            row.created = instance.private.now()
            _choose(row, typed)
        queue_mail(
            instance.private, session, letters.confirming(instance, sheet.row, row, typed.email)
        )
    else:
        queue_mail(instance.private, session, letters.again(instance, sheet.row, row, typed.email))


def _join(sheet: Sheet, registration: str) -> Change:
    capacity = sheet.terms.capacity if sheet.terms else None
    return lambda entries: join(entries, registration, capacity)


def _choose(row: RegistrationRow, typed: Wish) -> None:
    row.name, row.lang = typed.name, typed.lang
    row.listed, row.access, row.reasons = typed.listed, typed.access, typed.reasons


def _join_account(instance: Instance, sheet: Sheet, row: RegistrationRow) -> None:
    """Whoever shows that an address is theirs, and has an account with it, comes by that."""
    person = find_person(instance.private, row.email) if row.email else None
    taken = person is not None and any(one.person == person.id for one in sheet.people)
    if person is not None and not person.disabled and not taken:
        row.person, row.email = person.id, ""
