"""Tables as text with separators (CSV, TSV), as spreadsheets of any language write them (pure)."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from wiki.api.errors import BadRequest
from wiki.api.translation import gettext

from .encodings import decode
from .tables import MOST_CHARACTERS, MOST_COLUMNS, Table, table_of, too_wide

_SEPARATORS = (";", ",", "\t", "|")
#: a line before the table by which one program tells another what separates its cells
_TOLD = re.compile(r"\Asep=(.)\n")
#: cells of a line that is told of before thousands like it are looked at
_FAR_TOO_WIDE = 50 * MOST_COLUMNS
#: lines from which the separator is guessed
_SAMPLE = 60
#: share of characters that no encoding knew, above which a file is something else
_MOST_UNREAD = 0.01
_MARKUP = ("<", "{", "[", "%PDF", "BEGIN:")


def read_delimited(data: bytes, name: str = "") -> Table | None:
    """The table in ``data``; None where nothing stands below a head. Raises BadRequest."""
    decoded = decode(data)
    text = decoded.text
    if text.count("\ufffd") > _MOST_UNREAD * len(text):
        raise BadRequest(gettext("This is no table: choose a file of a spreadsheet, or CSV."))
    csv.field_size_limit(4 * MOST_CHARACTERS)
    told = _TOLD.match(text)
    separator = told[1] if told else guess_separator(text)
    if told:
        text = text[told.end() :]
    return table_of(_records(text, separator), name, decoded.odd)


def looks_delimited(data: bytes) -> bool:
    """Whether the beginning of a file is that of a table: a few lines, each of several cells."""
    text = decode(data).text.lstrip()
    if text.startswith(_MARKUP) or "\ufffd" in text[:1000]:
        return False
    if _TOLD.match(text):
        return True
    _share, width = _fit(text, guess_separator(text))
    return width > 1


def guess_separator(text: str) -> str:
    """What separates cells: what gives most lines the same number of them, and more than one."""
    best = max(_SEPARATORS, key=lambda one: (_fit(text, one), -_SEPARATORS.index(one)))
    return best if _fit(text, best)[1] > 1 else ","


def _fit(text: str, separator: str) -> tuple[float, int]:
    """What share of the first lines has as many cells as most have, and how many these are."""
    sample = text[:200_000]
    try:
        reader = csv.reader(_lines(sample), delimiter=separator)
        widths = Counter(len(row) for row in islice(reader, _SAMPLE) if any(row))
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    width, lines = max(widths.items(), key=lambda one: (one[1], one[0]))
    return (lines / widths.total() if width > 1 else 0.0), width


def _records(text: str, separator: str) -> Iterator[list[str]]:
    """The records. Raises BadRequest for a file that ends within quotation marks."""
    reader = csv.reader(_lines(text), delimiter=separator)
    number = start = 0
    try:
        for number, record in enumerate(reader, 1):
            if len(record) > _FAR_TOO_WIDE:
                raise BadRequest(too_wide(number))
            yield record
            start, last = reader.line_num, start
    except csv.Error as error:
        raise BadRequest(
            gettext("Line {line}: a cell is too long, or this is no table.").format(line=number + 1)
        ) from error
    if number:
        _check_end(text, separator, last, number)


def _check_end(text: str, separator: str, line: int, number: int) -> None:
    """Raises BadRequest where the last record opens a quotation mark that nothing closes."""
    last = "\n".join(text.split("\n")[line:])
    try:
        list(csv.reader(_lines(last), delimiter=separator, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise BadRequest(
                gettext(
                    "Line {line}: a quotation mark is opened and never closed. The file may have"
                    " been cut: export it again."
                ).format(line=number)
            ) from error


def _lines(text: str) -> Iterator[str]:
    # Not splitlines, which ends lines at what people write within cells.
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start : end + 1]
        start = end + 1
    if start < len(text):
        yield text[start:]
