"""The blocks in a page, and the counts in a sentence: a page's own items, or a list of others'."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from wiki.api.pages import Problem
from wiki.api.pages.blocks import Block, BlockContext, BlockView
from wiki.api.pages.items import Item
from wiki.api.reading import Reader, resolve_target
from wiki.api.reading.item_rows import get_items
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext

from .lists import find
from .model import KIND_BY_BLOCK, OPEN, Entry, Kind, entry_of, open_first
from .presenters import board_url, listed, row_values, text_tools
from .selection import Wanted, read_wanted

_LIST_WINS = "This block asks for a list, so the lines in it are not shown: put them in another."
_LISTS = ("bullet_list_open", "ordered_list_open")
#: for items that no day changes
_NO_DAY = date.min + timedelta(days=400)


def view_of(kind: Kind) -> BlockView:
    """The view of the blocks that define, or list, needs (or offers)."""

    def show(block: Block, context: BlockContext) -> str:
        if block.args.strip():
            return _list(kind, block, context)
        return _own(kind, block, context)

    return show


def show_count(block: Block, context: BlockContext) -> str:
    """The number in ``{{count needs theme:iot}}``; the words as written where it is unclear."""
    name, _space, args = block.args.strip().partition(" ")
    reader: Reader | None = context.ask
    written = f"{{{{{block.name} {block.args}}}}}"
    if reader is None:
        return written
    wanted = _read(KIND_BY_BLOCK[name.lower()], args, reader, block.line)
    for problem in wanted.problems:
        context.problem(problem)
    if wanted.nothing:
        return written
    found = find(reader, wanted.selection, wanted.states, limit=0)
    return (
        gettext("more than {count}").format(count=found.total) if found.more else str(found.total)
    )


def _own(kind: Kind, block: Block, context: BlockContext) -> str:
    """What the block defines: lists as rows, and what is written around them as it is."""
    parts = [
        _rows([entry_of(item, kind) for item in part], context)
        if isinstance(part, list)
        else {"rows": [], "html": context.content(part)}
        for part in _parts(block)
    ]
    return context.template(
        "needs/block.html",
        kind=kind.name,
        parts=[part for part in parts if part["rows"] or part["html"]],
        empty=str(kind.none),
        more=None,
    )


def _rows(entries: list[Entry], context: BlockContext) -> dict[str, Any]:
    known: set[str] = set()
    rows = []
    dated = _dated([entry for entry in entries if not entry.empty], context)
    for entry in open_first(dated):
        first = entry.identity is not None and entry.identity not in known
        known.add(entry.identity or "")
        # The day is looked at only where it matters: the page is kept the longer.
        today = context.today if entry.heard else _NO_DAY
        nested = context.body(entry.nested) if entry.nested else Markup()
        html = context.inline(entry.text)
        values = row_values(entry, html, today, nested=nested, anchor=first)
        if context.own:
            # Nobody answers themselves.
            values["answer"] = None
        if context.may_edit and entry.identity:
            values["tools"] = text_tools(entry.kind, entry.identity, values["state"])
        rows.append(values)
    return {"rows": rows, "html": ""}


def _dated(entries: list[Entry], context: BlockContext) -> list[Entry]:
    """``entries``; open ones that name no day with the one on which they were first there.

    They sleep here when they sleep on the boards. Only such make the page ask the catalogue.
    """
    silent = [
        entry.identity
        for entry in entries
        if entry.identity and not entry.heard and entry.state == OPEN
    ]
    reader: Reader | None = context.ask if silent else None
    known = get_items(reader, silent) if reader is not None else {}
    return [
        entry
        if entry.heard or entry.state != OPEN or (row := known.get(entry.identity or "")) is None
        else replace(entry, heard=entry_of(row, entry.kind).heard)
        for entry in entries
    ]


def _list(kind: Kind, block: Block, context: BlockContext) -> str:
    reader: Reader | None = context.ask
    if block.items:
        context.problem(Problem(block.line, "list-and-items", _LIST_WINS))
    if reader is None:
        return _own(kind, block, context) if block.items else context.content(block)
    wanted = _read(kind, block.args, reader, block.line)
    for problem in wanted.problems:
        context.problem(problem)
    rows: list[dict[str, Any]] = []
    total, beyond = 0, False
    if not wanted.nothing:
        found = find(reader, wanted.selection, wanted.states, wanted.sort, wanted.limit)
        rows = [listed(reader, row) for row in found.rows]
        total, beyond = found.total, found.more
    more = {"total": total, "more": beyond, "url": board_url(kind, wanted.filters)}
    return context.template(
        "needs/block.html",
        kind=kind.name,
        parts=[{"rows": rows, "html": ""}] if rows else [],
        empty=str(kind.none),
        more=more if total > len(rows) else None,
    )


def _read(kind: Kind, args: str, reader: Reader, line: int) -> Wanted:
    return read_wanted(
        kind, args, reader.instance.fact_keys.values(), lambda name: space_of(reader, name), line
    )


def space_of(reader: Reader, name: str) -> str | None:
    """The space of the page called ``name`` (its path or title), or that page outside any."""
    path = resolve_target(reader, name)
    row = get_row(reader, path) if path is not None else None
    return (row.space or row.path) if row is not None else None


def _parts(block: Block) -> Iterator[Block | list[Item]]:
    """The lists that stand in the block itself, as items, and what stands between them."""
    around: list[Any] = []
    lines: tuple[int, int] | None = None
    depth = 0
    for token in block.tokens:
        if depth == 0 and token.type in _LISTS and token.map:
            if around:
                yield replace(block, tokens=tuple(around))
            around, lines = [], (token.map[0], token.map[1])
        if lines is None:
            around.append(token)
        depth += token.nesting
        if lines is not None and depth == 0:
            yield [item for item in block.items if lines[0] <= item.line < lines[1]]
            lines = None
    if around:
        yield replace(block, tokens=tuple(around))
