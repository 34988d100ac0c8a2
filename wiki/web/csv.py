"""Tables for sheets of numbers (CSV): what people wrote stays words, and is never worked out."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from werkzeug.wrappers import Response

#: what makes some programs read the file as UTF-8
_UTF8_MARK = "\ufeff"
#: what a cell of words must not begin with, else some programs run it
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain_cell(words: str) -> str:
    """``words`` as a cell that no program takes for a formula."""
    return f"'{words}" if words.lstrip(" ").startswith(_FORMULA) else words


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """The rows, the first of which are the heads."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([plain_cell(cell) for cell in row] for row in rows)
    return _UTF8_MARK + out.getvalue()


def attachment(data: bytes | str, kind: str, name: str) -> Response:
    """``data`` of that content type as a file that a browser saves as ``name``."""
    response = Response(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def csv_response(rows: Iterable[Sequence[str]], name: str) -> Response:
    """The rows as the file ``name``, for who asks alone."""
    response = attachment(as_csv(rows), "text/csv; charset=utf-8", name)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
