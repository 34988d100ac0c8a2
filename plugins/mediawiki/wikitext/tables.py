"""Tables of wikitext (``{|``) as those of Markdown, where their cells fit; else as lists.

A cell of Markdown is one line of words. A table of which a cell holds more (lists, paragraphs, a
table) becomes a list: an item for each row, with what stands at the head of each column.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wiki.api.imports.dialects import write_table
from wiki.api.translation import gettext as _

if TYPE_CHECKING:
    from .blocks import Blocks

_SPAN = re.compile(r"""\b(col|row)span\s*=\s*["']?\s*(\d{1,3})""", re.I)
#: what stands before the one bar of a cell that has attributes
_ATTRIBUTES = re.compile(
    r"""(?:\s*(?:[a-zA-Z][\w-]{0,30}\s*=\s*(?:"[^"|]*"|'[^'|]*'|[^\s"'|]{1,200})|nowrap))+\s*""",
    re.I,
)
_BLOCK = re.compile(r"\n\n|^(?:[-+>#:] ?|\d+\. |```)", re.M)
_MOST_COLUMNS = 100
_MOST_CELLS = 20_000


@dataclass
class _Cell:
    lines: list[str]
    head: bool = False
    columns: int = 1
    rows: int = 1
    #: it stands for the cell beside it or above it, which reaches as far as here
    covered: bool = False
    markdown: str = ""


@dataclass
class _Table:
    caption: list[str] = field(default_factory=list)
    rows: list[list[_Cell]] = field(default_factory=list)


def table_as_markdown(lines: Sequence[str], blocks: "Blocks") -> list[str]:
    """The blocks of the table of ``lines``, the first of which opens it."""
    table = _read(lines)
    rows = [row for row in _filled(table.rows) if row]
    cells = [cell for row in rows for cell in row if not cell.covered]
    for cell in cells:
        cell.markdown = "\n\n".join(blocks.blocks(cell.lines)).strip()
    made = []
    if caption := blocks.words.one_line(" ".join(table.caption)).strip():
        made.append(f"**{caption}**" if "*" not in caption else caption)
    if not any(cell.markdown for cell in cells):
        return made
    if any(cell.columns > 1 or cell.rows > 1 for cell in cells):
        blocks.words.losses.add(_("Merged cells of a table"), "\n".join(lines))
    wide = max(len(row) for row in rows)
    if wide == 1 and len(rows) == 1:
        return [*made, cells[0].markdown]
    if any(_BLOCK.search(cell.markdown) for cell in cells):
        blocks.words.losses.add(_("A table that is a list now"), "\n".join(lines))
        return [*made, *_as_list(rows)]
    return [*made, _as_table(rows)]


def _read(lines: Sequence[str]) -> _Table:
    table = _Table()
    row: list[_Cell] = []
    table.rows.append(row)
    cell: list[str] = []  # what stands before the first cell is nothing
    depth = count = 0
    for line in lines[1:]:
        bare = line.strip()
        opens, closes = bare.startswith("{|"), bare.startswith("|}")
        if depth or opens:
            depth += opens - closes
            cell.append(line)
        elif closes:
            break
        elif bare.startswith("|-"):
            row = []
            table.rows.append(row)
            cell = []
        elif bare.startswith("|+"):
            cell = table.caption
            cell.append(_without_attributes(bare[2:])[1])
        elif bare[:1] in ("|", "!") and bare and count < _MOST_CELLS:
            head = bare[0] == "!"
            parts = re.split(r"\|\||!!" if head else r"\|\|", bare[1:])
            for part in parts[:_MOST_COLUMNS]:
                given, words = _without_attributes(part)
                spans = {name.lower(): int(number) for name, number in _SPAN.findall(given)}
                cell = [words.strip()]
                row.append(_Cell(cell, head, spans.get("col", 1), spans.get("row", 1)))
                count += 1
        else:
            cell.append(line)
    return table


def _without_attributes(part: str) -> tuple[str, str]:
    before, bar, after = part.partition("|")
    if bar and (not before.strip() or _ATTRIBUTES.fullmatch(before[:2000])):
        return before, after
    return "", part


def _filled(rows: Sequence[list[_Cell]]) -> list[list[_Cell]]:
    """Rows with a cell at each place that one of another row or column reaches over."""
    filled: list[list[_Cell]] = []
    reaching: dict[int, int] = {}
    for row in rows:
        if not row:
            continue
        made: list[_Cell] = []
        waiting = list(reversed(row))
        while (waiting or reaching.get(len(made), 0)) and len(made) < _MOST_COLUMNS:
            at = len(made)
            if reaching.get(at, 0):
                reaching[at] -= 1
                made.append(_Cell([], covered=True))
                continue
            cell = waiting.pop()
            for column in range(at, at + max(1, min(cell.columns, _MOST_COLUMNS))):
                reaching[column] = max(0, min(cell.rows, len(rows)) - 1)
                made.append(cell if column == at else _Cell([], covered=True))
        filled.append(made)
    return filled


def _as_table(rows: Sequence[Sequence[_Cell]]) -> str:
    first, below = list(rows[0]), rows[1:]
    if not all(cell.head or cell.covered for cell in first):
        first, below = [], rows
    made = [[cell.markdown for cell in first]]
    made += [[_bold(cell) for cell in row] for row in below]
    return write_table(made)


def _bold(cell: _Cell) -> str:
    words = cell.markdown
    return f"**{words}**" if cell.head and words and "*" not in words else words


def _as_list(rows: Sequence[Sequence[_Cell]]) -> list[str]:
    heads = [cell.markdown for cell in rows[0]] if all(c.head or c.covered for c in rows[0]) else []
    items: list[str] = []
    for row in rows[1:] if heads and len(rows) > 1 else rows:
        parts: list[str] = []
        for number, cell in enumerate(row):
            if not cell.markdown:
                continue
            head = heads[number].replace("\n", " ") if number < len(heads) else ""
            head = f"**{head}**" if head and "*" not in head else head
            if head and not _BLOCK.search(cell.markdown):
                parts.append(f"{head} : {cell.markdown}")
            else:
                parts += [head, cell.markdown] if head else [cell.markdown]
        lines = "\n\n".join(parts).split("\n")
        items.append(
            "\n".join(
                f"{'- ' if not at else '  ' if line else ''}{line}" for at, line in enumerate(lines)
            )
        )
    return ["\n".join(item for item in items if item.strip("- \n"))]
