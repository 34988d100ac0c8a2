"""The notes of an event begin as a page below it: a template, with a part for each project."""

import re
from collections.abc import Sequence
from pathlib import Path
from string import Template

from babel.dates import format_date

from wiki.api.events import Event
from wiki.api.moments import local_day
from wiki.api.pages import edit_head, read_head, without_hints
from wiki.api.pages.editing import save, write_turn
from wiki.api.paths import join, new_name
from wiki.api.reading import Reader, find_page, find_redirect, is_free, page_exists
from wiki.api.reading.rows import PageRow, get_row, list_team
from wiki.api.translation import gettext, use_language

NAME = "notes"
#: where the wiki keeps the templates, by language; those of the plugin stand in where there is none
TEMPLATES = {"fr": "modeles/notes", "en": "modeles/notes-en"}
_STARTING = Path(__file__).parent / "starting"
_HEADING = re.compile(r"(#{1,6})\s")
_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_NOT_IN_LINKS = re.compile(r"[\[\]|\n]+")


def notes_of(reader: Reader, event: str) -> str | None:
    """The path of an event's notes; None where the reader sees none."""
    path = join(event, NAME)
    if page_exists(reader, path):
        return path
    moved = find_redirect(reader, path)
    return moved if moved and moved != path and page_exists(reader, moved) else None


def may_write(reader: Reader, event: Event) -> bool:
    """Whether the reader may make the page below the event."""
    return reader.may_edit(join(event.path, NAME))


def write(reader: Reader, event: Event) -> str:
    """Makes the notes and says where they are; those that are there already are left alone.

    Raises what ``save`` does.
    """
    with write_turn(reader.instance):
        reader = reader.renewed()
        if found := notes_of(reader, event.path):
            return found
        name = new_name(NAME, lambda one: not is_free(reader, join(event.path, one)))
        path = join(event.path, name)
        words = gettext("Began the notes of “{title}”").format(title=event.title)
        save(reader, path, text_for(reader, event), reader.head, words)
        return path


def text_for(reader: Reader, event: Event) -> str:
    """What the notes begin with."""
    lang = "en" if event.row.lang == "en" else "fr"
    page = find_page(reader, TEMPLATES[lang])
    source = page.text if page else (_STARTING / f"{lang}.md").read_text("utf-8")
    with use_language(lang):
        title = gettext("Notes: {title}").format(title=event.title)
        body = filled(
            without_hints(read_head(source).body), _words(reader, event), _projects(reader, event)
        )
    head = edit_head("", {"title": title, "lang": lang if lang == "en" else None})
    return f"{head.rstrip()}\n\n{body.strip()}\n"


def filled(body: str, words: dict[str, str], projects: Sequence[dict[str, str]]) -> str:
    """The template with its words; the section whose heading holds ``$project`` once for each."""
    before, section, after = split(body)
    parts = [Template(section).safe_substitute({**words, **one}) for one in projects]
    start, end = (Template(one).safe_substitute(words) for one in (before, after))
    return start + "".join(parts) + end


def split(body: str) -> tuple[str, str, str]:
    """What stands before, in and after the section with ``$project`` in its heading."""
    lines = body.splitlines(keepends=True)
    start = level = None
    fenced = False
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
        found = None if fenced else _HEADING.match(line)
        if found is None:
            continue
        if level is not None and len(found[1]) <= level:
            return "".join(lines[:start]), "".join(lines[start:number]), "".join(lines[number:])
        if level is None and "$project" in line:
            start, level = number, len(found[1])
    if start is None:
        return body, "", ""
    return "".join(lines[:start]), "".join(lines[start:]).rstrip() + "\n\n", ""


def _words(reader: Reader, event: Event) -> dict[str, str]:
    day = ""
    if event.when is not None:
        local = local_day(event.when.starts, reader.instance.settings.zone)
        day = format_date(local, "long", locale="en" if event.row.lang == "en" else "fr")
    return {"title": event.title, "day": day or "…", "place": event.place or "…"}


def _projects(reader: Reader, event: Event) -> list[dict[str, str]]:
    """A link and a team for each project that those who read the event may know of."""
    rows = [get_row(reader, path) for path in event.programme]
    known = [row for row in rows if row and row.group in ("public", event.row.group)]
    return [{"project": _link(row), "team": _team(reader, row, event)} for row in known]


def _team(reader: Reader, row: PageRow, event: Event) -> str:
    people = [one for one in list_team(reader, row) if one.group in ("public", event.row.group)]
    return ", ".join(map(_link, people)) or gettext("team of the project")


def _link(row: PageRow) -> str:
    title = " ".join(_NOT_IN_LINKS.sub(" ", row.title).split())
    return f"[[{row.path}|{title}]]" if title else f"[[{row.path}]]"
