"""``/-/dossiers/freeze/<page>``: what an edition is, and one made."""

from http import HTTPStatus

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from wiki.api.paths import action_url, page_url
from wiki.api.translation import gettext
from wiki.api.web import flash_message, render_page

from .contents import link
from .editions import editions, freeze
from .plan import hints_left
from .selection_views import editable

bp = Blueprint("dossiers_freezing", __name__)


@bp.get("/dossiers/freeze/<path:path>")
def ask(path: str) -> Response:
    """Says what an edition is before it is made."""
    reader, page = editable(path)
    return render_page(
        "dossiers/freeze.html",
        page={"label": page.title, "url": page_url(page.path)},
        action=action_url("dossiers/freeze", page.path),
        hints=hints_left(page),
        edit=action_url("edit", page.path),
        editions=[link(row) for row in editions(reader, page.path)],
        noindex=True,
    )


@bp.post("/dossiers/freeze/<path:path>")
def make(path: str) -> Response:
    """Makes the edition of today, and leads to it."""
    reader, page = editable(path)
    made = freeze(reader, page)
    flash_message(gettext("The edition is there, at an address of its own."))
    return redirect(page_url(made), HTTPStatus.SEE_OTHER)
