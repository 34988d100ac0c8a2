"""What stands at an address, as the events of a calendar: read in a child, which knows no secret.

Any of what an import reads: iCalendar, JSON of Mobilizon or schema.org, a web page that holds such
or names its calendar. What is closed, cancelled or over is left out; so are people and addresses.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from heapq import nsmallest
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from wiki.api.errors import BadRequest
from wiki.api.translation import gettext as _

from .event_record import Happening, key_of, name_of, one_line
from .jsonld import looks_linked, read_linked
from .window import Window, name_in, read_window

LOOK = 200_000
#: events of one calendar that are kept, the soonest; and themes of one
MOST, _THEMES = 1_000, 8
_TITLE, _PLACE, _SUMMARY, _TERRITORY, _THEME, _URL = 200, 300, 300, 100, 60, 2_000
_BREAKS = re.compile(r"</(?:p|div|li|h\d|blockquote|tr)>|<br\b[^<>]{0,200}>", re.I)
_SILENT = re.compile(r"<(script|style)\b.{0,20000}?</\1\s*>", re.S | re.I)
_MARKUP = re.compile(r"<[^<>]{0,2000}>")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_WORD = re.compile(r"\S+")


def kind_of(data: bytes) -> str:
    """``ical``, ``linked``, or "" for another file."""
    begin = data[:LOOK].removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin[:15].upper() == b"BEGIN:VCALENDAR":
        return "ical"
    return "linked" if looks_linked(begin.decode("utf-8", "replace")) else ""


def read_feed(asked: Mapping[str, Any], data: bytes) -> tuple[Mapping[str, Any], Sequence[bytes]]:
    """The events of ``data`` from the day ``begin`` to ``end``, and what it calls itself.

    ``data`` is in UTF-8, ``zone`` that of moments without one, ``url`` the address. ``instead`` is
    the calendar that a web page names, where it holds no event. Raises BadRequest.
    """
    window = Window(date.fromisoformat(asked["begin"]), date.fromisoformat(asked["end"]))
    text = data.decode()
    kind, name, home, instead = kind_of(data), "", "", ""
    found: Iterable[Happening] = ()
    if kind == "ical":
        name, home = name_in(text)
        found = (_unlinked(one, asked["url"]) for one in read_window(text, window))
        home = "" if _is_same(home, asked["url"]) else home
    elif kind == "linked":
        found = (one for one in read_linked(text) if window.holds(one))
    if kind != "ical" and text.lstrip("\ufeff \t\r\n").startswith("<"):
        page = _WebPage(asked["url"])
        page.feed(text[:LOOK])
        name, home, instead = page.title, asked["url"], page.calendar
    elif not kind:
        raise BadRequest(_("There is no calendar at this address."))
    zone = ZoneInfo(asked["zone"])
    open_ones = (one for one in found if not (one.private or one.cancelled))
    soonest = nsmallest(MOST + 1, open_ones, key=lambda one: _order(one, zone))
    events = {event["key"]: event for one in soonest[:MOST] if (event := _plain(one, zone))}
    if not events and kind != "ical" and not instead:
        raise BadRequest(
            _("There is no calendar at this address: it is a web page without events.")
        )
    answer = {
        "name": one_line(_words(name), 120),
        "home": _address(home),
        "instead": "" if events else instead,
        "events": list(events.values()),
        "more": len(soonest) > MOST,
    }
    return answer, ()


def _plain(one: Happening, zone: ZoneInfo) -> dict[str, Any] | None:
    if one.starts is None:
        return None
    themes = (one_line(_words(theme), _THEME) for theme in one.themes)
    return {
        "key": key_of(one),
        "series": key_of(replace(one, occurrence="")),
        "title": name_of(replace(one, title=_words(one.title))),
        "starts": _written(one.starts, zone),
        "ends": _written(one.ends, zone) if one.ends else "",
        "place": one_line(_words(one.place), _PLACE),
        "territory": one_line(_words(one.territory), _TERRITORY),
        "organiser": one_line(_words(one.organiser), 120),
        "summary": one_line(_words(one.text), _SUMMARY),
        "url": _address(one.url),
        "themes": list(dict.fromkeys(theme for theme in themes if theme))[:_THEMES],
    }


def _words(text: str) -> str:
    """What is said, without markup, and without what reaches a person."""
    if "<" in text:
        text = _MARKUP.sub(" ", _BREAKS.sub(" ", _SILENT.sub(" ", text[:LOOK])))
    return _WORD.sub(_unaddressed, _CONTROLS.sub(" ", unescape(text)))


def _unaddressed(word: re.Match[str]) -> str:
    reaches = "@" in word[0][1:-1] or word[0].lower().startswith(("mailto:", "tel:"))
    return "…" if reaches else word[0]


def _address(url: str) -> str:
    """An address of the web that may stand in a link; else ""."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return ""
    known = url.startswith(("https://", "http://")) and len(url) <= _URL
    return url if known and host and url.isprintable() and " " not in url else ""


def _unlinked(one: Happening, calendar: str) -> Happening:
    """An event that leads to the calendar itself leads nowhere: that address may be a secret."""
    return replace(one, url="") if _is_same(one.url, calendar) else one


def _is_same(url: str, calendar: str) -> bool:
    """Whether both are one file, however it is asked for."""
    try:
        one, other = urlsplit(url.strip()), urlsplit(calendar)
    except ValueError:
        return False
    return bool(one.path.strip("/")) and (one.hostname, one.path) == (other.hostname, other.path)


def _written(when: date, zone: ZoneInfo) -> str:
    """A day, or a moment to the minute with its offset."""
    if not isinstance(when, datetime):
        return when.isoformat()
    known = when if when.tzinfo else when.replace(tzinfo=zone)
    return known.astimezone(UTC).isoformat(timespec="minutes")


def _order(one: Happening, zone: ZoneInfo) -> str:
    return _written(one.starts, zone) if one.starts else "~"


class _WebPage(HTMLParser):
    """The title of a web page, and the calendar that it names as the same in another form."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.title, self.calendar = "", ""
        self._url, self._inside = url, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._inside = tag == "title" and not self.title
        named = "alternate" in said.get("rel", "").lower().split()
        named = named and said.get("type", "").lower().startswith("text/calendar")
        if tag == "link" and named and not self.calendar:
            there = urljoin(self._url, said.get("href", ""))
            if urlsplit(there).hostname == urlsplit(self._url).hostname:
                self.calendar = there

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.title += data
