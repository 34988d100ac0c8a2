"""A table as text: a head, and lines of cells, whatever file it came in (pure).

``table_of`` takes rows as a program gives them, finds their head, and leaves out what is empty.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wiki.api.errors import BadRequest
from wiki.api.translation import gettext

MOST_LINES = 20_000
MOST_COLUMNS = 200
MOST_BYTES = 50_000_000
#: a page holds no more
MOST_CHARACTERS = 400_000
#: above a head stands at most a title, and a date or two
_ABOVE = 20


@dataclass(frozen=True)
class Row:
    """A line of the table by its ``number`` in the file, as a spreadsheet shows it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """``name`` is that of its sheet, "" for the only one; ``columns`` are as wide as each row.

    ``odd``: the numbers of lines whose letters may be wrong.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    odd: tuple[int, ...] = ()

    def values(self, at: int) -> list[str]:
        """What stands in a column, without its empty cells."""
        return [row.cells[at] for row in self.rows if row.cells[at]]


def table_of(
    rows: Iterable[Sequence[str]], name: str = "", odd: Sequence[int] = ()
) -> Table | None:
    """The table that ``rows`` are; None where they hold nothing below a head.

    Raises BadRequest where it is larger than what is read.
    """
    kept: list[Row] = []
    width = 0
    for number, cells in enumerate(rows, 1):
        trimmed = [_clean(cell) for cell in cells]
        while trimmed and not trimmed[-1]:
            trimmed.pop()
        if not trimmed:
            continue
        width = max(width, len(trimmed))
        kept.append(Row(number, tuple(trimmed)))
        if width > MOST_COLUMNS:
            _refuse_width(kept)
        if len(kept) > MOST_LINES + _ABOVE:
            raise BadRequest(
                gettext("The table has more than {count} lines: cut it in two.").format(
                    count=f"{MOST_LINES:_}".replace("_", "\u202f")
                )
            )
    at = _head_of(kept)
    if len(kept) < at + 2:
        return None
    head, body = kept[at], kept[at + 1 :]
    used = [
        column
        for column in range(width)
        if any(column < len(row.cells) and row.cells[column] for row in body)
    ]
    return Table(
        name,
        tuple(_label(head.cells, column) for column in used),
        tuple(Row(row.number, tuple(_at(row.cells, one) for one in used)) for row in body),
        tuple(odd),
    )


def column_letters(at: int) -> str:
    """What a spreadsheet calls the column: A, B … Z, AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _head_of(rows: Sequence[Row]) -> int:
    """Where the head is: the first line that is about as full as those around it."""
    first = rows[:_ABOVE]
    fullest = max((sum(map(bool, row.cells)) for row in first), default=0)
    return next((at for at, row in enumerate(first) if 2 * sum(map(bool, row.cells)) >= fullest), 0)


def _refuse_width(rows: Sequence[Row]) -> None:
    used = {at for row in rows for at, cell in enumerate(row.cells) if cell}
    if len(used) > MOST_COLUMNS:
        raise BadRequest(too_wide(rows[-1].number))


def too_wide(line: int) -> str:
    """What is said of a table with too many columns."""
    return gettext(
        "Line {line}: the table has more than {count} columns. Take out those that you do not need."
    ).format(line=line, count=MOST_COLUMNS)


def _label(head: Sequence[str], column: int) -> str:
    words = " ".join(_at(head, column).split())[:80]
    return words or gettext("Column {letters}").format(letters=column_letters(column))


def _at(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def _clean(cell: str) -> str:
    text = cell.replace("\r\n", "\n").replace("\r", "\n").strip()[:MOST_CHARACTERS]
    # What programs put before a cell so that it is not run (ours do too) is none of its words.
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text
