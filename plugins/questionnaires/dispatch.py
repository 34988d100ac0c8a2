"""Sends each questionnaire the morning after: mails in one transaction, their words made late."""

from collections.abc import Iterator
from datetime import date, timedelta
from secrets import token_hex

from sqlalchemy import func, select

from wiki.api.errors import BadField
from wiki.api.events import Attendance, Event, attendances, event_of_row
from wiki.api.mail import DeferredLetter, Letter, Mail, compose, queue_mail
from wiki.api.paths import action_url
from wiki.api.people import fold_email
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.rows import iterate_rows
from wiki.api.reading.rows import select as pages
from wiki.api.translation import gettext, use_language

from .models import RoundRow, UrnRow
from .schedule import LATE, closes_at, closing_day, is_due, sent_at
from .store import (
    asked_event,
    chosen_reader,
    named_projects,
    round_by_id,
    round_of,
    row_for,
    shown_projects,
)
from .tokens import make_token

#: who makes the words
MAKER = "questionnaires"
#: events that began so long ago are not looked at: what lasts longer is no event
_LONGEST = timedelta(days=45)


def send_due(instance: Instance, everything: Reader) -> int:
    """Puts the mails of each event whose morning has come; how many there are."""
    now, zone = instance.private.now(), instance.settings.zone
    put_now = 0
    for event in _recent(everything, now.date()):
        if event.when is None or not event.programme:
            continue
        if event.cancelled or not is_due(event.when, zone, now):
            continue
        found = round_of(instance, event.path)
        if found.sent is None and found.wanted and shown_projects(instance, event):
            put_now += _send(instance, event)
    return put_now


def follow_moved(instance: Instance, everything: Reader) -> None:
    """Waits anew for events that were moved after their questionnaire had left, still unanswered.

    The links that went out are void then: those of the true evening follow it.
    """
    open_now = select(RoundRow).where(RoundRow.sent.is_not(None), RoundRow.closed.is_(None))
    rounds = instance.private.list_rows(open_now)
    for one in rounds:
        event = asked_event(instance, one)
        if event is None or _has_ended(instance, event):
            continue
        with instance.private.session() as session:
            row = row_for(instance, session, one.event)
            urns = select(func.count()).where(UrnRow.round == row.id)
            if row.sent is not None and not session.scalar(urns):
                row.id, row.sent, row.asked, row.last_day = token_hex(4), None, 0, None


def there(instance: Instance, event: str) -> list[Attendance]:
    """Those to ask, one an address: who was seen; where nobody was counted, all who had said so."""
    found = instance.plugins.call(attendances, instance, event)
    if any(one.came is not None for one in found):
        found = [one for one in found if one.came]
    by_address: dict[str, Attendance] = {}
    for one in found:
        try:
            by_address.setdefault(fold_email(one.email), one)
        except BadField:
            continue  # an address that nobody can be written to at
    return list(by_address.values())


def make_words(instance: Instance, about: str, lang: str) -> Letter | None:
    """The words of one invitation, with a link of its own; None once there is nothing to ask.

    It is told which round, and not to whom they go; nor does it keep the link.
    """
    found = round_by_id(instance, about)
    if found is None or not found.takes(instance) or found.last_day is None:
        return None
    event = asked_event(instance, found)
    projects = named_projects(instance, event) if event else {}
    first = chosen_reader(instance, found)
    if event is None or not projects or not _has_ended(instance, event):
        return None
    token = make_token(instance.secret, found.id)
    return compose(
        instance,
        "questionnaires/mail/ask",
        lang or instance.settings.lang,
        title=event.title,
        projects=[one.title for one in projects.values()],
        last_day=found.last_day,
        least=found.least,
        chosen=first.name if first else "",
        url=instance.settings.public_url + action_url("questionnaires", f"answer/{token}"),
    )


def _has_ended(instance: Instance, event: Event) -> bool:
    """Whether its morning after is there by its date of today: it may be moved while mails wait."""
    now, zone = instance.private.now(), instance.settings.zone
    return event.when is None or sent_at(event.when, zone) <= now


def _send(instance: Instance, event: Event) -> int:
    """Puts a mail for each, and notes that it has left, in one transaction: once, whoever runs."""
    if not (known := there(instance, event.path)):
        return 0
    now, zone = instance.private.now(), instance.settings.zone
    with instance.private.session() as session:
        row = row_for(instance, session, event.path)
        if row.sent is not None or not row.wanted or len(known) < row.least:
            return 0  # of fewer people than it takes, all would be erased unread
        row.sent, row.last_day = now, closing_day(now, row.days, zone)
        until = min(now + LATE, closes_at(row.last_day, zone))
        for one in known:
            lang = one.lang or instance.settings.lang
            with use_language(lang):
                subject = gettext("Your word after: {title}").format(title=event.title)
            mail = Mail(
                key=f"questionnaires:{row.id}:{one.key}",
                to=one.email,
                subject=" ".join(subject.split()),
                person=one.person,
                lang=lang,
                late=DeferredLetter(MAKER, row.id),
                until=until,
            )
            row.asked += queue_mail(instance.private, session, mail)
        return row.asked


def _recent(everything: Reader, today: date) -> Iterator[Event]:
    since, until = (today - _LONGEST).isoformat(), (today + timedelta(days=1)).isoformat()
    chosen = pages(types=("event",), ranges={"starts": (since, until)})
    return (event_of_row(everything, row) for row in iterate_rows(everything, chosen, "starts"))
