"""Events as JSON: of schema.org, as web pages carry it, and of Mobilizon (pure)."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wiki.api.errors import BadRequest
from wiki.api.translation import gettext as _

from .event_record import Happening, person_of

_SCRIPT = re.compile(
    r"<script\b[^>]{0,300}\btype=[\"']?application/ld\+json\b[^>]{0,300}>(.*?)</script", re.S | re.I
)
#: what holds events, one of them or several
_WITHIN = ("@graph", "orderedItems", "items", "itemListElement", "item", "object", "events")
_DEPTH, _MOST = 6, 20_000
_ADDRESS = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")


def looks_linked(text: str) -> bool:
    """Whether the beginning of a file may hold such events."""
    begin = text.lstrip("\ufeff \t\r\n")[:1]
    if begin == "<":
        return "application/ld+json" in text
    return (
        begin in ("{", "[") and re.search(r'"(?:@?type)"\s*:\s*\[?\s*"\w*Event"', text) is not None
    )


def read_linked(text: str) -> Iterator[Happening]:
    """The events of a file. Raises BadRequest."""
    parts = _SCRIPT.findall(text) if text.lstrip("\ufeff \t\r\n").startswith("<") else [text]
    count = 0
    for part in parts:
        try:
            found = json.loads(part.lstrip("\ufeff"))
        except (ValueError, RecursionError) as error:
            words = _("This is no whole JSON: {why}")
            raise BadRequest(words.format(why=str(error)[:200])) from error
        for one in _events(found, 0):
            count += 1
            if count > _MOST:
                words = _("There are more than {count} events in this: import it in parts.")
                raise BadRequest(words.format(count=f"{_MOST:,}"))
            yield _happening(one, count)


def _events(found: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > _DEPTH:
        return
    if isinstance(found, list):
        for one in found:
            yield from _events(one, depth + 1)
    elif isinstance(found, dict):
        kinds = found.get("@type", found.get("type"))
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(kind, str) and kind.endswith("Event") for kind in kinds):
            yield found
            return
        for name in _WITHIN:
            yield from _events(found.get(name), depth + 1)


def _happening(one: Mapping[str, Any], number: int) -> Happening:
    title = _words(one.get("name"))
    place, territory = _place(one.get("location"))
    zone = _zone(one.get("timezone"))
    starts = _moment(one.get("startDate", one.get("startTime")), zone)
    ends = _moment(one.get("endDate", one.get("endTime")), zone)
    if isinstance(ends, datetime) != isinstance(starts, datetime) or (
        starts and ends and written_before(ends, starts)
    ):
        ends = None
    url = _address(one.get("url")) or _address(one.get("@id", one.get("id")))
    status = _words(one.get("eventStatus")) + _words(one.get("ical:status"))
    tags = one.get("tag") if isinstance(one.get("tag"), list) else []
    themes = [_words(tag.get("name")).lstrip("#") for tag in tags or [] if isinstance(tag, dict)]
    if isinstance(keywords := one.get("keywords"), str):
        themes += keywords.split(",")
    elif isinstance(keywords, list):
        themes += [word for word in keywords if isinstance(word, str)]
    updated = _moment(one.get("updated", one.get("dateModified")), None)
    return Happening(
        uid=_words(one.get("uuid")) or _address(one.get("@id", one.get("id"))) or url or title,
        title=title,
        starts=starts,
        ends=ends,
        place=place,
        territory=territory,
        text=_words(one.get("content")) or _words(one.get("description")),
        organiser=person_of(_name(one.get("organizer", one.get("attributedTo")))),
        url=url,
        themes=tuple(theme.strip() for theme in themes if theme.strip()),
        cancelled="cancelled" in status.lower(),
        private=one.get("draft") is True,
        updated=updated if isinstance(updated, datetime) else None,
        where=title or _("Event {number}").format(number=number),
    )


def written_before(one: date, other: date) -> bool:
    """Whether ``one`` is earlier; of two moments of which one has a zone, by their days."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        if (one.tzinfo is None) != (other.tzinfo is None):
            return one.date() < other.date()
        return one < other
    return one < other


def _place(found: Any) -> tuple[str, str]:
    """Where it is, and the region that is said."""
    if isinstance(found, list):
        found = found[0] if found else None
    if not isinstance(found, dict):
        return _words(found), ""
    address = found.get("address")
    parts = [_words(found.get("name"))]
    territory = ""
    if isinstance(address, dict):
        parts += [_words(address.get(name)) for name in _ADDRESS[:3]]
        territory = _words(address.get("addressRegion"))
    else:
        parts.append(_words(address))
    return ", ".join(dict.fromkeys(part for part in parts if part)), territory


def _moment(found: Any, zone: ZoneInfo | None) -> date | None:
    words = _words(found)
    with suppress(ValueError, OverflowError):
        if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
            return date.fromisoformat(words)
        when = datetime.fromisoformat(words)
        return when.astimezone(zone) if zone is not None and when.tzinfo else when
    return None


def _zone(found: Any) -> ZoneInfo | None:
    with suppress(ValueError, OSError):
        return ZoneInfo(_words(found)) if _words(found) else None
    return None


def _name(found: Any) -> str:
    if isinstance(found, list):
        found = found[0] if found else None
    if isinstance(found, dict):
        return _words(found.get("name")) or _words(found.get("preferredUsername"))
    return "" if "://" in _words(found) else _words(found)


def _address(found: Any) -> str:
    if isinstance(found, list):
        found = found[0] if found else None
    if isinstance(found, dict):
        found = found.get("href")
    words = _words(found)
    return words if words.startswith(("https://", "http://")) else ""


def _words(found: Any) -> str:
    return found.strip() if isinstance(found, str) else ""
