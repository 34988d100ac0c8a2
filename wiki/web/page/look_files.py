"""The style sheet that was chosen and the pictures of the look, at addresses that hold for ever."""

import gzip

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.config.look import FOLDER
from wiki.config.look.style import style_sheet
from wiki.editing.settings import MOST_PICTURE
from wiki.errors import NotFound
from wiki.files.headers import POLICY
from wiki.files.types import by_name
from wiki.translation import gettext as _
from wiki.web.conditional import takes_gzip
from wiki.web.look.presenters import style_name
from wiki.web.support import anonymous_view, current_instance

bp = Blueprint("look", __name__)

_FOR_EVER = "public, max-age=31536000, immutable"


@bp.get("/look/<name>")
@anonymous_view
def look_file(name: str) -> Response:
    """A file of the look of today: the style sheet, or a picture. Raises NotFound.

    The style sheet of another day is that of today, which is not kept under that name.
    """
    instance = current_instance()
    look = instance.look
    if name.startswith("style-") and name.endswith(".css"):
        style = style_sheet(look)
        response = Response(style, mimetype="text/css")
        response.headers["Cache-Control"] = _FOR_EVER if name == style_name(style) else "no-cache"
    elif name in look.pictures:
        repository = instance.repository
        blob = repository.read(f"{FOLDER}{name}", repository.head(), MOST_PICTURE)
        if blob is None:
            raise _missing()
        response = Response(blob.data, mimetype=by_name(name).media)
        response.headers["Cache-Control"] = _FOR_EVER
        # A style inside an SVG is part of what is drawn; nothing else of it does anything.
        response.headers["Content-Security-Policy"] = f"{POLICY}; style-src 'unsafe-inline'"
    else:
        raise _missing()
    if response.mimetype in ("text/css", "image/svg+xml"):
        if takes_gzip(request.headers.get("Accept-Encoding", "")):
            response.set_data(gzip.compress(response.get_data(), mtime=0))
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
    return response


def _missing() -> NotFound:
    return NotFound(_("There is no such file."))
