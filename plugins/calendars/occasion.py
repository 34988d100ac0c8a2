"""An event as any of the formats says it, and as a page of ours (pure)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from wiki.api.imports.markdown import at_line_starts, escaped
from wiki.api.imports.vocabulary import REGIONS
from wiki.api.pages import edit_head
from wiki.api.paths import slug
from wiki.api.translation import gettext as _

_TAG = re.compile(r"</?(?:p|br|div|span|a|ul|ol|li|b|i|strong|em|h[1-6]|blockquote)\b[^<>]*>", re.I)
_TITLE, _PLACE, _THEMES = 200, 300, 12


@dataclass(frozen=True)
class Happening:
    """One event. ``uid`` names it for ever, ``occurrence`` one date of several that repeat.

    ``starts`` and ``ends`` are days, or moments: those without a zone are the site's own; ``ends``
    is the last day of what lasts days. ``dates`` are what a page of all of them tells.
    """

    uid: str
    title: str
    starts: date | None
    ends: date | None = None
    place: str = ""
    territory: str = ""
    text: str = ""
    organiser: str = ""
    url: str = ""
    themes: tuple[str, ...] = ()
    cancelled: bool = False
    private: bool = False
    updated: datetime | None = None
    occurrence: str = ""
    dates: tuple[date, ...] = ()
    where: str = ""


def page_text(one: Happening, markdown_of: Callable[[str], str]) -> str:
    """The page of an event; ``markdown_of`` reads the HTML that its text may be."""
    head: dict[str, object] = {"type": "event", "title": name_of(one)}
    starts, ends = one.starts, one.ends
    if starts is not None:
        head["starts"] = written(starts)
    if starts is not None and ends is not None and written(ends) != written(starts):
        head["ends"] = written(ends)
    place, territory = (one.place, one.territory) if one.territory else parted(one.place)
    if place:
        head["place"] = _line(place, _PLACE)
    if territory:
        head["territory"] = territory
    if one.organiser:
        head["organisation"] = one.organiser
    if one.url.startswith(("https://", "http://")):
        head["website"] = one.url
    if themes := list(dict.fromkeys(_line(theme, 60) for theme in one.themes if theme.strip())):
        head["themes"] = themes[:_THEMES]
    if one.cancelled:
        head["cancelled"] = True
    body = [_body(one.text, markdown_of)]
    if one.dates:
        lines = "\n".join(f"- {written(when).replace('T', ' ')}" for when in one.dates)
        body.append(f"## {_('Dates')}\n\n{lines}")
    text = "\n\n".join(filter(None, body))
    return edit_head(f"\n{text}\n" if text else "", head)


def name_of(one: Happening) -> str:
    """Its title, on one line."""
    return _line(one.title, _TITLE) or _("An event without a title")


def written(when: date) -> str:
    """A day, or a moment to the minute with its offset where that is known."""
    if isinstance(when, datetime):
        return when.replace(second=0, microsecond=0).isoformat(timespec="minutes")
    return when.isoformat()


def person_of(words: str) -> str:
    """A name without any address: these are published nowhere."""
    kept = " ".join(word for word in words.split() if "@" not in word)
    return _line(kept, 120).strip(" ,;\"'")


def parted(place: str) -> tuple[str, str]:
    """An address up to the region that it ends with, and that region; "" where it names none."""
    parts = [part.strip() for part in re.split(r"[,;\n]", place)]
    at = next((at for at in range(len(parts) - 1, -1, -1) if slug(parts[at]) in REGIONS), None)
    return (place, "") if at is None else (", ".join(parts[:at]), parts[at])


def _body(text: str, markdown_of: Callable[[str], str]) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if _TAG.search(text):
        return markdown_of(text).strip()
    lines = (at_line_starts(escaped(line.strip())) for line in text.split("\n"))
    # A line of its own there is one here.
    return re.sub(r"(?<=[^\n\\])\n(?=[^\n])", "\\\\\n", "\n".join(lines))


def _line(text: str, most: int) -> str:
    words = " ".join(text.replace("\0", "").split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
