"""Tables: ``[|`` rows between bars ``|]``, and those of HTML, as tables of Markdown."""

import re
from collections.abc import Callable, Sequence

_MOST_COLUMNS, _MOST_ROWS = 100, 5_000
_ATTRIBUTES = re.compile(r"^!([^|!]{0,300})!")
_BOLD = re.compile(r"\*\*(?=\S)(?:(?!\*\*).)+\*\*")


def read_table(text: str, words: Callable[[str], str]) -> str:
    """The table that stands between ``[|`` and ``|]``; "" where it has no row."""
    rows: list[list[str]] = []
    for line in text.split("\n")[1 : _MOST_ROWS + 1]:
        bare = _ATTRIBUTES.sub("", line.strip())
        if not bare.startswith("|"):
            continue
        cells = bare[1:].removesuffix("|").split("|")[:_MOST_COLUMNS]
        rows.append([words(_ATTRIBUTES.sub("", cell).strip()) for cell in cells])
    return table_as_markdown([row for row in rows if any(row)])


def table_as_markdown(rows: Sequence[Sequence[str]]) -> str:
    """Rows of Markdown on one line each. Of a first row all in bold, the head is made."""
    if not rows:
        return ""
    wide = min(max(len(row) for row in rows), _MOST_COLUMNS)
    first = list(rows[0])
    below = rows[1 : _MOST_ROWS + 1]
    if len(rows) > 1 and all(_BOLD.fullmatch(cell) for cell in first if cell) and any(first):
        first = [cell[2:-2] for cell in first]
    else:
        first, below = [], rows[:_MOST_ROWS]
    return "\n".join(
        [_row(first, wide), "|" + " --- |" * wide, *(_row(row, wide) for row in below)]
    )


def _row(row: Sequence[str], wide: int) -> str:
    cells = [_barred(" ".join(cell.replace("\\\n", " / ").split("\n"))) for cell in row[:wide]]
    cells += [""] * (wide - len(cells))
    return "".join(f"| {cell} " if cell else "|  " for cell in cells) + "|"


def _barred(words: str) -> str:
    """Words as they stand in a cell, where each bar would end it."""
    return re.sub(r"\\*\|", lambda found: f"\\{found[0][-1]}", words) if "|" in words else words
