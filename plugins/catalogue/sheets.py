"""The table as a file: CSV, or a workbook in which days are days and words are never formulas."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import islice

from wiki.api.reading.rows import Selection, iterate_rows

from .columns import Cell, cells
from .query import Asked

#: pages that are asked about together
_AT_ONCE = 250
#: characters that a sheet's cell holds at most
_LONGEST = 32_767
_WIDTH = 28
_MADE = datetime(2000, 1, 1, tzinfo=UTC)


def rows_of(asked: Asked, selection: Selection) -> Iterator[Sequence[Cell]]:
    """The cells of all pages, some at a time: never the whole table in memory."""
    rows = iterate_rows(asked.reader, selection, asked.sort)
    while some := list(islice(rows, _AT_ONCE)):
        yield from cells(asked.reader, some, asked.columns)


def as_words(rows: Iterable[Sequence[Cell]]) -> Iterator[list[str]]:
    """Cells for CSV: days as ISO writes them."""
    for row in rows:
        yield [one.isoformat() if isinstance(one, date) else one or "" for one in row]


def workbook(heads: Sequence[str], rows: Iterable[Sequence[Cell]], name: str) -> bytes:
    """A file with a sheet called ``name``; rows lie on the disk until they are packed."""
    # Its import takes its time, and few ask.
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    # The same table is the same file: when it was made is nobody's news.
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet(name[:31])
    bold = book.add_format({"bold": True})
    sheet.set_column(0, len(heads) - 1, _WIDTH)
    sheet.freeze_panes(1, 1)
    for at, head in enumerate(heads):
        sheet.write_string(0, at, head, bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(last, at, cell)
            elif cell:
                sheet.write_string(last, at, cell[:_LONGEST])
    sheet.autofilter(0, 0, last, len(heads) - 1)
    book.close()
    return out.getvalue()
