"""What becomes of registration when an event is moved: its last day, who is told, the door."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from wiki.api.events import Event, EventMove
from wiki.api.moments import read_moment
from wiki.api.reading import Reader, find_page
from wiki.api.translation import gettext, ngettext

from .event.identity import find_row
from .event.terms import REGISTRATION, written
from .meetings import day_of
from .places import COMING, OFFERED, WAITING
from .presenters import url_of
from .store import sheet_of


def moves(event: Event, to: Event, reader: Reader) -> Sequence[EventMove]:
    """The last day to register, so much later; who is told, and when the door opens."""
    return [*_last_day(event, to, reader), *_people(event, to, reader)]


def _last_day(event: Event, to: Event, reader: Reader) -> Iterator[EventMove]:
    page, instance = find_page(reader, event.path), reader.instance
    if page is None or event.when is None or to.when is None:
        return
    key, words = written(page, REGISTRATION)
    last = read_moment(words, instance.settings.zone)
    days = day_of(to.when.starts, instance) - day_of(event.when.starts, instance)
    if last is None or not days:
        return
    after = last + days
    shown = instance.templates.filters["day"]
    told = gettext("{was}, then {now}")
    told = told.format(was=shown(day_of(last, instance)), now=shown(day_of(after, instance)))
    yield EventMove(gettext("The last day to register"), told, head={key: _as_written(after)})


def _people(event: Event, to: Event, reader: Reader) -> Iterator[EventMove]:
    instance = reader.instance
    row = find_row(instance, event.path)
    sheet = sheet_of(instance, row.id) if row else None
    if sheet is None or to.when is None:
        return
    if count := sheet.count(COMING, OFFERED, WAITING):
        words = ngettext(
            "one person is told by mail ten minutes from now; their calendar follows",
            "{count} people are told by mail ten minutes from now; their calendars follow",
            count,
        )
        manage = url_of(event.path, "manage")
        yield EventMove(gettext("Those who registered"), words.format(count=count), manage)
    day = day_of(to.when.starts, instance)
    words = gettext("opens on {day}").format(day=instance.templates.filters["day"](day))
    if any(one.came is not None and day_of(one.came, instance) < day for one in sheet.people):
        words += " · " + gettext("arrivals noted before that no longer count")
    yield EventMove(gettext("Check-in"), words, url_of(event.path, "door"))


def _as_written(moment: date) -> str:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None).isoformat(timespec="minutes")
    return moment.isoformat()
