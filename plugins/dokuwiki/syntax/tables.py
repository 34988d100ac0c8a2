"""Tables of DokuWiki (``^ head ^``, ``| cell |``) as those of Markdown."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wiki.api.imports.dialects import write_table

_PART = re.compile(r"([|^])")
_UP = re.compile(r"\s*:::\s*")
_MOST_COLUMNS, _MOST_ROWS = 100, 5_000


@dataclass
class _Cell:
    text: str
    head: bool
    #: it stands for the cell before it or above it, which reaches as far as here
    covered: bool = False

    @property
    def side(self) -> str:
        """On which side its words stand: two blanks push them away."""
        if not self.text.strip():
            return ""
        left = self.text.startswith("  ")
        right = self.text.endswith("  ")
        return "center" if left and right else "right" if left else ""


def table_as_markdown(lines: Sequence[str], words: Callable[[str], str]) -> tuple[str, bool]:
    """The table of ``lines``, and whether cells were merged in it."""
    rows = [_row(line) for line in lines[:_MOST_ROWS]]
    wide = max(len(row) for row in rows)
    merged = any(cell.covered for row in rows for cell in row)
    head, below = rows[0], rows[1:]
    if not all(cell.head or cell.covered for cell in head):
        head, below = [], rows
    made = [[words(cell.text.strip()) for cell in head]]
    for row in below:
        cells = [(cell, words(cell.text.strip())) for cell in row]
        made.append([_bold(said) if cell.head else said for cell, said in cells])
    return write_table(made, [_side(below, column) for column in range(wide)]), merged


def _row(line: str) -> list[_Cell]:
    parts = _PART.split(line.rstrip())
    cells: list[_Cell] = []
    for sign, text in zip(parts[1::2], parts[2::2], strict=True):
        if len(cells) >= _MOST_COLUMNS:
            cells[-1].text += sign + text
            continue
        covered = _UP.fullmatch(text) is not None or (not text and bool(cells))
        cells.append(_Cell("" if covered else text, sign == "^", covered))
    # What ends the last cell begins none.
    if len(cells) > 1 and not cells[-1].text and line.rstrip().endswith(("|", "^")):
        del cells[-1]
    return cells


def _side(rows: Sequence[Sequence[_Cell]], column: int) -> str:
    """That of a column: what all its cells agree on."""
    sides = {row[column].side for row in rows if column < len(row) and row[column].text.strip()}
    return sides.pop() if len(sides) == 1 else ""


def _bold(words: str) -> str:
    return f"**{words}**" if words and "*" not in words else words
