"""The rows: a calendar named, shown, blocked, removed; its events kept, how looking at it went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, func, insert, select, update

from wiki.api.errors import BadField, BadRequest, NotFound
from wiki.api.jobs import wake
from wiki.api.people import record_audit
from wiki.api.plugin import Instance
from wiki.api.translation import gettext
from wiki.api.web.outside import check_outside, destination_of

from .models import CalendarRow, EventRow, LookRow

TASK = "calendars.look"
#: calendars of a site
MOST = 40
#: a proposal that nobody said yes to goes after so long
KEPT_UNSHOWN = timedelta(days=7)
#: whoever looks at a calendar has so long, until somebody else does
TURN = timedelta(minutes=10)
_LOCK = "calendars"
_COLUMNS = (
    *("key", "series", "title", "starts", "ends", "place", "territory", "organiser"),
    *("summary", "url", "themes"),
)


@dataclass(frozen=True)
class Kept:
    """An event as it is kept: see ``EventRow``."""

    calendar: str
    key: str
    series: str
    title: str
    starts: str
    ends: str
    place: str
    territory: str
    organiser: str
    summary: str
    url: str
    themes: tuple[str, ...]


def address_of(instance: Instance, typed: str) -> str:
    """The address that is asked, of one as people copy it. Raises BadField."""
    typed = typed.strip()
    scheme, _, rest = typed.partition("://")
    address = f"https://{rest}" if scheme.lower() in ("webcal", "webcals") else typed
    inside = instance.settings.calendar_hosts.split()
    try:
        there = destination_of(address, inside)
    except BadRequest as error:
        words = gettext("Give the https address of a calendar, such as {example}.")
        example = "https://agenda.example.org/agenda.ics"
        raise BadField("address", words.format(example=example)) from error
    try:
        check_outside(there, inside, "calendar_hosts")
    except BadRequest as error:
        raise BadField("address", error.words) from error
    return address.partition("#")[0]


def add(instance: Instance, typed: str, by: str, person: str | None) -> CalendarRow:
    """Names a calendar: its first events are looked at soon, and shown after a yes.

    ``by`` stands in the audit trail, ``person`` is the account of who did it. Raises BadField.
    """
    address, private = address_of(instance, typed), instance.private
    now = private.now()
    with private.session(_LOCK) as session:
        if session.scalar(select(CalendarRow.id).where(CalendarRow.address == address)):
            raise BadField("address", gettext("This calendar is named already."))
        if (session.scalar(select(func.count()).select_from(CalendarRow)) or 0) >= MOST:
            words = gettext("There are {count} calendars already: take one away first.")
            raise BadField("address", words.format(count=MOST))
        row = CalendarRow(
            id=token_hex(6),
            address=address,
            name="",
            title="",
            home="",
            shown=False,
            blocked=False,
            named_by=person,
            created=now,
        )
        session.add(row)
        session.flush()
        unsaid = dict.fromkeys(("said", "etag", "modified", "digest"), "")
        session.add(LookRow(calendar=row.id, due=now, failures=0, more=False, **unsaid))
        record_audit(private, by, "calendar", row.id, host_of(row), session=session)
    wake(instance.settings, TASK)
    return row


def listed(instance: Instance) -> list[CalendarRow]:
    """All calendars, in the order in which they were named."""
    order = (CalendarRow.created, CalendarRow.id)
    return instance.private.list_rows(select(CalendarRow).order_by(*order))


def find(instance: Instance, id: str) -> CalendarRow:
    """The calendar of that id. Raises NotFound."""
    row = instance.private.find_row(CalendarRow, id)
    if row is None:
        raise NotFound(gettext("There is no such calendar."))
    return row


def looks(instance: Instance) -> Mapping[str, LookRow]:
    """How looking at each goes."""
    return {row.calendar: row for row in instance.private.list_rows(select(LookRow))}


def show(instance: Instance, calendar: CalendarRow, name: str, by: str) -> None:
    """Has its events shown, under that name, or under its own."""
    values = {"shown": True, "name": " ".join(name.split())[:120]}
    _change(instance, calendar, "calendar-shown", by, **values)


def block(instance: Instance, calendar: CalendarRow, by: str, *, blocked: bool) -> None:
    """Shows nothing of it any more, and does not look at it; or does again."""
    _change(instance, calendar, "calendar-blocked", by, blocked=blocked)
    if not blocked:
        look_soon(instance, calendar)


def _change(instance: Instance, calendar: CalendarRow, what: str, by: str, **values: Any) -> None:
    with instance.private.session(_LOCK) as session:
        asked = update(CalendarRow).where(CalendarRow.id == calendar.id)
        session.execute(asked.values(**values))
        record_audit(instance.private, by, what, calendar.id, host_of(calendar), session=session)


def remove(instance: Instance, calendar: CalendarRow, by: str) -> None:
    """Takes it away, and all its events at once."""
    with instance.private.session(_LOCK) as session:
        for rows in (EventRow, LookRow):
            session.execute(delete(rows).where(rows.calendar == calendar.id))
        session.execute(delete(CalendarRow).where(CalendarRow.id == calendar.id))
        record_audit(
            instance.private, by, "no-calendar", calendar.id, host_of(calendar), session=session
        )


def look_soon(instance: Instance, calendar: CalendarRow) -> None:
    """Has it looked at now, and read anew whatever its server says."""
    values = {"due": instance.private.now(), "etag": "", "modified": ""}
    asked = update(LookRow).where(LookRow.calendar == calendar.id).values(**values)
    instance.private.execute(asked)
    wake(instance.settings, TASK)


def list_due(instance: Instance) -> list[str]:
    """Those to be looked at now, the one that waits longest first."""
    asked = (
        select(LookRow.calendar)
        .join(CalendarRow, CalendarRow.id == LookRow.calendar)
        .where(LookRow.due <= instance.private.now(), CalendarRow.blocked.is_(False))
        .order_by(LookRow.due, LookRow.calendar)
    )
    return instance.private.list_rows(asked)


def take_turn(instance: Instance, id: str) -> tuple[CalendarRow, LookRow] | None:
    """The calendar, for whoever is to look at it now; None where somebody else does, or did."""
    now = instance.private.now()
    with instance.private.session(_LOCK) as session:
        calendar, look = session.get(CalendarRow, id), session.get(LookRow, id)
        if calendar is None or look is None or calendar.blocked or look.due > now:
            return None
        look.due = now + TURN
        return calendar, look


def note(instance: Instance, id: str, **values: Any) -> None:
    """Notes how looking went."""
    asked = update(LookRow).where(LookRow.calendar == id).values(**values)
    instance.private.execute(asked)


def set_address(instance: Instance, id: str, address: str) -> bool:
    """Names it by another address; whether that was none's yet."""
    with instance.private.session(_LOCK) as session:
        if session.scalar(select(CalendarRow.id).where(CalendarRow.address == address)):
            return False
        asked = update(CalendarRow).where(CalendarRow.id == id).values(address=address)
        session.execute(asked)
        return True


def keep(
    instance: Instance, id: str, title: str, home: str, events: Sequence[Mapping[str, Any]]
) -> None:
    """Has these events, and no others, be those of the calendar; writes what is new alone."""
    wanted = [
        {**{name: one[name] for name in _COLUMNS}, "themes": "\n".join(one["themes"])}
        for one in events
    ]
    with instance.private.session(_LOCK) as session:
        calendar = session.get(CalendarRow, id)
        if calendar is None:
            return  # it was taken away while it was looked at
        if (calendar.title, calendar.home) != (title, home):
            calendar.title, calendar.home = title, home
        own = select(EventRow).where(EventRow.calendar == id).order_by(EventRow.id)
        known = [{name: getattr(row, name) for name in _COLUMNS} for row in session.scalars(own)]
        if known == wanted:
            return
        session.execute(delete(EventRow).where(EventRow.calendar == id))
        if wanted:
            session.execute(insert(EventRow), [{"calendar": id, **one} for one in wanted])


def forget_events(instance: Instance, id: str) -> None:
    """Throws away what is kept of it."""
    known = select(EventRow.id).where(EventRow.calendar == id).limit(1)
    if instance.private.find_value(known) is not None:
        instance.private.execute(delete(EventRow).where(EventRow.calendar == id))


def forget_unshown(instance: Instance) -> None:
    """Takes away what was named long ago, and never shown."""
    old = (
        CalendarRow.shown.is_(False),
        CalendarRow.created < instance.private.now() - KEPT_UNSHOWN,
    )
    for row in instance.private.list_rows(select(CalendarRow).where(*old)):
        remove(instance, row, "")


def events_of(instance: Instance, id: str) -> list[Kept]:
    """What is kept of one calendar, the soonest first."""
    own = select(EventRow).where(EventRow.calendar == id).order_by(EventRow.id)
    return [_kept(row) for row in instance.private.list_rows(own)]


def shown_events(instance: Instance) -> Sequence[Kept]:
    """What is kept of all calendars that are shown, the soonest first; remembered."""

    def work() -> tuple[Kept, ...]:
        asked = (
            select(EventRow)
            .join(CalendarRow, CalendarRow.id == EventRow.calendar)
            .where(CalendarRow.shown, CalendarRow.blocked.is_(False))
            .order_by(EventRow.starts, EventRow.id)
        )
        return tuple(_kept(row) for row in instance.private.list_rows(asked))

    return instance.private.remembered("calendars.events", work)


def _kept(row: EventRow) -> Kept:
    words = {name: getattr(row, name) for name in _COLUMNS}
    return Kept(**words | {"calendar": row.calendar, "themes": tuple(row.themes.split("\n"))})


def host_of(calendar: CalendarRow) -> str:
    """The host that it is at."""
    return urlsplit(calendar.address).hostname or ""


def name_of(calendar: CalendarRow) -> str:
    """What it is called here."""
    return calendar.name or calendar.title or host_of(calendar)


def home_of(calendar: CalendarRow) -> str:
    """Where people read it: where it says so, else its host. Its address may be a secret."""
    there = urlsplit(calendar.address)
    return calendar.home or f"{there.scheme}://{there.netloc}/"


def last_seen(look: LookRow, calendar: CalendarRow) -> datetime:
    """When it last answered well, or was named."""
    return look.seen or calendar.created
