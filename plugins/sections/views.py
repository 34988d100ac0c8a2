"""The list of the chapters of a space, and the button that says how far one is."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField
from wiki.api.limits import count_request
from wiki.api.pages import STATES, Page, with_section_state
from wiki.api.pages.editing import change_page
from wiki.api.pages.items import STATE_WORDS
from wiki.api.paths import normalise, page_url
from wiki.api.reading import Reader, find_page, get_page, get_title
from wiki.api.reading.rows import get_row, get_rows
from wiki.api.translation import gettext
from wiki.api.web import current_reader, render_page
from wiki.api.web.forms import FormText, see_other
from wiki.api.web.listings import chosen_values

from .presenters import LABELS, NONE, chapter_url, counted, list_url
from .projection import Chapter, shelf_for

bp = Blueprint("sections", __name__)


@bp.get("/sections/<path:path>")
def listed(path: str) -> Response:
    """The chapters of that page's space, by page, narrowed by ``?state=``. Raises NotFound."""
    reader = current_reader()
    page = get_page(reader, normalise(path))
    row = get_row(reader, page.path)
    space = (row.space if row else None) or ""
    shelf = shelf_for(reader)
    found = (
        shelf.of_space(space, reader.audience)
        if space
        else shelf.of_page(page.path, reader.audience)
    )
    root = space or page.path
    state = next((one for one in chosen_values("state") if one in STATES), "")
    return render_page(
        "sections/list.html",
        title=get_title(reader, root),
        url=page_url(root),
        groups=_by_page(reader, [one for one in found if not state or one.state == state]),
        choices=_choices(root, found, state),
        state=state,
        noindex=True,
        **counted(found),
    )


@bp.post("/sections/<path:path>")
def change(path: str, state: FormText) -> Response:
    """Writes how far the chapter ``?section=`` is into its heading. Raises NotFound, BadField."""
    reader = current_reader()
    path = normalise(path)
    anchor = request.args.get("section", "")
    known = next((one for one in STATES if one == state), None)
    if known is None and state != NONE:
        raise BadField("state", gettext("Choose how far this chapter is."))
    count_request("save")

    def edit(page: Page) -> str:
        return with_section_state(page.text, anchor, known or "", page.lang)

    words = str(STATE_WORDS[known]) if known else gettext("nothing said")
    title = _title(reader, path, anchor)
    done = gettext("“{title}”: {state}").format(title=title, state=words)
    change_page(reader, path, edit, done)
    return see_other(page_url(path, f"h-{anchor}"), done)


def _title(reader: Reader, path: str, anchor: str) -> str:
    """The words of a heading; who may not see the page learns nothing of it."""
    page = find_page(reader, path)
    headings = page.document.headings if page else ()
    return next((one.text for one in headings if one.anchor == anchor), anchor)


def _by_page(reader: Reader, found: Sequence[Chapter]) -> list[dict[str, Any]]:
    rows = get_rows(reader, sorted({one.path for one in found}))
    words: dict[str, str] = {state: str(said) for state, said in STATE_WORDS.items()}
    return [
        {
            "title": rows[path].title if path in rows else get_title(reader, path),
            "url": page_url(path),
            "chapters": [
                {
                    "title": one.title,
                    "url": chapter_url(one),
                    "state": one.state,
                    "words": words.get(one.state, ""),
                }
                for one in those
            ],
        }
        for path, those in groupby(found, key=lambda one: one.path)
    ]


def _choices(root: str, found: Sequence[Chapter], state: str) -> list[dict[str, Any]]:
    """The ways to narrow the list, with what each leaves."""
    every = {"label": gettext("All"), "url": list_url(root), "count": len(found), "here": not state}
    return [every] + [
        {
            "label": str(LABELS[one]),
            "url": list_url(root, one),
            "count": sum(it.state == one for it in found),
            "here": state == one,
        }
        for one in STATES
    ]
