"""The button that writes a page's front matter properly, where it was read leniently."""

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.editing import save
from wiki.editing.rights import check_may_edit
from wiki.pages.head.changes import plain_head
from wiki.pages.paths import normalise
from wiki.pages.urls import page_url
from wiki.reading.pages import get_page
from wiki.translation import gettext as _
from wiki.web.forms import see_other
from wiki.web.support import current_reader
from wiki.web.throttle import count_request

bp = Blueprint("head_repair", __name__)


@bp.post("/mend/<path:raw>")
def mend(raw: str) -> Response:
    """Saves the page with the same front matter, written as YAML; its text stays as it is."""
    reader = current_reader()
    path = normalise(raw)
    check_may_edit(reader, path)
    page = get_page(reader, path)
    if page.head.lenient:
        count_request("save")
        save.save(reader, path, plain_head(page.text), reader.head, _("Front matter mended"))
    return see_other(page_url(path), _("Saved."))
