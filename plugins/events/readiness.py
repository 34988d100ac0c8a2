"""What stands on the page of an event and is to be looked at before it is announced."""

import re
from collections.abc import Iterator, Sequence

from wiki.api.events import Event, EventNote
from wiki.api.pages import Page, read_head
from wiki.api.paths import action_url, title_from_path
from wiki.api.programmes import programme_entries, programme_lines
from wiki.api.reading import Reader, find_page, resolve_target
from wiki.api.reading.html import find_empty_chapters
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext

from .daywords import says_other_day

#: a line that is one emphasis, as templates write what is to be put in its place
_INSTRUCTION = re.compile(r"\s*(?:[-+*]\s+|\d+[.)]\s+)?([*_])(?![*_\s])(.{12,})(?<![*_\s])\1\s*")
_NAMED, _LONGEST = 5, 90


def remarks(reader: Reader, event: Event) -> list[EventNote]:
    """What who prepares the event is told before they announce it; nothing of it stops them."""
    page = find_page(reader, event.path)
    return list(_remarks(reader, event, page)) if page is not None else []


def hidden_projects(reader: Reader, event: Event, page: Page) -> list[str]:
    """The projects of the programme that visitors see nothing of, by what the reader may know."""
    shown = {one.path for one in programme_lines(Reader(reader.instance), event)}
    names = []
    for one in programme_entries(page.head):
        path = resolve_target(reader, one.target) or one.target
        if path not in shown and one.target not in shown:
            row = get_row(reader, path)
            names.append(row.title if row is not None else title_from_path(path))
    return names


def _remarks(reader: Reader, event: Event, page: Page) -> Iterator[EventNote]:
    edit = action_url("edit", event.path)
    if event.row.group == "public" and (names := hidden_projects(reader, event, page)):
        words = gettext(
            "The public does not see in the programme: {names}. Their space is closed, and no "
            "team has agreed to words for them."
        )
        url = action_url("events/programme", event.path)
        yield EventNote(words.format(names=_listed(names, ", ")), url)
    lines = [line.strip() for line in read_head(page.text).body.splitlines()]
    left = [found[2] for line in lines if (found := _INSTRUCTION.fullmatch(line))]
    if left:
        words = gettext("Left over from the template: {lines}")
        yield EventNote(words.format(lines=_listed(left, " · ")), edit)
    for chapter in find_empty_chapters(reader, page)[:_NAMED]:
        words = gettext("Nothing is written under “{chapter}” yet: the public is not shown it.")
        url = action_url("edit", event.path, {"section": chapter.anchor})
        yield EventNote(words.format(chapter=chapter.text), url)
    if event.when is None:
        return
    day = event.when.day(reader.instance.settings.zone)
    said = [page.title, page.summary, *lines]
    if other := [line.strip("-*|#_ ") for line in said if line and says_other_day(line, day)]:
        words = gettext("Another day than that of the event is named: {lines}")
        yield EventNote(words.format(lines=_listed(list(dict.fromkeys(other)), " · ")), edit)


def _listed(lines: Sequence[str], between: str) -> str:
    shown = [gettext("“{words}”").format(words=_short(one)) for one in lines[:_NAMED]]
    more = len(lines) - len(shown)
    return between.join(shown) + (f" (+{more})" if more else "")


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
