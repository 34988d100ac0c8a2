"""What is missing, gathered from all pages that a reader sees; a line completed, or open again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from wiki.api.errors import BadField, NotFound
from wiki.api.pages import Page, read_document
from wiki.api.pages.editing import change_page
from wiki.api.pages.items import set_state
from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader, get_page, resolve_target
from wiki.api.reading.html import render_line
from wiki.api.reading.item_rows import ItemRow, find_items, select_items
from wiki.api.reading.rows import PageRow, get_row
from wiki.api.translation import gettext

from .creation import TEMPLATES
from .model import BLOCKS, Missing, key_of, read_missing

#: lines that are looked at; no list is longer
MOST = 1000
_OPEN = ("", " ")


@dataclass(frozen=True)
class Gap:
    """Something that is missing in a page; ``people`` are pages of persons that the reader sees."""

    row: ItemRow
    missing: Missing
    people: tuple[PageRow, ...]

    @property
    def space(self) -> str:
        """The space that it belongs to, or its page where there is none."""
        return self.row.space or self.row.path

    @property
    def space_title(self) -> str:
        """What that is called."""
        return self.row.space_title or self.row.page_title

    def is_for(self, reader: Reader) -> bool:
        """Whether the reader's person is named, or is on the team that is."""
        person = reader.person
        if person is None:
            return False
        if person.page and any(one.path == person.page for one in self.people):
            return True
        return self.missing.for_team and self.space in reader.teams


def gaps(reader: Reader, space: str = "", page: str = "") -> list[Gap]:
    """What is open, in the space or on the page if one is named; the newest pages first."""
    chosen = select_items(BLOCKS, states=_OPEN, subject=space, path=page)
    rows = find_items(reader, chosen, "page" if space or page else "new", MOST).rows
    known: dict[str, PageRow | None] = {}
    # What stands in the templates is missing nowhere yet.
    kept = [row for row in rows if row.text.strip() and row.path not in TEMPLATES.values()]
    return [_gap(reader, row, known) for row in kept]


def named(found: Iterable[Gap], person: str) -> list[Gap]:
    """Those that name the person of that page."""
    return [one for one in found if any(row.path == person for row in one.people)]


def own(reader: Reader, found: Iterable[Gap]) -> list[Gap]:
    """Those that the reader could add."""
    return [one for one in found if one.is_for(reader)]


def by_space(found: Iterable[Gap]) -> dict[str, list[Gap]]:
    """By the space that they belong to, in the order of the first of each."""
    groups: dict[str, list[Gap]] = {}
    for one in found:
        groups.setdefault(one.space, []).append(one)
    return groups


def shown(reader: Reader, found: Sequence[Gap]) -> list[dict[str, Any]]:
    """What templates want of them."""
    return [
        {
            "html": html_of(reader, one),
            "people": [{"label": row.title, "url": page_url(row.path)} for row in one.people],
            "roles": list(one.missing.roles),
            "page": {"label": one.row.page_title, "url": page_url(one.row.path)},
            "edit": edit_url(reader, one.row.path, one.row.line),
            "done": action_url("notes/done", one.row.path) if reader.may_edit(one.row.path) else "",
            "key": one.missing.key,
        }
        for one in found
    ]


def html_of(reader: Reader, gap: Gap) -> Markup:
    """What is missing, as safe HTML."""
    return render_line(reader, gap.missing.what, gap.row.path)


def edit_url(reader: Reader, path: str, line: int) -> str:
    """Where one writes it, at its line; "" where the reader may neither write nor propose."""
    if not reader.may_edit(path) and not reader.may_add(path):
        return ""
    return action_url("edit", path, {"line": line})


def _gap(reader: Reader, row: ItemRow, known: dict[str, PageRow | None]) -> Gap:
    missing = read_missing(row.text)
    for target in missing.people:
        if target not in known:
            known[target] = _person(reader, target)
    people = dict.fromkeys(one for target in missing.people if (one := known[target]))
    return Gap(row, missing, tuple(people))


def _person(reader: Reader, target: str) -> PageRow | None:
    path = resolve_target(reader, target)
    row = get_row(reader, path) if path else None
    return row if row is not None and row.type == "person" else None


DONE, OPEN = "x", " "


def complete(reader: Reader, path: str, key: str) -> None:
    """Says of the lines of that key that they are completed; twice is as once. Raises NotFound."""
    _set(reader, path, key, DONE, gettext("Completed: {said}"))


def reopen(reader: Reader, path: str, key: str) -> None:
    """Says that they are missing again."""
    _set(reader, path, key, OPEN, gettext("Missing again: {said}"))


def with_state(text: str, key: str, state: str) -> str:
    """``text`` with the boxes of these lines set. Raises NotFound, BadField."""
    lines = text.split("\n")
    before = _items(text)
    for line, item_key, is_open in before:
        if item_key == key and is_open is (state == DONE):
            lines[line] = set_state(lines[line], state)
    changed = "\n".join(lines)
    if all(item_key != key for _line, item_key, _open in before):
        raise NotFound(
            gettext("This line is no longer there: someone completed it in other words meanwhile.")
        )
    wanted = [
        (line, item_key, (state == OPEN) if item_key == key else is_open)
        for line, item_key, is_open in before
    ]
    if _items(changed) != wanted:
        raise BadField("key", gettext("This cannot be changed here: open the page to edit it."))
    return changed


def _set(reader: Reader, path: str, key: str, state: str, message: str) -> None:
    said = next((words for words, one in _words(get_page(reader, path)) if one == key), "")
    words = message.format(said=said if len(said) <= 60 else said[:59] + "…")
    change_page(reader, path, lambda page: with_state(page.text, key, state), words)


def _words(page: Page) -> list[tuple[str, str]]:
    blocks = [block for block in page.document.blocks if block.name in BLOCKS]
    return [(item.plain, key_of(item.text)) for block in blocks for item in block.items]


def _items(text: str) -> list[tuple[int, str, bool]]:
    """The line, the key and the openness of each item of our blocks."""
    return [
        (item.line, key_of(item.text), item.is_open)
        for block in read_document(text).blocks
        if block.name in BLOCKS
        for item in block.items
    ]
