"""An event as a page of ours (pure)."""

import re
from collections.abc import Callable
from datetime import date, datetime

from wiki.api.imports.markdown import at_line_starts, escaped
from wiki.api.imports.vocabulary import REGIONS
from wiki.api.pages import edit_head
from wiki.api.paths import slug
from wiki.api.translation import gettext as _

from .event_record import Happening, name_of, one_line

_TAG = re.compile(r"</?(?:p|br|div|span|a|ul|ol|li|b|i|strong|em|h[1-6]|blockquote)\b[^<>]*>", re.I)
_PLACE, _THEMES = 300, 12


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
        head["place"] = one_line(place, _PLACE)
    if territory:
        head["territory"] = territory
    if one.organiser:
        head["organisation"] = one.organiser
    if one.url.startswith(("https://", "http://")):
        head["website"] = one.url
    if themes := list(dict.fromkeys(one_line(theme, 60) for theme in one.themes if theme.strip())):
        head["themes"] = themes[:_THEMES]
    if one.cancelled:
        head["cancelled"] = True
    body = [_body(one.text, markdown_of)]
    if one.dates:
        lines = "\n".join(f"- {written(when).replace('T', ' ')}" for when in one.dates)
        body.append(f"## {_('Dates')}\n\n{lines}")
    text = "\n\n".join(filter(None, body))
    return edit_head(f"\n{text}\n" if text else "", head)


def written(when: date) -> str:
    """A day, or a moment to the minute with its offset where that is known."""
    if isinstance(when, datetime):
        return when.replace(second=0, microsecond=0).isoformat(timespec="minutes")
    return when.isoformat()


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
