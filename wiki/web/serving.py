"""Sends an attachment, a picture at a width perhaps, with headers that keep it from running."""

from flask import request
from werkzeug.wrappers import Response

from wiki.errors import NotFound
from wiki.files.images import WIDTHS, resized
from wiki.files.serving import WEBP, headers
from wiki.files.types import by_name
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.web.support import share


def send_file(reader: Reader, file: str) -> Response:
    """The attachment ``file``, ``?width=`` wide if it is a picture. Raises NotFound."""
    blob = reader.file(file)
    kind, data = by_name(file), blob.data
    etag = blob.id
    width = request.args.get("width", "")
    if width:
        if not kind.picture or width not in map(str, WIDTHS):
            raise NotFound(_("There is no such file."))
        etag = f"{blob.id}-{width}"
        if request.if_none_match.contains(etag):
            return _not_modified(etag)
        data = resized(data, kind, int(width), max_pixels=reader.instance.settings.max_pixels)
        kind = WEBP
    elif request.if_none_match.contains(etag):
        return _not_modified(etag)
    response = Response(data)
    response.headers.update(headers(file, kind))
    response.set_etag(etag)
    # Kept by the one who asked, and asked about each time: rights may have changed.
    response.headers["Cache-Control"] = "private, no-cache"
    share()
    return response


def _not_modified(etag: str) -> Response:
    response = Response(status=304)
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
