"""A page's settings: what stands in its front matter, as a form, for who need not know of that."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.editing import save
from wiki.editing.rights import check_may_edit
from wiki.errors import WikiError
from wiki.pages.head.changes import edit_head
from wiki.pages.page import Page
from wiki.pages.paths import normalise
from wiki.pages.urls import page_url
from wiki.reading import Reader
from wiki.reading.pages import find_page_at, get_page
from wiki.translation import gettext as _
from wiki.web.edit.metadata_fields import EDITORS, READERS, choices, keys_of, said, written
from wiki.web.edit.theme_suggestions import theme_words
from wiki.web.forms.responses import render_tool, see_other
from wiki.web.page.presenters import crumbs_of, page_values
from wiki.web.support import current_reader
from wiki.web.throttle import count_request

bp = Blueprint("settings", __name__)

#: the fields that can be set here too: those of dates and people have pages of their own
_KEYS = ("title", "summary", "themes", "territory", "visibility", "editors")


@bp.get("/settings/<path:raw>")
def settings(raw: str) -> Response:
    """The form, as the page says it now."""
    reader = current_reader()
    path = normalise(raw)
    check_may_edit(reader, path)
    page = get_page(reader, path)
    return _form(reader, page, _said(page), {})


@bp.post("/settings/<path:raw>")
def change(raw: str) -> Response:
    """Saves what was changed in the form; whatever others changed meanwhile stays."""
    reader = current_reader()
    path = normalise(raw)
    check_may_edit(reader, path)
    page = get_page(reader, path)
    seen = _said(find_page_at(reader, path, request.form.get("base", "")) or page)
    sent = seen | {key: request.form[key].strip() for key in seen if key in request.form}
    changes = {key: written(key, sent[key]) for key in seen if sent[key] != seen[key]}
    try:
        if changes:
            count_request("save")
            words = request.form.get("message", "") or _("Settings")
            save.save(reader, path, edit_head(page.text, changes), reader.head, words)
    except WikiError as error:
        errors = {getattr(error, "field", ""): error.words}
        return _form(reader, page, sent, errors, error.status)
    return see_other(page_url(path), _("Saved."))


def _said(page: Page) -> dict[str, str]:
    return said(page, [key for key in keys_of(page.type) if key in _KEYS])


def _theme_words(reader: Reader, page: Page, values: Mapping[str, str]) -> list[tuple[str, str]]:
    words = page.document.words
    return theme_words(
        reader, values["title"], values["summary"], words, values["themes"].split(",")
    )


def _form(
    reader: Reader,
    page: Page,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    known: dict[str, Any] = dict.fromkeys(("", *values), "")
    told = known | dict(errors)
    if other := [words for key, words in errors.items() if key not in known]:
        told[""] = other[0]
    return render_tool(
        "pages/settings.html",
        status,
        page=page_values(page),
        crumbs=crumbs_of(reader, page.path),
        base=request.form.get("base", "") or reader.head,
        values=values,
        theme_words=_theme_words(reader, page, values) if "themes" in values else [],
        rights=reader.may_change_rights(page.path),
        readers=choices(READERS, values["visibility"]),
        editors=choices(EDITORS, values["editors"]),
        errors=told,
    )
