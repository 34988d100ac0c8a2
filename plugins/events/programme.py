"""The programme of an event: its projects in order, each with a sentence, a place and a state."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wiki.api.errors import BadField
from wiki.api.events import Event, event_of
from wiki.api.meaning import fold
from wiki.api.pages import Page, Problem, edit_head
from wiki.api.pages.blocks import Block, BlockContext
from wiki.api.pages.editing import change_page
from wiki.api.pages.items import Item
from wiki.api.paths import page_url
from wiki.api.programmes import programme_entries, programme_lines
from wiki.api.reading import Reader, find_page, resolve_target
from wiki.api.reading.html import get_fact_words
from wiki.api.reading.rows import PageRow, find_rows, get_row, get_rows, select
from wiki.api.translation import gettext

BLOCK_NAMES = ("programme",)
_TIME = re.compile(r"^\s*(\d{1,2})\s*(?:[:h])\s*(\d{2})?\s+(?=\S)")
#: marks the line of a programme under which projects are given their hours
_PROJECTS = frozenset({"projets", "projects"})
#: what a line begins with under which they are where none is marked, folded: “Les projets, …”
_PRESENTED = re.compile(
    r"(?:\w{2,8} )?(?:projets|presentations|demonstrations|pitchs|projects|pitches)\b"
    r"|presentations? (?:des projets|of (?:the )?projects)\b"
)
_MARK = re.compile(r"(?:(?<!\s)\s++)?#(?:projets|projects)\b", re.I)
#: minutes of a project at most, and what they are rounded to
_EACH, _STEP = 15, 5
_LINK = re.compile(r"\[\[([^\[\]|#]+)(?:[|#][^\[\]]*)?\]\]")
_NO_EVENT = "A programme stands on the page of an event, or names one: “::: programme the/event”."
#: projects of a programme: whoever follows one of them is told of the evening
MOST = 100
#: events that a project took part in, each way
_EVENTS = 8
_CARD = ("path", "title", "url", "summary", "territory", "state")


@dataclass(frozen=True)
class Line:
    """A line of a programme: a time as written (""), words of its own, the project (or None)."""

    time: str
    html: str
    project: Mapping[str, str] | None


def show_block(block: Block, context: BlockContext) -> str:
    """The programme of the event whose page it stands on, or that it names; else its own list."""
    reader: Reader | None = context.ask
    if reader is None:
        return context.content(block)
    named = block.args.strip().strip("[]")
    path = resolve_target(reader, named) if named else context.path
    event = event_of(reader, path) if path else None
    if event is None:
        context.problem(Problem(block.line, "programme-of-nothing", _NO_EVENT))
        return context.content(block)
    projects = {one["path"]: one for one in shown(reader, event)}
    lines: list[Line] = []
    told: set[str] = set()
    times = [read_time(item.text)[0] for item in block.items]
    here = None  # the line below which the projects that stand in no other are given their hours
    marked = presented_in(block.items)
    for index, item in enumerate(block.items):
        time, words = read_time(item.text)
        if index == marked:
            words, here = _MARK.sub("", words), (index, len(lines) + 1)
        link = _LINK.search(words)
        named = link[1].strip().strip("/") if link else ""
        target = resolve_target(reader, named) or named
        project = projects.get(target)
        # The card says the title; what else is written in the line stands below it.
        left = words.replace(link[0], "", 1).strip(" —–-:") if link and project else words
        lines.append(Line(time, context.inline(left) if left else "", project))
        told.add(target)
    rest = [one for path, one in projects.items() if path not in told]
    index, place = here or (0, len(lines))
    hours = shared_hours(times[index:], len(rest)) if here else [""] * len(rest)
    lines[place:place] = [Line(*pair) for pair in zip(hours, [""] * len(rest), rest, strict=True)]
    return context.template("events/programme.html", lines=lines)


def presented_in(items: Sequence[Item]) -> int | None:
    """The line of a programme under which its projects are presented: the last that is marked.

    Where none is, the first with an hour that begins with a word for presentations.
    """
    marked = [
        index
        for index, item in enumerate(items)
        if not _PROJECTS.isdisjoint(map(fold, item.keywords))
    ]
    if marked:
        return marked[-1]
    for index, item in enumerate(items):
        time, words = read_time(item.text)
        if time and not _LINK.search(words) and _PRESENTED.match(fold(words)):
            return index
    return None


def read_time(words: str) -> tuple[str, str]:
    """``18:45`` and what follows it; "" and all where a line begins with no time."""
    found = _TIME.match(words)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return "", words
    return f"{int(found[1]):02}:{found[2] or '00'}", words[found.end() :]


def shared_hours(times: Sequence[str], count: int) -> list[str]:
    """When each of ``count`` projects is presented, from the first of ``times`` to the next said.

    They share the time evenly, in steps of five minutes where it is enough, and of at most a
    quarter of an hour; "" where no hour is said, or all would not fit.
    """
    if not count or not times[0]:
        return [""] * count
    first = _minutes(times[0])
    end = next((_minutes(one) for one in times[1:] if one), first + _EACH * count)
    each = min(_EACH, max(0, end - first) // count)
    each -= each % _STEP if each >= _STEP else 0
    if not each:
        return [""] * count
    return [f"{at // 60 % 24:02}:{at % 60:02}" for at in range(first, first + each * count, each)]


def _minutes(time: str) -> int:
    hour, _colon, minute = time.partition(":")
    return int(hour) * 60 + int(minute)


def shown(reader: Reader, event: Event) -> list[dict[str, str]]:
    """The programme as this reader is shown it: without an address what they may not read."""
    return [
        _card(reader, one.row) | {"title": one.title, "summary": one.summary}
        if one.row is not None
        else {**dict.fromkeys(_CARD, ""), "path": one.path, "title": one.title}
        | {"summary": one.summary}
        for one in programme_lines(reader, event)
    ]


def cards(reader: Reader, paths: Sequence[str]) -> list[dict[str, str]]:
    """Projects in that order, as a programme shows them; those that the reader may see."""
    rows = get_rows(reader, list(paths))
    return [_card(reader, rows[path]) for path in paths if path in rows]


def took_part(reader: Reader, project: PageRow) -> list[PageRow]:
    """The events whose programme has the project, or that it says it was shown at; newest first."""
    names = (project.path, project.title)
    chosen = select(types=("event",), values={"programme": names})
    found = {row.path: row for row in find_rows(reader, chosen, "-starts", 2 * _EVENTS).rows}
    told = [resolve_target(reader, one) or "" for one in project.facts.get("presented", ())]
    found |= {
        path: row
        for path, row in get_rows(reader, [one for one in told if one]).items()
        if row.type == "event"
    }
    return sorted(found.values(), key=lambda row: row.first("starts"), reverse=True)[:_EVENTS]


def add(reader: Reader, event: str, project: str) -> None:
    """Puts a project last, once. Raises BadField where it is none, and what saving does."""
    row = get_row(reader, project) if project else None
    if row is None or row.type != "project":
        raise BadField("project", gettext("There is no project of that name here."))
    if (page := find_page(reader, event)) and len(page.head.links("programme")) >= MOST:
        words = gettext("A programme has {count} projects at most.").format(count=MOST)
        raise BadField("project", words)

    def added(words: list[str], paths: list[str]) -> list[str]:
        return words if project in paths else [*words, f"[[{project}]]"]

    _change(reader, event, added, gettext("Added “{title}” to the programme"), row.title)


def remove(reader: Reader, event: str, project: str) -> None:
    """Takes it out; what is not there is no fault."""

    def removed(words: list[str], paths: list[str]) -> list[str]:
        return [word for word, path in zip(words, paths, strict=True) if path != project]

    _change(reader, event, removed, gettext("Took “{title}” out of the programme"), project)


def move(reader: Reader, event: str, project: str, by: int) -> None:
    """One place up (-1) or down (1) among those that the reader sees; at an end it stays."""
    row = get_row(reader, project) if project else None
    event_here = event_of(reader, event)
    stand = {one.path for one in programme_lines(reader, event_here)} if event_here else set()

    def moved(words: list[str], paths: list[str]) -> list[str]:
        seen = [index for index, path in enumerate(paths) if path in stand]
        here = next((index for index in seen if paths[index] == project), None)
        if here is None:
            return words
        place = seen.index(here) + by
        if not 0 <= place < len(seen):
            return words
        left = [word for index, word in enumerate(words) if index != here]
        left.insert(seen[place], words[here])
        return left

    title = row.title if row else project
    _change(reader, event, moved, gettext("Moved “{title}” in the programme"), title)


def _change(
    reader: Reader,
    event: str,
    edit: Callable[[list[str], list[str]], list[str]],
    message: str,
    title: str,
) -> None:
    def changed(page: Page) -> str:
        entries = programme_entries(page.head)
        words = [one.word for one in entries]
        now = edit(words, [resolve_target(reader, one.target) or one.target for one in entries])
        return page.text if now == words else edit_head(page.text, {"programme": now})

    change_page(reader, event, changed, message.format(title=title))


def _card(reader: Reader, row: PageRow) -> dict[str, str]:
    return {
        "path": row.path,
        "title": row.title,
        "url": page_url(row.path),
        "summary": row.summary,
        "territory": row.first("territory"),
        "state": get_fact_words(reader, "state", row.first("state")),
    }


def values(reader: Reader, event: Event) -> list[dict[str, Any]]:
    """The programme as a form shows it."""
    found = shown(reader, event)
    last = len(found) - 1
    return [{**one, "up": index > 0, "down": index < last} for index, one in enumerate(found)]
