"""Moving and deleting pages: the forms, which say what it would mean."""

from functools import partial

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.editing import move as moving
from wiki.editing.rights import check_may_edit
from wiki.errors import NotFound, WikiError
from wiki.pages.page import Page
from wiki.pages.paths import normalise
from wiki.pages.urls import action_url, page_url
from wiki.projections.catalogue import select
from wiki.reading import Reader
from wiki.reading.lists import count_rows
from wiki.reading.pages import get_page, list_backlinks
from wiki.translation import gettext as _
from wiki.web.forms import FormFlag, FormText, render_tool, see_other, show_refusal, typed_values
from wiki.web.page.presenters import crumbs_of, link, page_values
from wiki.web.support import current_reader

bp = Blueprint("moving", __name__)


@bp.get("/rename/<path:raw>")
def rename(raw: str) -> Response:
    """The form to move a page with."""
    reader = current_reader()
    page = get_page(reader, normalise(raw))
    check_may_edit(reader, page.path)
    return _rename_form(reader, page, page.path)


@bp.post("/rename/<path:raw>")
def move(raw: str, to: FormText, message: FormText) -> Response:
    """Moves a page, with all below it."""
    reader = current_reader()
    page = get_page(reader, normalise(raw))
    try:
        saved = moving.move(reader, page.path, to, message)
    except WikiError as error:
        if isinstance(error, NotFound):
            error = NotFound(_("No page can have this address."))
        return show_refusal(partial(_rename_form, reader, page, to), error, "to")
    return see_other(
        page_url(saved.path),
        _("Moved. Links to it have been repaired, and its old address still leads here."),
    )


@bp.get("/delete/<path:raw>")
def delete(raw: str) -> Response:
    """What deleting a page would mean."""
    reader = current_reader()
    page = get_page(reader, normalise(raw))
    check_may_edit(reader, page.path)
    return _delete_form(reader, page)


@bp.post("/delete/<path:raw>")
def remove(raw: str, below: FormFlag, message: FormText) -> Response:
    """Deletes a page; it can be brought back from its history."""
    reader = current_reader()
    page = get_page(reader, normalise(raw))
    try:
        moving.delete(reader, page.path, message, below=below)
    except WikiError as error:
        return show_refusal(partial(_delete_form, reader, page), error, "")
    return see_other(
        action_url("history", page.path), _("Deleted. It can be brought back from its history.")
    )


def _rename_form(reader: Reader, page: Page, to: str) -> Response:
    return render_tool(
        "pages/rename.html",
        page=page_values(page),
        crumbs=crumbs_of(reader, page.path),
        to=to,
        below=count_rows(reader, select(below=page.path)),
        pointing=len(list_backlinks(reader, page.path)),
    )


def _delete_form(reader: Reader, page: Page) -> Response:
    pointing = list_backlinks(reader, page.path, limit=13)
    return render_tool(
        "pages/delete.html",
        page=page_values(page),
        crumbs=crumbs_of(reader, page.path),
        below=count_rows(reader, select(below=page.path)),
        pointing={
            "links": [link(one.title, page_url(one.path)) for one in pointing[:12]],
            "total": len(pointing),
        },
        **typed_values("message"),
    )
