"""``/-/dossiers/selection/<page>``: a selection arranged by forms, and what might go in it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api import (
    BadField,
    Forbidden,
    LogInFirst,
    NotFound,
    Page,
    PageRow,
    Reader,
    action_url,
    change_page,
    current_reader,
    gettext,
    normalise,
    page_of,
    page_url,
    say,
    slug,
)

from .model import (
    WORDS_LENGTH,
    Entry,
    added,
    entries,
    moved,
    removed,
    reworded,
    selections,
)
from .proposing import dismiss, proposals
from .shown import chosen_paths, chosen_rows

bp = Blueprint("dossiers_choosing", __name__)

_FOUND = 10
_KINDS = ("project", "dossier", "event", "organisation", "carrefour", "person")


@bp.get("/dossiers/selection/<path:path>")
def arrange(path: str) -> Response:
    """The lines of the selections of a page, with what one does with them."""
    reader, page = editable(path)
    return _form(reader, page)


@bp.post("/dossiers/selection/<path:path>")
def change(path: str) -> Response:
    """Moves, adds, words or removes one line, or dismisses a proposal; twice is once."""
    reader, page = editable(path)
    action = request.form.get("action", "")
    target = request.form.get("target", "").strip()[:1000]
    words = request.form.get("words", "").strip()
    if len(words) > WORDS_LENGTH:
        error = gettext("Say it in {count} characters.").format(count=WORDS_LENGTH)
        return _form(reader, page, {target: (words, error)}, 422)
    if action == "decline":
        row = reader.row(target)
        if row is not None:
            dismiss(reader, page.path, row.path)
            say(gettext("“{title}” is not proposed here again.").format(title=row.title))
    elif action == "add":
        _add(reader, page, target, words)
    elif (edit := _EDITS.get(action)) is not None:
        message = gettext("Arranged the selection of “{title}”").format(title=page.title)
        change_page(reader, page.path, lambda now: edit(now, target, words), message)
        if action == "write":
            say(gettext("It is written."))
        elif action == "remove":
            say(gettext("It is not in the selection any more."))
    else:
        raise BadField("action", gettext("Choose what is to be done."))
    # Where one was: a form without script would begin at the top each time.
    place = "proposals" if action == "decline" else f"c-{slug(target)}"
    return redirect(f"{action_url('dossiers/selection', page.path)}#{place}", HTTPStatus.SEE_OTHER)


def editable(path: str) -> tuple[Reader, Page]:
    """The page, for who may change it. Raises NotFound, LogInFirst or Forbidden."""
    reader = current_reader()
    page = reader.page_here(normalise(path))
    if page is None:
        raise NotFound(gettext("There is no page here."))
    if reader.person is None:
        raise LogInFirst(gettext("Log in first."))
    if not reader.may_edit(page.path):
        raise Forbidden(gettext("This page is changed by its team."))
    return reader, page


def _add(reader: Reader, page: Page, target: str, words: str) -> None:
    row = reader.row(target)
    if row is None or row.path == page.path:
        raise NotFound(gettext("There is no page here."))

    def edit(now: Page) -> str:
        if row.path in chosen_paths(reader, now):
            return now.text
        block = next(selections(now.document.blocks), None)
        return added(now.text, block, row.path, words, gettext("The selection"))

    message = gettext("Added “{title}” to the selection").format(title=row.title)
    change_page(reader, page.path, edit, message)
    say(gettext("“{title}” is in the selection.").format(title=row.title))


def _on_entry(change: Callable[[Page, Entry, str], str]) -> Callable[[Page, str, str], str]:
    def edit(page: Page, target: str, words: str) -> str:
        named = [one for one in entries(page.document.blocks) if one.target == target]
        return change(page, named[0], words) if target and named else page.text

    return edit


_EDITS = {
    "up": _on_entry(lambda p, e, _w: moved(p.text, e, entries(p.document.blocks), -1)),
    "down": _on_entry(lambda p, e, _w: moved(p.text, e, entries(p.document.blocks), 1)),
    "remove": _on_entry(lambda p, e, _w: removed(p.text, e)),
    "write": _on_entry(lambda p, e, words: reworded(p.text, e, words)),
}


def _form(
    reader: Reader,
    page: Page,
    errors: dict[str, tuple[str, str]] | None = None,
    status: int = 200,
) -> Response:
    query = request.args.get("q", "").strip()[:200]
    found = chosen_rows(reader, entries(page.document.blocks))
    taken = {row.path for _entry, row in found if row is not None} | {page.path}
    return page_of(
        "dossiers/arrange.html",
        status,
        page={"label": page.title, "url": page_url(page.path)},
        source=action_url("edit", page.path),
        action=action_url("dossiers/selection", page.path),
        chosen=[_line(entry, row, errors or {}) for entry, row in found if entry.target],
        query=query,
        found=[_result(row) for row in _search(reader, query) if row.path not in taken],
        proposals=[{**_result(one.row), "reasons": one.reasons} for one in proposals(reader, page)],
        noindex=True,
    )


def _line(entry: Entry, row: PageRow | None, errors: dict[str, tuple[str, str]]) -> dict[str, Any]:
    words, error = errors.get(entry.target, (entry.words, ""))
    return {
        "target": entry.target,
        "name": entry.name,
        "title": row.title if row else entry.target,
        "url": page_url(row.path) if row else "",
        "words": words,
        "error": error,
        "missing": row is None,
    }


def _search(reader: Reader, query: str) -> list[PageRow]:
    if not query:
        return []
    paths = [path for kind in _KINDS[:2] for path, _score in reader.ranking(query, kind, _FOUND)]
    rows = reader.rows(paths)
    return [rows[path] for path in paths if path in rows][:_FOUND]


def _result(row: PageRow) -> dict[str, Any]:
    return {
        "path": row.path,
        "title": row.title,
        "url": page_url(row.path),
        "summary": row.summary,
    }
