"""A page's settings: what stands in its front matter, as a form, for who need not know of that."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.editing import saving
from wiki.editing.rights import check_may_edit
from wiki.errors import WikiError
from wiki.pages.frontmatter import edit_head
from wiki.pages.page import Page
from wiki.pages.paths import normalise
from wiki.pages.urls import page_url
from wiki.pages.words import keyword
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.edit import count_save, crumbs_of
from wiki.web.support import current_reader, page_of, say
from wiki.web.viewing import page_values

bp = Blueprint("settings", __name__)

#: who may read, who may edit: what the front matter says, and its words
READERS = (
    ("", lazy("as for the page above")),
    ("public", lazy("everyone")),
    ("members", lazy("members")),
    ("team", lazy("the team alone")),
)
EDITORS = (
    ("", lazy("as is usual for such a page")),
    ("team", lazy("the team alone")),
    ("members", lazy("members")),
    ("anyone", lazy("anyone; what others than members write waits to be read")),
)


@bp.get("/settings/<path:raw>")
def settings(raw: str) -> Response:
    """The form, as the page says it now."""
    reader = current_reader()
    path = normalise(raw)
    check_may_edit(reader, path)
    page = reader.page(path)
    return _form(reader, page, _said(page), {})


@bp.post("/settings/<path:raw>")
def change(raw: str) -> Response:
    """Saves what was changed in the form; whatever others changed meanwhile stays."""
    reader = current_reader()
    path = normalise(raw)
    check_may_edit(reader, path)
    page = reader.page(path)
    seen = _said(reader.page_then(path, request.form.get("base", "")) or page)
    sent = seen | {key: request.form[key].strip() for key in seen if key in request.form}
    changes = {key: _value(key, sent[key]) for key in seen if sent[key] != seen[key]}
    try:
        if changes:
            count_save(reader)
            words = request.form.get("message", "") or _("Settings")
            saving.save(reader, path, edit_head(page.text, changes), reader.head, words)
    except WikiError as error:
        errors = {getattr(error, "field", ""): error.words}
        return _form(reader, page, sent, errors, error.status)
    say(_("Saved."))
    return redirect(page_url(path), HTTPStatus.SEE_OTHER)


def _said(page: Page) -> dict[str, str]:
    read: dict[str, Callable[[Page], str]] = {
        "title": lambda one: one.head.text("title") or one.title,
        "summary": lambda one: one.summary,
        "themes": lambda one: ", ".join(one.themes),
        "territory": lambda one: one.head.text("territory"),
        "visibility": lambda one: one.head.text("visibility"),
        "editors": lambda one: one.head.text("editors"),
    }
    if not page.type:
        del read["themes"], read["territory"]
    return {key: value(page) for key, value in read.items()}


def _value(key: str, sent: str) -> object:
    """A field as front matter; None, which takes the key away, where it is empty."""
    if key == "themes":
        return [word for part in sent.split(",") if (word := keyword(part))] or None
    return " ".join(sent.split()) or None


def _choices(known: Sequence[tuple[str, Any]], now: str) -> list[tuple[str, str]]:
    """What may be chosen; what the page says now too, so that saving does not take it away."""
    choices = [(value, str(words)) for value, words in known]
    return choices if now in dict(choices) else [*choices, (now, now)]


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
    return page_of(
        "pages/settings.html",
        status,
        page=page_values(page),
        crumbs=crumbs_of(reader, page.path),
        base=request.form.get("base", "") or reader.head,
        values=values,
        rights=reader.may_change_rights(page.path),
        readers=_choices(READERS, values["visibility"]),
        editors=_choices(EDITORS, values["editors"]),
        errors=told,
        noindex=True,
    )
