"""A page's settings: what stands in its front matter, as a form, for who need not know of that."""

from collections.abc import Mapping

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.editing import save
from wiki.editing.rights import check_may_edit
from wiki.pages.head.changes import edit_head
from wiki.pages.page import Page
from wiki.pages.paths import normalise
from wiki.pages.urls import page_url
from wiki.reading import Reader
from wiki.reading.pages import find_page_at, get_page
from wiki.translation import gettext as _
from wiki.web.edit.metadata_fields import EDITORS, READERS, choices, keys_of, said, written
from wiki.web.edit.theme_suggestions import theme_words
from wiki.web.forms import FormText, redisplay, render_tool, see_other, typed_values
from wiki.web.page.presenters import crumbs_of, page_values
from wiki.web.support import current_reader
from wiki.web.throttle import count_request

bp = Blueprint("settings", __name__)

#: the fields that can be set here too: those of dates and people have pages of their own
_KEYS = ("title", "summary", "themes", "territory", "visibility", "editors")


@bp.get("/settings/<path:raw>")
def settings(raw: str, base: FormText) -> Response:
    """The form, as the page says it now."""
    reader = current_reader()
    path = normalise(raw)
    check_may_edit(reader, path)
    page = get_page(reader, path)
    values = _typed(_said(reader, page, base))
    return render_tool(
        "pages/settings.html",
        page=page_values(page),
        crumbs=crumbs_of(reader, page.path),
        base=base or reader.head,
        values=values,
        theme_words=_theme_words(reader, page, values) if "themes" in values else [],
        rights=reader.may_change_rights(page.path),
        readers=choices(READERS, values["visibility"]),
        editors=choices(EDITORS, values["editors"]),
    )


@bp.post("/settings/<path:raw>")
@redisplay(settings, but=())
def change(raw: str, base: FormText, message: FormText) -> Response:
    """Saves what was changed in the form; whatever others changed meanwhile stays."""
    reader = current_reader()
    path = normalise(raw)
    check_may_edit(reader, path)
    page = get_page(reader, path)
    seen = _said(reader, page, base)
    sent = _typed(seen)
    changes = {key: written(key, sent[key]) for key in seen if sent[key] != seen[key]}
    if changes:
        count_request("save")
        text = edit_head(page.text, changes)
        save.save(reader, path, text, reader.head, message or _("Settings"))
    return see_other(page_url(path), _("Saved."))


def _said(reader: Reader, page: Page, base: str) -> dict[str, str]:
    """What the page said when the form was opened."""
    seen = find_page_at(reader, page.path, base) or page
    return said(seen, [key for key in keys_of(seen.type) if key in _KEYS])


def _typed(seen: dict[str, str]) -> dict[str, str]:
    typed = typed_values(**seen)
    return {key: was if typed[key] == was else typed[key].strip() for key, was in seen.items()}


def _theme_words(reader: Reader, page: Page, values: Mapping[str, str]) -> list[tuple[str, str]]:
    words = page.document.words
    return theme_words(
        reader, values["title"], values["summary"], words, values["themes"].split(",")
    )
