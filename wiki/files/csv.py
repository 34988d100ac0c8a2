"""Tables for sheets of numbers (CSV): what people wrote stays words, and is never worked out."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import TextIO

#: what makes some programs read the file as UTF-8
UTF8_MARK = "\ufeff"
#: what a cell of words must not begin with, else some programs run it
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain_cell(words: str) -> str:
    """``words`` as a cell that no program takes for a formula."""
    return f"'{words}" if words.lstrip(" ").startswith(_FORMULA) else words


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """The rows, the first of which are the heads."""
    out = StringIO()
    write_csv(out, rows)
    return out.getvalue()


def write_csv(out: TextIO, rows: Iterable[Sequence[str]]) -> None:
    """Writes what ``as_csv`` gives, a row at a time."""
    out.write(UTF8_MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([plain_cell(cell) for cell in row] for row in rows)
