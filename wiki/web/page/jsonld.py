"""``/-/linked/<path>``: what a page is about, as a document of its own, for programs."""

import json

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.errors import NotFound
from wiki.pages.page import Page
from wiki.pages.paths import normalise
from wiki.reading import Reader
from wiki.reading.pages import get_page
from wiki.translation import gettext as _
from wiki.web.jsonld.graph import MEDIA_TYPE
from wiki.web.jsonld.things import as_visitor, linked_page
from wiki.web.page.context import context_of
from wiki.web.support import anonymous_view, current_reader, share_response

bp = Blueprint("linked", __name__)


@bp.get("/linked/<path:path>")
@anonymous_view
def linked(path: str) -> Response:
    """The page at ``path`` as JSON-LD. Raises NotFound, for a page that not everybody reads too."""
    reader = as_visitor(current_reader())
    share_response()
    return linked_response(reader, get_page(reader, normalise(path)))


def linked_response(reader: Reader, page: Page) -> Response:
    """``page``, which this reader was given, as JSON-LD. Raises NotFound where it is not public."""
    document = linked_page(context_of(reader, page, may_edit=False))
    if document is None:
        raise NotFound(_("There is no page here."))
    return Response(json.dumps(document), mimetype=MEDIA_TYPE)
