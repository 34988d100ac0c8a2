"""The coming dates of calendars that are followed, as lists show them: others', never our own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from babel.dates import format_date, format_time

from wiki.api.moments import day, local_day, read_when
from wiki.api.paths import action_url, slug
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, find_redirect
from wiki.api.reading.rows import get_rows
from wiki.api.translation import gettext, language, ngettext
from wiki.api.web.elsewhere import Entries, EventsAsked, OthersEntry

from .models import CalendarRow
from .projection import shelf_for
from .store import Kept, home_of, listed, name_of, shown_events

#: of a list beside others
BESIDE = 10
_DAY = timedelta(days=1)


def events_beside(reader: Reader, asked: EventsAsked) -> Entries | None:
    """The service ``events_elsewhere``: the next ones that answer."""
    found = coming(reader, asked)
    if not found:
        return None
    return Entries(
        gettext("In other calendars"),
        "in-calendars",
        tuple(entries(reader, found[:BESIDE])),
        len(found),
        url_of(asked),
    )


@dataclass(frozen=True)
class Coming:
    """An event by its next date; how many ``more`` there are, and the ``last`` of them."""

    next: Kept
    more: int = 0
    last: Kept | None = None


def coming(reader: Reader, asked: EventsAsked, calendar: str = "") -> list[Coming]:
    """The events that are not over, of one calendar or all, that answer and are no page here.

    One that repeats is one: it would leave the others no room.
    """
    instance = reader.instance
    if not (kept := shown_events(instance)):
        return []
    words = [word for word in slug(asked.words).split("-") if word]
    values = {key: frozenset(map(slug, some)) for key, some in asked.values.items()}
    found = [
        one
        for one in kept
        if (not calendar or one.calendar == calendar)
        and not _is_over(instance, one, reader.today)
        and _answers(one, words, values)
    ]
    return by_event(_of_others(reader, found))


def by_event(dates: Iterable[Kept]) -> list[Coming]:
    """The events of ``dates``, which are in their order."""
    known: dict[tuple[str, str], Coming] = {}
    for one in dates:
        before = known.get(series := (one.calendar, one.series))
        known[series] = Coming(before.next, before.more + 1, one) if before else Coming(one)
    return list(known.values())


def entries(reader: Reader, found: Sequence[Coming]) -> Iterator[OthersEntry]:
    """Each as it is shown: when and where, what it says, and where it is at home."""
    calendars = {one.id: one for one in listed(reader.instance)}
    for one in found:
        if (calendar := calendars.get(one.next.calendar)) is not None:
            yield entry_of(reader.instance, one, calendar)


def entry_of(instance: Instance, found: Coming, calendar: CalendarRow) -> OthersEntry:
    """One event as it is shown."""
    one = found.next
    home = one.url or home_of(calendar)
    when = (when_words(instance, one), _more_words(instance, found))
    facts = (*when, one.place, one.territory, one.organiser)
    told = tuple(dict.fromkeys(fact for fact in facts if fact))
    return OthersEntry(name_of(calendar), one.title, home, home, one.summary, facts=told)


def when_words(instance: Instance, one: Kept) -> str:
    """“Thursday 18 March 2027 at 18:30”; of several days “12 March 2027 – 14 March 2027”."""
    zone, lang = instance.settings.zone, language()
    when = read_when(one.starts, one.ends, zone)
    if when is None:
        return ""
    first = when.day(zone)
    last = first
    if when.ends is not None:
        # The day that ends it, or the moment: an event until midnight is not of the next day.
        moment = isinstance(when.ends, datetime)
        last = local_day(when.ends - (timedelta(seconds=1) if moment else _DAY), zone)
    if last > first:
        parts = (format_date(one, "long", locale=lang) for one in (first, last))
        return " – ".join(parts)
    words = str(format_date(first, "full", locale=lang))
    if not isinstance(when.starts, datetime):
        return words
    hour = format_time(when.starts.astimezone(zone), "short", locale=lang)
    return gettext("{day} at {hour}").format(day=words, hour=hour)


def _more_words(instance: Instance, found: Coming) -> str:
    last = found.last and read_when(found.last.starts, "", instance.settings.zone)
    if not last:
        return ""
    words = ngettext("{count} more date, on {day}", "{count} more dates, until {day}", found.more)
    return words.format(count=found.more, day=day(last.day(instance.settings.zone)))


def url_of(asked: EventsAsked) -> str:
    """The address of the list of all that answer."""
    pairs = [("q", asked.words.strip())] if asked.words.strip() else []
    pairs += [(key, one) for key, values in sorted(asked.values.items()) for one in values]
    return action_url("calendars") + (f"?{urlencode(pairs)}" if pairs else "")


def _is_over(instance: Instance, one: Kept, today: date) -> bool:
    when = read_when(one.starts, one.ends, instance.settings.zone)
    return when is None or when.is_over(today, instance.settings.zone)


def _answers(one: Kept, words: Sequence[str], values: Mapping[str, frozenset[str]]) -> bool:
    """Whether it has a value of each key, and each of the words, as beginnings of its own."""
    for key, wanted in values.items():
        own = {"theme": one.themes, "territory": (one.territory,)}.get(key, ())
        if not wanted & set(map(slug, own)):
            return False
    if not words:
        return True
    said = "-" + slug(" ".join((one.title, one.place, one.territory, one.summary, *one.themes)))
    return all(f"-{word}" in said for word in words)


def _of_others(reader: Reader, found: Sequence[Kept]) -> Iterator[Kept]:
    """Those that are no page that this reader sees, and do not lead here."""
    if not found:
        return
    instance, shelf = reader.instance, shelf_for(reader)
    zone, own = instance.settings.zone, f"{instance.settings.public_url}/"
    known, ours = shelf.known(reader.audience, zone), _imported(reader, found)
    told: set[tuple[str, str, str]] = set()
    for one in found:
        when = read_when(one.starts, one.ends, zone)
        here = one.url in known.websites or one.url.startswith(own) or one.key in ours
        if here or (when and (slug(one.title), when.day(zone)) in known.named):
            continue
        # Two calendars may have the same event: the first of them tells it.
        name = (one.url, slug(one.title), one.starts)
        if name not in told:
            told.add(name)
            yield one


def _imported(reader: Reader, found: Sequence[Kept]) -> set[str]:
    """The keys of those that an import made pages of which the reader sees, wherever they are."""
    brought = shelf_for(reader).brought()
    paths = {one.key: brought[one.key] for one in found if one.key in brought}
    rows = get_rows(reader, list(paths.values()))
    return {
        key
        for key, path in paths.items()
        if path in rows or find_redirect(reader, path) is not None
    }
