"""What changed about an event is told to who comes and who presents, once for each change.

A page is corrected as one writes: what it says is told once it has said so for a while. One that
says again what was told has changed nothing.
"""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.api.events import Event, event_of, presenters
from wiki.api.mail import Mail, queue_mail
from wiki.api.people import accounts_named, get_person
from wiki.api.plugin import Instance
from wiki.api.reading import find_redirect, page_exists, system_reader
from wiki.api.reading.rows import get_row

from . import letters
from .event.identity import is_same, note_gone
from .meetings import (
    Told,
    calendar_name,
    day_of,
    has_moved,
    is_past,
    team_of,
    told_by,
    told_now,
    when_of,
)
from .models import EventRow
from .places import COMING, OFFERED, WAITING
from .store import Sheet, address_of, alone

#: how long a page has to say something before it is told
SETTLES = timedelta(minutes=10)


def notice(instance: Instance, event_id: str) -> None:
    """Looks at an event's page: takes down what nobody need be told, and tells what they must."""
    every = system_reader(instance, "registrations")
    with alone(instance, event_id) as found:
        if found is None:
            return
        session, sheet = found
        row = sheet.row
        moved = None if page_exists(every, row.path) else find_redirect(every, row.path)
        target = get_row(every, moved) if moved is not None else None
        if target is not None and not _is_taken(session, target.path):
            row.path = target.path if has_moved(instance, row, target) else row.path
        page = get_row(every, row.path)
        there = page is not None and is_same(session, row, page)
        note_gone(session, row, gone=not there)
        event = event_of(every, row.path) if there else None
        if there and event is None:
            return  # its type was changed: it may be a slip, and says nothing of a day
        if event is not None and event.when is not None and row.door_until is not None:
            row.door_until = letters.door_day(instance, event.when)
        if event is not None:
            row.title, row.team = event.title[:300], team_of(event)
        now = told_now(event, row)
        if now == told_by(row):
            row.asked, row.since = "", None
        elif row.asked != str(now):
            row.asked, row.since = str(now), instance.private.now()
        elif row.since is not None and abs(instance.private.now() - row.since) >= SETTLES:
            for mail in _told(instance, sheet, now, event):
                queue_mail(instance.private, session, mail)


def _is_taken(session: Session, path: str) -> bool:
    """Whether another event's registrations are at ``path`` already."""
    return session.scalar(select(EventRow.id).where(EventRow.path == path)) is not None


def _told(instance: Instance, sheet: Sheet, now: Told, event: Event | None) -> list[Mail]:
    """Writes down what is told from now on; the mails, none where it is over anyway."""
    row, before = sheet.row, told_by(sheet.row)
    past = is_past(when_of(row), instance, instance.private.now())
    _write(instance, row, now, event)
    _forget_early(instance, sheet)
    if past and is_past(when_of(row), instance, instance.private.now()):
        return []
    row.changes, row.before = row.changes + 1, str(before)
    people = [one for one in sheet.people if one.state in (COMING, OFFERED, WAITING)]
    addresses = {one.id: address_of(instance, one) for one in people}
    mails = [letters.change(instance, row, one) for one in people if addresses[one.id]]
    mails += _to_presenters(instance, row, frozenset(addresses.values()))
    if event is None:
        team = accounts_named(instance.private, row.team.splitlines())
        mails += [
            letters.gone(instance, row, person, sum(map(bool, addresses.values())))
            for person in team
            if not person.disabled
        ]
    return mails


def _to_presenters(instance: Instance, row: EventRow, told: frozenset[str]) -> Iterator[Mail]:
    """To those who present and are not told as registered: ``told`` are those addresses."""
    for one in instance.plugins.call(presenters, instance).get(row.path, ()):
        person = get_person(instance.private, one.person)
        if person is not None and not person.disabled and person.email not in told:
            yield letters.to_presenter(instance, row, person, one.project)


def _write(instance: Instance, row: EventRow, now: Told, event: Event | None) -> None:
    row.starts, row.ends, row.place, row.cancelled = (
        now.starts,
        now.ends,
        now.place,
        now.cancelled,
    )
    row.asked, row.since = "", None
    known = calendar_name(instance, row.path)[1] if event is not None else 0
    row.sequence = max(row.sequence + 1, known)


def _forget_early(instance: Instance, sheet: Sheet) -> None:
    """Nobody was at an evening that was moved after them: who was seen before it was not there."""
    if (when := when_of(sheet.row)) is None:
        return
    first = day_of(when.starts, instance)
    for one in sheet.people:
        if one.came is not None and day_of(one.came, instance) < first:
            one.came = None
