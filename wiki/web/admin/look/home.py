"""The home page by blocks: which it shows, in which order, and words of one's own."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from wiki.config.look.values import CHAPTER, HEAD_BLOCKS, LONGEST_TEXT
from wiki.editing.settings import change_look
from wiki.pages.paths import ROOT
from wiki.reading.html import render_body
from wiki.reading.page_text import text_of
from wiki.reading.pages import find_page
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.admin.index import admin, bp
from wiki.web.admin.look.presenters import HOME, render_look
from wiki.web.admin.look.rows import move_row, moved_to
from wiki.web.forms import FormLines, FormList, FormText, read_fields, redisplay, see_other
from wiki.web.look.home import ordered, split_chapters, text_blocks
from wiki.web.support import current_instance, current_reader
from wiki.web.throttle import count_request

_PAGE = f"{HOME}/home"
_NAMES = ("home", "hidden", "welcome")
_WORDS = {
    "actions": lazy("Ways to take part: the buttons"),
    "soon": lazy("What comes soon, such as the next evening"),
    "drawing": lazy("The drawing of rings and discs"),
    "welcome": lazy("Words of your own, from below"),
    "opening": lazy("How the page begins, before its first heading"),
}


@bp.get("/admin/settings/look/home")
@read_fields
def home_form(
    head: FormList, text: FormList, hidden: FormList, welcome: FormText, action: FormText
) -> Response:
    """The blocks in two lists: at the head, and in the text."""
    look = current_instance().look
    names = _names()
    if request.method == "POST":
        for list_name, rows in (("head", head), ("text", text)):
            if action.startswith(f"{list_name}:"):
                move_row(rows, action.partition(":")[2])
    else:
        head, text = ordered(look, HEAD_BLOCKS), text_blocks(look, list(names))
        hidden, welcome = [*look.hidden], look.welcome
    return render_look(
        "admin/look/home.html",
        _PAGE,
        _NAMES,
        head=_rows(head, names, hidden),
        text=_rows(text, names, hidden),
        welcome=welcome,
        longest=LONGEST_TEXT,
        pressed=moved_to(action, len(head if action.startswith("head:") else text)),
    )


@bp.post("/admin/settings/look/home")
@redisplay(home_form)
def change_home(
    head: FormList, text: FormList, hidden: FormList, welcome: FormLines, action: FormText
) -> Response:
    """Saves the order, or only moves a block in the form. Raises BadSetting."""
    if ":" in action:
        return home_form()
    count_request("save")
    names = _names()
    known = [key for key in dict.fromkeys([*head, *text]) if key in names]
    usual = [*HEAD_BLOCKS, *(key for key in names if key not in HEAD_BLOCKS)]
    values: dict[str, Any] = {
        # What is as the page has it stays so when its chapters change.
        "home": () if known == usual else tuple(known),
        "hidden": tuple(key for key in known if key in hidden),
        "welcome": welcome.strip(),
    }
    change_look(current_instance(), admin(), values)
    return see_other(_PAGE, _("Saved. This is how it looks now."))


def _names() -> dict[str, str]:
    """Every block that there is, in the order of who chooses none, and what it is called."""
    names = {key: str(words) for key, words in _WORDS.items()}
    reader = current_reader()
    page = find_page(reader, ROOT)
    if page is None:
        return names
    text = text_of(page, render_body(reader, page))
    titles = {one.anchor: one.text for one in text["toc"]}
    for key in split_chapters(text["html"]):
        if key.startswith(CHAPTER):
            anchor = key.removeprefix(CHAPTER)
            names[key] = titles.get(anchor, anchor)
    return names


def _rows(
    keys: Sequence[str], names: dict[str, str], hidden: Collection[str]
) -> list[dict[str, Any]]:
    return [
        {"key": key, "label": names[key], "hidden": key in hidden} for key in keys if key in names
    ]
