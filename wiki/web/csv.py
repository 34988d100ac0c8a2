"""Tables for sheets of numbers (``wiki/files/csv.py``), and other files, as answers."""

from collections.abc import Iterable, Sequence

from werkzeug.wrappers import Response

from wiki.files.csv import as_csv


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
