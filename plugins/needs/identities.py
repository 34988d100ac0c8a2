"""Gives each need and offer an identity, and tells where one is held twice."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from wiki.api.pages import Page, Problem, read_document
from wiki.api.pages.blocks import Block, read_blocks
from wiki.api.pages.items import Item, add_identity, new_identity, replace_identity

from .model import Kind, defining, says_something

Owner = Callable[[str], str | None]

_COPIED = (
    "“{identity}” belongs to a line of another page: this copy gets an identity of its own when "
    "the page is saved."
)
_DOUBLED = (
    "“{identity}” stands on two lines of this page: the second gets an identity of its own when "
    "the page is saved."
)
_EMPTY = "This line says nothing yet."


def stamped(page: Page, owner: Owner, new: Callable[[str], str] = new_identity) -> str | None:
    """The text of ``page`` with the identities that its items want; None where none is missing.

    Copies, of another page's line (``owner`` had it first) or of one above, get a new one. Nothing
    else changes: what a text cannot take an identity without becoming something else, stays.
    """
    if "\r" in page.text:
        return None  # it came through no door, and lines are counted by LF
    if not any(_wanting(page, read_blocks(page.text), owner)):
        return None
    wanted: dict[int, str] = {}
    given: set[str] = set()
    for item, kind, _problem in _wanting(page, page.document.blocks, owner):
        identity = new(kind.prefix)
        while identity in given or owner(identity) is not None or identity in page.text:
            identity = new(kind.prefix)
        given.add(identity)
        wanted[item.line] = identity
    while wanted:
        text = _written(page.text, wanted)
        if not (refused := _refused(text, wanted, page)):
            return text
        wanted = {line: one for line, one in wanted.items() if line not in refused}
    return None


def problems(page: Page, owner: Owner) -> list[Problem]:
    """Identities that stand where they do not belong, and lines that say nothing."""
    blocks = page.document.blocks
    found = [problem for _item, _kind, problem in _wanting(page, blocks, owner) if problem]
    for block, _kind in defining(blocks):
        found += [
            Problem(item.line, "empty-item", _EMPTY)
            for item in block.items
            if not says_something(item)
        ]
    return found


def _wanting(
    page: Page, blocks: Iterable[Block], owner: Owner
) -> Iterator[tuple[Item, Kind, Problem | None]]:
    """The items of ``blocks`` that want a new identity, with the problem where they have another's.

    ``blocks`` are those of the text of ``page``.
    """
    seen: set[str] = set()
    for block, kind in defining(blocks):
        for item in block.items:
            identity = item.identity
            if identity is None:
                if says_something(item):
                    yield item, kind, None
                continue
            params = {"identity": identity}
            if identity in seen:
                yield item, kind, Problem(item.line, "identity-twice", _DOUBLED, params)
            elif owner(identity) not in (None, page.path):
                yield item, kind, Problem(item.line, "identity-copied", _COPIED, params)
            seen.add(identity)


def _written(text: str, wanted: Mapping[int, str]) -> str:
    lines = text.split("\n")
    for line, identity in wanted.items():
        changed = replace_identity(lines[line], identity)
        lines[line] = changed if changed != lines[line] else add_identity(lines[line], identity)
    return "\n".join(lines)


def _refused(text: str, wanted: Mapping[int, str], page: Page) -> set[int]:
    """The lines whose item did not take its identity; all of them where blocks changed."""
    before = [item.line for block, _ in defining(page.document.blocks) for item in block.items]
    after = {
        item.line: item.identity
        for block, _ in defining(read_document(text).blocks)
        for item in block.items
    }
    if before != list(after):
        # One of them makes the line something else, such as a heading's: none is worth that.
        return {line for line, identity in wanted.items() if after.get(line) != identity} or set(
            wanted
        )
    return {line for line, identity in wanted.items() if after[line] != identity}
