"""Arranging the selection of a page by one form, what might go in it, and freezing an edition."""

from http import HTTPStatus

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api.errors import Forbidden, LogInFirst, NotFound
from wiki.api.pages import Page
from wiki.api.pages.editing import change_page
from wiki.api.paths import action_url, normalise, page_url, slug
from wiki.api.reading import Reader, find_page, find_page_at, get_page
from wiki.api.reading.html import find_empty_chapters
from wiki.api.reading.rows import PageRow, get_row
from wiki.api.translation import gettext
from wiki.api.web import current_reader, flash_message, render_page
from wiki.api.web.forms import FormFlag, see_other

from .arrangement import Clash, arranged, keyed
from .arrangeview import PLACES, Told, form
from .candidates import dismiss
from .contents import chosen_paths, link, stays_hidden
from .editions import editions, freeze
from .forms import Sent, read_sent
from .model import WORDS_LENGTH, added, entries, selections
from .plan import hints_left

bp = Blueprint("dossiers", __name__)


@bp.get("/dossiers/selection/<path:path>")
def arrange(path: str) -> Response:
    """The lines of the selections of a page, with what one does with them."""
    reader, page = editable(path)
    query = " ".join(request.args.get("q", "").split())[:200]
    at = request.args.get("at", "")
    return form(reader, page, query=query, proposed="proposals" in request.args, at=at)


@bp.post("/dossiers/selection/<path:path>")
def change(path: str) -> Response:
    """Keeps what the form says, and does what its button says; twice is once."""
    reader, page = editable(path)
    sent = read_sent(request.form)
    if sent.too_long:
        error = gettext("Say it in {count} characters.").format(count=WORDS_LENGTH)
        return form(reader, page, sent, Told(dict.fromkeys(sent.too_long, error)), 422)
    if sent.button == "find":
        return form(reader, page, sent, query=sent.query)
    row = _added_row(reader, page, sent)
    if row is not None and sent.button == "add" and stays_hidden(reader, page.path, row):
        return form(reader, page, sent, Told(ask=row), query=sent.query)
    try:
        changed = _write(reader, page, sent, row)
    except Clash as clash:
        now = get_page(reader.renewed(), page.path)
        return form(reader, now, sent, Told.of(clash, reader, page.path, sent), 409)
    return _done(reader, page, sent, row, changed)


def editable(path: str) -> tuple[Reader, Page]:
    """The page, for who may change it. Raises NotFound, LogInFirst or Forbidden."""
    reader = current_reader()
    page = find_page(reader, normalise(path))
    if page is None:
        raise NotFound(gettext("There is no page here."))
    if reader.person is None:
        raise LogInFirst(gettext("Log in first."))
    if not reader.may_edit(page.path):
        raise Forbidden(gettext("This page is changed by its team."))
    return reader, page


def _added_row(reader: Reader, page: Page, sent: Sent) -> PageRow | None:
    """The page that the button adds. Raises NotFound where the reader knows none."""
    if sent.button not in ("add", "sure"):
        return None
    row = get_row(reader, sent.target)
    if row is None or row.path == page.path:
        raise NotFound(gettext("There is no page here."))
    return row


def _write(reader: Reader, page: Page, sent: Sent, row: PageRow | None) -> bool:
    """Saves the page as the form wants it; whether it was another before. Raises Clash."""
    seen = find_page_at(reader, page.path, sent.base)
    base = keyed(entries(seen.document.blocks)) if seen is not None else {}
    before: list[str] = []

    def edit(now: Page) -> str:
        before[:] = [now.text]
        text = arranged(now.text, base, keyed(entries(now.document.blocks)), sent.moved)
        if row is not None:
            anew = Page(now.path, now.file, text)
            if row.path not in chosen_paths(reader, anew):
                block = next(selections(anew.document.blocks), None)
                text = added(text, block, row.path, "", gettext("The selection"))
        before.append(text)
        return text

    words = gettext("Arranged the selection of “{title}”").format(title=page.title)
    if row is not None:
        words = gettext("Added “{title}” to the selection").format(title=row.title)
    change_page(reader, page.path, edit, words)
    return before[0] != before[-1]


def _done(reader: Reader, page: Page, sent: Sent, row: PageRow | None, changed: bool) -> Response:
    """Says what happened, and leads to where one was: a page without script begins at its top."""
    place = {"add": "add", "sure": "add", "decline": "proposals", "save": ""}.get(
        sent.button, f"c-{slug(sent.target)}"
    )
    if row is not None:
        flash_message(gettext("“{title}” is in the selection.").format(title=row.title))
    elif sent.button == "decline":
        declined = get_row(reader, sent.target)
        if declined is not None:
            dismiss(reader, page.path, declined.path)
            words = gettext("“{title}” is not proposed here again.")
            flash_message(words.format(title=declined.title))
    elif sent.button == "remove":
        place = "chosen"
        flash_message(gettext("It is not in the selection any more."))
    elif sent.button == "save" and changed:
        flash_message(gettext("It is written."))
    elif sent.query and sent.button == "save":
        place = "add"
    query = {"q": sent.query} if sent.query else {}
    if sent.button == "decline" or (row is not None and "proposals" in request.args):
        # Who took a proposal looks at the next one.
        place = "proposals"
        query["proposals"] = "1"
    if place in PLACES:
        query["at"] = place
    url = action_url("dossiers/selection", page.path, query)
    return redirect(f"{url}#{place}" if place else url, HTTPStatus.SEE_OTHER)


@bp.get("/dossiers/freeze/<path:path>")
def ask(path: str) -> Response:
    """Says what an edition is before it is made."""
    return _ask(*editable(path))


def _ask(reader: Reader, page: Page, status: int = HTTPStatus.OK) -> Response:
    return render_page(
        "dossiers/freeze.html",
        status,
        page={"label": page.title, "url": page_url(page.path)},
        action=action_url("dossiers/freeze", page.path),
        unfilled=_find_unfilled(reader, page),
        edit=action_url("edit", page.path),
        editions=[link(row) for row in editions(reader, page.path)],
        noindex=True,
    )


@bp.post("/dossiers/freeze/<path:path>")
def make(path: str, unfilled: FormFlag) -> Response:
    """Makes the edition of today, and leads to it; asks first where a part of it is unfilled."""
    reader, page = editable(path)
    if _find_unfilled(reader, page) and not unfilled:
        return _ask(reader, page, HTTPStatus.UNPROCESSABLE_ENTITY)
    made = freeze(reader, page)
    return see_other(page_url(made), gettext("The edition is there, at an address of its own."))


def _find_unfilled(reader: Reader, page: Page) -> list[str]:
    """The chapters that nobody has written yet, and hints that still stand in the text."""
    return [one.text for one in find_empty_chapters(reader, page)] + hints_left(page)
