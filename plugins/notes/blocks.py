"""The block ``::: à-compléter`` as one reads it, and what is wrong in it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from wiki.api.pages import Page, Problem
from wiki.api.pages.blocks import Block, BlockContext
from wiki.api.pages.items import Item
from wiki.api.paths import action_url
from wiki.api.reading import Reader

from .model import BLOCKS, read_missing

_EMPTY = "Say here what is missing, and after a dash who could add it."


def show(block: Block, context: BlockContext) -> str:
    """Each line with who could add it, and the way to write it; what is done comes last."""
    if not block.items:
        return context.content(block)
    items = sorted(
        (one for one in block.items if one.text.strip()), key=lambda one: not one.is_open
    )
    may_write = any(one.is_open for one in items) and _may_write(context)
    return context.template(
        "notes/block.html",
        around=context.content(around) if (around := _around(block)).tokens else "",
        lines=[_line(one, context, may_write) for one in items],
    )


def _around(block: Block) -> Block:
    """The block without its lists: what is written beside them stays."""
    kept, depth, in_list = [], 0, False
    for token in block.tokens:
        if depth == 0 and token.type in ("bullet_list_open", "ordered_list_open"):
            in_list = True
        depth += token.nesting
        if not in_list:
            kept.append(token)
        elif depth == 0:
            in_list = False
    return replace(block, tokens=tuple(kept))


def problems(page: Page) -> Iterator[Problem]:
    """The lines that say nothing."""
    for block in page.document.blocks:
        if block.name in BLOCKS:
            for item in block.items:
                if not item.text.strip():
                    yield Problem(item.line, "empty-todo", _EMPTY)


def _line(item: Item, context: BlockContext, may_write: bool) -> dict[str, Any]:
    missing = read_missing(item.text)
    taken_out = missing.what != item.text
    who = [context.inline(f"[[{target}]]") for target in missing.people] if taken_out else []
    return {
        "html": context.inline(missing.what),
        "nested": context.body(item.nested) if item.nested else "",
        "people": who,
        "roles": list(missing.roles),
        "open": item.is_open,
        "dropped": item.state == "-",
        "url": action_url("edit", context.path, {"line": item.line})
        if may_write and item.is_open
        else "",
    }


def _may_write(context: BlockContext) -> bool:
    if context.may_edit or not context.path:
        return context.may_edit
    reader: Reader | None = context.ask
    return reader is not None and (reader.may_edit(context.path) or reader.may_add(context.path))
