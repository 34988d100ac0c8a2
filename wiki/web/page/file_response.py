"""Sends an attachment, a picture at a width perhaps, with headers that keep it from running."""

from collections.abc import Iterator
from http import HTTPStatus

from flask import request
from werkzeug.wrappers import Response

from wiki.errors import BadUpload, NotFound
from wiki.files.headers import WEBP, file_headers
from wiki.files.images import WIDTHS
from wiki.files.object_store import PIECE
from wiki.files.pictures import draw, find_drawn
from wiki.files.types import by_name
from wiki.reading import Reader
from wiki.reading.files import File, find_file
from wiki.sandbox.turns import Busy
from wiki.translation import gettext as _
from wiki.web.support import share_response

_WIDTHS = frozenset(map(str, WIDTHS))
#: seconds that a picture is waited for
_PATIENCE = 5.0
#: bytes that the server is given at once
_SLICE = 1 << 16


def send_file(reader: Reader, file: str) -> Response:
    """The attachment ``file``, ``?width=`` wide if it is a picture. Raises NotFound, TooLarge.

    A picture that cannot be drawn is sent as it is. One for which there is no turn now comes in a
    width that was made before, or is to be asked for again: never larger than it was asked for.
    """
    found, kind = find_file(reader, file), by_name(file)
    width = request.args.get("width", "")
    if width and not (kind.picture and width in _WIDTHS):
        raise NotFound(_("There is no such file."))
    etag = f"{found.id}-{width}" if width else found.id
    if request.if_none_match.contains(etag):
        return _finished(Response(status=304), etag)
    data, lasting = b"", True
    if width:
        settings = reader.instance.settings
        try:
            drawn = draw(settings, found.id, width, kind, found.read, patience=_PATIENCE)
            data, kind = drawn.data, WEBP
        except BadUpload:
            etag = found.id
        except Busy:
            other = find_drawn(settings, found.id, int(width))
            if other is None:
                return _asked_again()
            data, kind, etag, lasting = other.data, WEBP, f"{etag}-other", False
    response = Response(data) if data else whole_or_part(found, etag)
    response.headers.update(file_headers(file, kind))
    # Whatever else stands in an address makes no other answer, and is not kept as one.
    whole = response.status_code == HTTPStatus.OK and not response.is_streamed
    if lasting and whole and set(request.args) <= {"width"}:
        share_response()
    return _finished(response, etag)


def whole_or_part(file: File, etag: str) -> Response:
    """All bytes, or those of the one range that is asked for; of what is large some at a time."""
    wanted = request.range if request.if_range.etag in (None, etag) else None
    if wanted is not None and (wanted.units != "bytes" or len(wanted.ranges) != 1):
        wanted = None
    if wanted is None or request.if_range.date is not None:
        if file.pointer is None and file.size <= PIECE:
            return Response(file.read())
        return _streamed(file, 0, file.size, HTTPStatus.OK)
    part = wanted.range_for_length(file.size)
    if part is None:
        response = Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response.headers["Content-Range"] = f"bytes */{file.size}"
        return response
    response = _streamed(file, *part, HTTPStatus.PARTIAL_CONTENT)
    response.content_range.set(*part, file.size)
    return response


def _streamed(file: File, start: int, end: int, status: HTTPStatus) -> Response:
    body = () if request.method == "HEAD" else _in_slices(file.stream(start, end))
    response = Response(body, status, direct_passthrough=True)
    response.content_length = end - start
    return response


def _in_slices(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The server holds several of what it is given until they are taken: small ones are little."""
    for piece in pieces:
        for at in range(0, len(piece), _SLICE):
            yield piece[at : at + _SLICE]


def _asked_again() -> Response:
    words = _("Many pictures are being read just now. Try again in a minute.")
    response = Response(words, HTTPStatus.SERVICE_UNAVAILABLE, mimetype="text/plain")
    response.headers["Retry-After"] = "5"
    response.headers["Cache-Control"] = "no-store"
    return response


def _finished(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    response.headers["Accept-Ranges"] = "bytes"
    # Kept by the one who asked, and asked about each time: rights may have changed.
    response.headers["Cache-Control"] = "private, no-cache"
    return response
