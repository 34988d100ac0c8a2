"""Needs and offers written into the text of a page: one item comes, or changes, and nothing else.

Every change is read again before it is given back: what does not say afterwards what it was meant
to say, or touches any other item, block or link, is refused, and the text stays as it was.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from wiki.api.errors import BadField, NotFound
from wiki.api.pages import Document, read_document
from wiki.api.pages.blocks import Block
from wiki.api.pages.items import Item, set_mark, set_state
from wiki.api.translation import gettext

from .fields import Fields, Shape, fields_of, written
from .model import KIND_BY_BLOCK, STATE_BY_BOX, Kind, defining

_MARKER = re.compile(r"(?P<before>[ \t>]*)(?P<marker>[-*+]|\d{1,9}[.)])[ \t]*")
_CLOSING = re.compile(r"[ \t>]*:{3,}[ \t]*")


def with_item(text: str, kind: Kind, fields: Fields, identity: str, lang: str = "fr") -> str:
    """``text`` with one more item, at the end of the page's block; makes the block where missing.

    Raises BadField where the text cannot take it.
    """
    block = next((one for one, its in defining(read_document(text).blocks) if its is kind), None)
    tries: list[Callable[[], str]] = [lambda: _at_the_end(text, kind, fields, identity, lang)]
    if block is not None:
        tries.insert(0, lambda: _in_block(text, block, fields, identity, lang))
    for attempt in tries:
        changed = attempt()
        if _says(changed, kind, identity, fields) and _others(changed, identity) == _others(
            text, identity
        ):
            return changed
    raise _refused()


def with_fields(text: str, identity: str, fields: Fields, lang: str = "fr") -> str:
    """``text`` with that item saying ``fields``; as it is where it says them already.

    Raises NotFound where it has no such item, BadField where it cannot say that.
    """
    item, kind = item_in(text, identity)
    if fields_of(item) == fields:
        return text
    opening = _MARKER.match(item.source)
    if opening is None:
        raise _refused()
    shape = Shape(item.state or " ", opening["before"], opening["marker"], identity, lang)
    return _replaced(text, item, written(fields, shape), kind, fields)


def with_state(text: str, identity: str, state: str) -> str:
    """``text`` with the box of that item set: a blank, ``x`` or ``-``."""
    item, kind = item_in(text, identity)
    if (item.state or " ") == state:
        return text
    lines = item.source.split("\n")
    lines[0] = set_state(lines[0], state)
    return _replaced(text, item, lines, kind, fields_of(item), state)


def with_news(text: str, identity: str, today: str, lang: str = "fr") -> str:
    """``text`` with that item renewed: open, and seen on the day ``today``."""
    item, kind = item_in(text, identity)
    fields = replace(fields_of(item), seen=today)
    lines = item.source.split("\n")
    if item.marks.get("seen") != today:
        lines[0] = set_mark(lines[0], "seen" if lang == "en" else "vu", today)
    if item.state not in ("", " "):
        lines[0] = set_state(lines[0], " ")
    if lines == item.source.split("\n"):
        return text
    try:
        return _replaced(text, item, lines, kind, fields, " ")
    except BadField:
        # It says the day on another line of its own: the whole item is written anew.
        opened = with_state(text, identity, " ")
        return with_fields(opened, identity, fields, lang)


def item_in(text: str, identity: str) -> tuple[Item, Kind]:
    """The need or offer of that identity in ``text``. Raises NotFound."""
    found = _find(read_document(text), identity)
    if found is None:
        raise gone()
    return found


def gone() -> NotFound:
    """What is said where an item was taken out of its page meanwhile."""
    return NotFound(
        gettext(
            "This line is no longer there: someone took it out of its page. What it was is kept in "
            "the history of the page."
        )
    )


def _find(document: Document, identity: str) -> tuple[Item, Kind] | None:
    for block, kind in defining(document.blocks):
        for item in block.items:
            if item.identity == identity:
                return item, kind
    return None


def _in_block(text: str, block: Block, fields: Fields, identity: str, lang: str) -> str:
    lines = text.split("\n")
    last = block.items[-1] if block.items else None
    opening = _MARKER.match(last.source) if last else None
    before = opening["before"] if opening else _before(lines[block.line])
    marker = opening["marker"] if opening and opening["marker"] in "-*+" else "-"
    at = last.end_line if last else block.line + 1
    while last and at > last.line + 1 and not lines[at - 1].strip(" \t>"):
        at -= 1
    new = written(fields, Shape(" ", before, marker, identity, lang))
    closing = at < len(lines) and _CLOSING.fullmatch(lines[at]) is not None
    return "\n".join([*lines[:at], *new, *([before.rstrip()] if closing else []), *lines[at:]])


def _before(opening: str) -> str:
    """What stands before the marker of a line, such as that of a quote."""
    return opening[: len(opening) - len(opening.lstrip(" \t>"))]


def _at_the_end(text: str, kind: Kind, fields: Fields, identity: str, lang: str) -> str:
    name = kind.blocks[1 if lang == "en" else 0]
    lines = [f"::: {name}", *written(fields, Shape(identity=identity, lang=lang)), "", ":::", ""]
    start = text.rstrip("\n")
    return (f"{start}\n\n" if start else "") + "\n".join(lines)


def _replaced(
    text: str, item: Item, new: list[str], kind: Kind, fields: Fields, state: str | None = None
) -> str:
    lines = text.split("\n")
    end = item.line + len(item.source.split("\n"))
    changed = "\n".join([*lines[: item.line], *new, *lines[end:]])
    identity = item.identity or ""
    wanted = (item.state or " ") if state is None else state
    if not _says(changed, kind, identity, fields, wanted) or _others(changed, identity) != _others(
        text, identity
    ):
        raise _refused()
    return changed


def _says(text: str, kind: Kind, identity: str, fields: Fields, state: str = " ") -> bool:
    found = _find(read_document(text), identity)
    if found is None or found[1] is not kind:
        return False
    item = found[0]
    return (
        fields_of(item) == fields
        and STATE_BY_BOX[item.state] == STATE_BY_BOX[state]
        and not item.problems
    )


def _others(text: str, identity: str) -> tuple[object, ...]:
    """All that a text says beside that item: its head, headings, blocks, other items."""
    document = read_document(text)
    items = [
        (block.name, item.identity, item.source)
        for block in document.blocks
        for item in block.items
        if item.identity != identity
    ]
    blocks = [
        (block.name, block.args)
        for block in document.blocks
        if block.name not in KIND_BY_BLOCK or block.args.strip()
    ]
    return (
        document.head,
        [heading.text for heading in document.headings],
        items,
        blocks,
        document.too_heavy,
        [problem.kind for problem in document.problems if problem.kind != "empty-item"],
    )


def _refused() -> BadField:
    return BadField(
        "what",
        gettext(
            "This cannot be written as a line of the page as it is: a sign in it means something "
            "else there. Say it in plain words, or open the page to edit it."
        ),
    )
