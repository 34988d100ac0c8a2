"""Tables: ``[|`` rows between bars ``|]``, and those of HTML, as tables of Markdown."""

import re
from collections.abc import Callable, Sequence

from wiki.api.imports.dialects import write_table

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
    rows = [row[:_MOST_COLUMNS] for row in rows]
    if not rows:
        return ""
    first, below = rows[0], rows[1 : _MOST_ROWS + 1]
    if below and any(first) and all(_BOLD.fullmatch(cell) for cell in first if cell):
        return write_table([[cell[2:-2] for cell in first], *below])
    return write_table([[], *rows[:_MOST_ROWS]])
