"""Tables as Markdown has them: a head, lines of the same width, and in a cell one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wiki.documents.read.nodes import (
    NO_ATTR,
    SPACE,
    Inlines,
    Node,
    is_a,
    parts_of,
    plain,
    some,
    words_of,
)


@dataclass(frozen=True)
class Cell:
    """What stands in a cell, and over how many rows and columns it goes."""

    blocks: list[Node]
    down: int
    right: int


def table(rows: Sequence[Sequence[Cell]], columns: Sequence[Any]) -> list[Node]:
    """A table whose head is its first row; nothing where nothing stands in it."""
    lines = _grid(rows, len(columns))
    if not any(any(line) for line in lines):
        return []
    shape = [[column[0], {"t": "ColWidthDefault"}] for column in columns]
    top, *below = [[NO_ATTR, [_cell(one) for one in line]] for line in lines]
    parts = [NO_ATTR, [None, []], shape, [NO_ATTR, [top]], [[NO_ATTR, 0, [], below]]]
    return some("Table", [*parts, [NO_ATTR, []]])


def _grid(rows: Sequence[Sequence[Cell]], width: int) -> list[list[Inlines]]:
    """The lines, each as wide as the table: what spans several cells stands in the first."""
    grid: list[list[Inlines]] = []
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(rows):
        line: list[Inlines] = [[] for _ in range(width)]
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            if x >= width:
                break
            line[x] = one_line(cell.blocks)
            down = range(y, min(y + cell.down, len(rows)))
            right = range(x, min(x + max(1, cell.right), width))
            taken.update((below, beside) for below in down for beside in right)
        grid.append(line)
    return grid


def one_line(blocks: Sequence[Node]) -> Inlines:
    """All that stands in a cell: paragraphs after a dash, lines of a list after a semicolon."""
    line: Inlines = []
    for leaf, listed in _leaves(blocks):
        if line:
            joint = [] if listed else [SPACE]
            line += [*joint, {"t": "Str", "c": ";" if listed else "—"}, SPACE]
        line += [SPACE if is_a(one, "LineBreak") else one for one in leaf]
    return line


def _leaves(blocks: Sequence[Node], listed: bool = False) -> list[tuple[Inlines, bool]]:
    """The paragraphs in ``blocks``, however deep, and whether they stand in a list."""
    found: list[tuple[Inlines, bool]] = []
    for block in blocks:
        kind, content = parts_of(block)
        if kind in ("Para", "Plain"):
            found.append((content, listed))
        elif kind == "Header":
            found.append((content[2], listed))
        elif kind == "BlockQuote":
            found += _leaves(content, listed)
        elif kind in ("BulletList", "OrderedList"):
            items = content if kind == "BulletList" else content[1]
            found += [leaf for item in items for leaf in _leaves(item, True)]
        elif kind == "RawBlock":
            found.append((words_of(content[1].strip("`-\n")), listed))
        else:
            found.append((words_of(plain(content)), listed))
    return [one for one in found if one[0]]


def _cell(inlines: Inlines) -> list[Any]:
    return [NO_ATTR, {"t": "AlignDefault"}, 1, 1, some("Plain", inlines)]
