"""What the head of a space says of it beyond what all spaces share: each type has its own facts."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time

from wiki.jinja import day
from wiki.pages.urls import page_url
from wiki.pages.words import slug
from wiki.projections.catalogue import PageRow
from wiki.reading import Reader
from wiki.reading.lists import get_rows
from wiki.reading.pages import resolve_target
from wiki.translation import gettext as _
from wiki.translation import language, lazy
from wiki.web.page.person import person_facts

#: so many of the events that a project was presented at
EVENTS = 12

_KINDS = {
    "carrefour": lazy("Carrefour"),
    "cafe": lazy("café"),
    "workshop": lazy("workshop"),
    "atelier": lazy("workshop"),
}

Values = dict[str, Any]


def head_facts(reader: Reader, space: PageRow) -> list[Values]:
    """The facts of ``space`` in words, each with links; only pages that the reader may see."""
    told = person_facts(reader, space) if space.type == "person" else []
    if space.type == "event":
        zone = reader.instance.settings.zone
        words = time_words(space.first("starts"), space.first("ends"), zone)
        told.append(_plain(_("When"), words))
    kind = space.first("kind")
    told.append(_plain(_("Kind"), str(_KINDS.get(slug(kind), kind))))
    told.append({"label": _("Presented at"), "links": _presented(reader, space)})
    return [one for one in told if one["links"]]


def time_words(starts: str, ends: str, zone: ZoneInfo) -> str:
    """When something takes place, in words; what is no date, as it was written."""
    first, last = _moment(starts, zone), _moment(ends, zone)
    if first is None:
        return starts
    if last is not None and last.date() > first.date():
        return _("from {first} to {last}").format(first=day(first.date()), last=day(last.date()))
    begin = _hour(starts, first)
    end = _hour(ends, last) if last is not None and last > first else ""
    words = {"day": day(first.date()), "begin": begin, "end": end}
    if begin and end:
        return _("{day}, from {begin} to {end}").format(**words)
    return _("{day} at {begin}").format(**words) if begin else words["day"]


def _plain(label: str, words: str) -> Values:
    return {"label": label, "links": [{"label": words, "url": ""}] if words else []}


def _presented(reader: Reader, space: PageRow) -> list[Values]:
    paths = [resolve_target(reader, one) for one in space.facts.get("presented", ())[:EVENTS]]
    rows = get_rows(reader, list(dict.fromkeys(path for path in paths if path)))
    return [{"label": row.title, "url": page_url(row.path)} for row in rows.values()]


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """The moment that ``text`` names; one without an offset is the site's own."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def _hour(text: str, moment: datetime) -> str:
    """``18:30``; "" where ``text`` names a day alone."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return format_time(moment, "short", locale=language())
    return ""
