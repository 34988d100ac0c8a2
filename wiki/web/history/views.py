"""What happened to a page: its story, what changed, who wrote which line, and back to before."""

from collections.abc import Callable
from functools import wraps
from threading import Semaphore
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.editing import paragraph_restore, save
from wiki.errors import EditConflict, NotFound
from wiki.pages.paths import normalise, title_from_path
from wiki.pages.urls import action_url, page_url
from wiki.pages.words import read_number
from wiki.projections.histories.visible_changes import Change
from wiki.reading import Reader
from wiki.reading.history import (
    blame_page,
    knows_commit,
    list_contributors,
    list_history,
)
from wiki.reading.lists import list_children
from wiki.reading.pages import find_page, find_page_at, get_page, get_page_at
from wiki.repository.objects import is_hash
from wiki.translation import gettext as _
from wiki.web.credits import others_in
from wiki.web.cursors import seal, unseal
from wiki.web.edit.conflicts import conflict_page
from wiki.web.forms import FormText, render_tool, see_other
from wiki.web.history.differences import told
from wiki.web.history.filters import Choice, chosen, day_in, ends
from wiki.web.history.lines import story_of
from wiki.web.history.sentences import between
from wiki.web.page.presenters import crumbs_of, page_values
from wiki.web.page.views import old_version
from wiki.web.support import current_person, current_reader, share_response
from wiki.web.throttle import count_request

bp = Blueprint("history", __name__)

LINES = 50
_STORY = "story"
BLAMED = 2000
#: Held by the visitor who is shown what once was: a crawler asks for all that ever was, side by
#: side, and each such page takes as long as several others.
_turn = Semaphore()


def in_turn(view: Callable[[str], Response]) -> Callable[[str], Response]:
    """``view``, for one visitor at a time in this process."""

    @wraps(view)
    def answer(raw: str) -> Response:
        if current_person() is not None:
            return view(raw)
        with _turn:
            return view(raw)

    return answer


@bp.get("/history/<path:raw>")
@in_turn
def history(raw: str) -> Response:
    """The story of a page, newest first; also of one that was deleted."""
    reader = current_reader()
    path = normalise(raw)
    before = asked_before()
    choice = _asked_choice()
    if not list_history(reader, path, limit=1):
        raise NotFound(_("There is no page here."))
    found = chosen(reader, path, choice, before, LINES + 1)
    apart = None if choice.below else ends(reader, path, choice)
    page = find_page(reader, path)
    if not request.args:
        share_response()
    return render_tool(
        "pages/history.html",
        page=page_values(page)
        if page
        else {"title": title_from_path(path), "path": path, "url": page_url(path)},
        crumbs=crumbs_of(reader, path),
        days=story_of(reader, found[:LINES], with_page=choice.below),
        listing=keyset(found, action_url("history", path, choice.query)),
        choice=choice,
        people=[one.name for one in list_contributors(reader, path)] if page else [],
        has_below=bool(list_children(reader, path, limit=1)) if page else False,
        words_url=action_url("diff", path, {"from": apart[0], "to": apart[1]}) if apart else "",
        visit_url=action_url("visit", path) if page else "",
        all_url=action_url("history", path),
        blame_url=action_url("blame", path) if page and reader.may_edit(path) else "",
    )


@bp.get("/diff/<path:raw>")
@in_turn
def diff(raw: str) -> Response:
    """What changed in a page between ``from`` and ``to`` (default: the change before, and now)."""
    reader = current_reader()
    path = normalise(raw)
    count_request("comparison")
    newer_id = _revision(reader, request.args.get("to")) or reader.head
    newer = get_page_at(reader, path, newer_id)
    # The page's own changes: a commit that did not touch it tells of other pages.
    story = [one for one in list_history(reader, path, limit=LINES, upto=newer_id) if not one.file]
    if not story:
        raise NotFound(_("There is no such version of this page."))
    older_id = _revision(reader, request.args.get("from"))
    if older_id is None and len(story) > 1:
        older_id = story[1].commit
    before = (
        next(iter(list_history(reader, path, limit=1, upto=older_id)), None) if older_id else None
    )
    older = find_page_at(reader, path, older_id) if older_id else None
    sections, hidden = told(older.text if older else "", newer.text)
    restore = put_back = ""
    if older is not None and reader.may_edit(path):
        restore = action_url("restore", path, {"to": older_id})
        put_back = action_url("put-back", path, {"from": older_id, "to": newer_id})
    return render_tool(
        "pages/diff.html",
        page=page_values(newer),
        did=between(reader, older.text, newer.text) if older and sections else "",
        crumbs=crumbs_of(reader, path),
        older=_version(before or story[0]),
        newer={**_version(story[0]), "message": story[0].message.partition("\n")[0]},
        sections=sections,
        hidden=hidden,
        restore=restore,
        put_back=put_back,
        writers=_writers(reader, path, older_id, newer_id),
        history_url=action_url("history", path),
    )


@bp.post("/put-back/<path:raw>")
def put_back(raw: str, change: FormText) -> Response:
    """Undoes one of the changes that ``diff`` shows, in the page as it stands today."""
    reader = current_reader()
    path = normalise(raw)
    older = _revision(reader, request.args.get("from"))
    newer = _revision(reader, request.args.get("to"))
    number = read_number(change)
    if older is None or newer is None or number is None:
        raise NotFound(_("There is no such version of this page."))
    count_request("save")
    try:
        saved = paragraph_restore.put_back(reader, path, older, newer, number)
    except EditConflict as conflict:
        return conflict_page(reader, path, conflict, "")
    if saved.commit == reader.head:
        return see_other(page_url(path), _("The paragraph already stands there as it was."), "info")
    words = _("The paragraph is back. What stood there is in the history.")
    return see_other(page_url(path), words)


@bp.get("/version/<path:raw>")
@in_turn
def version(raw: str) -> Response:
    """The page as it stood at ``at``."""
    reader = current_reader()
    commit = _revision(reader, request.args.get("at"))
    if commit is None:
        raise NotFound(_("There is no such version of this page."))
    return old_version(reader, normalise(raw), commit)


@bp.get("/blame/<path:raw>")
def blame(raw: str) -> Response:
    """Who wrote which line, for those who edit."""
    reader = current_reader()
    page = get_page(reader, normalise(raw))
    found = blame_page(reader, page.path)
    lines = []
    last = ""
    for one in found[:BLAMED]:
        lines.append(
            {
                "who": one.author_name,
                "when": one.when,
                "diff_url": action_url("diff", page.path, {"to": one.commit}),
                "text": one.line,
                "turn": one.commit != last,
            }
        )
        last = one.commit
    return render_tool(
        "pages/blame.html",
        page=page_values(page),
        crumbs=crumbs_of(reader, page.path),
        lines=lines,
        listing={
            "total": len(found),
            "first": 1,
            "last": len(lines),
            "newer": "",
            "older": "",
        },
    )


@bp.post("/restore/<path:raw>")
def restore(raw: str) -> Response:
    """Makes the page what it was at ``to``, deleted or not."""
    reader = current_reader()
    path = normalise(raw)
    commit = _revision(reader, request.args.get("to"))
    if commit is None:
        raise NotFound(_("There is no such version of this page."))
    save.restore(reader, path, commit)
    return see_other(
        page_url(path), _("The page is as it was. What it was before is in its history.")
    )


def keyset(found: list[Change], url: str) -> dict[str, Any]:
    """The way to what came before the lines shown; such lists have no numbers of pages."""
    shown = found[:LINES]
    older = ""
    if len(found) > LINES:
        place = seal(_STORY, str(shown[-1].id).encode())
        older = f"{url}{'&' if '?' in url else '?'}before={place}"
    return {"total": 0, "first": 0, "last": 0, "newer": "", "older": older}


def asked_before() -> int | None:
    """The change after which the part of a story begins that is asked for; None: the newest."""
    place = unseal(_STORY, request.args.get("before", ""))
    return int(place) if place else None


def _revision(reader: Reader, written: str | None) -> str | None:
    """The full hash of a commit that the reader may know of, perhaps shortened."""
    if not written:
        return None
    if is_hash(written) and knows_commit(reader, written):
        return written
    commit = reader.instance.repository.resolve(written)
    if not knows_commit(reader, commit):
        # As what is not there: a shortened hash must not be a way to count what is hidden.
        raise NotFound(_("There is no such version here."))
    return commit


def _asked_choice() -> Choice:
    return Choice(
        since=day_in(request.args.get("since", "")),
        until=day_in(request.args.get("until", "")),
        by=request.args.get("by", "").strip()[:200],
        below=request.args.get("below") == "yes",
    )


def _writers(reader: Reader, path: str, older: str | None, newer: str) -> list[str]:
    """Those who wrote after the one version, up to the other; who did so last comes first."""
    names: dict[str, None] = {}
    for change in list_history(reader, path, limit=LINES, upto=newer):
        if change.commit == older:
            break
        names.setdefault(change.author)
        names.update(dict.fromkeys(others_in(change.message)))
    return list(names)


def _version(change: Change) -> dict[str, Any]:
    return {"when": change.when, "who": change.author, "commit": change.commit[:10]}
