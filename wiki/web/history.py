"""What happened to a page: its story, what changed, who wrote which line, and back to before."""

from collections.abc import Iterable
from http import HTTPStatus
from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.editing import saving
from wiki.errors import NotFound
from wiki.pages.paths import normalise, title_from_path
from wiki.pages.urls import action_url, page_url
from wiki.projections.changes import Change
from wiki.reading import Reader
from wiki.translation import gettext as _
from wiki.web.edit import crumbs_of
from wiki.web.pages import old_version
from wiki.web.sealed import seal, unseal
from wiki.web.support import current_reader, page_of, say, share
from wiki.web.viewing import link, page_values

bp = Blueprint("history", __name__)

LINES = 50
_STORY = "story"
#: changed places that one page shows
HUNKS = 200
BLAMED = 2000


@bp.get("/history/<path:raw>")
def history(raw: str) -> Response:
    """The story of a page, newest first; also of one that was deleted."""
    reader = current_reader()
    path = normalise(raw)
    before = asked_before()
    found = reader.history(path, before, LINES + 1)
    if not found and before is None:
        raise NotFound(_("There is no page here."))
    page = reader.page_here(path)
    share()
    return page_of(
        "pages/history.html",
        page=page_values(page)
        if page
        else {"title": title_from_path(path), "path": path, "url": page_url(path)},
        space=None,
        crumbs=crumbs_of(reader, path),
        days=days(reader, found[:LINES], path),
        listing=keyset(found, action_url("history", path)),
        feed_url="",
        blame_url=action_url("blame", path) if page and reader.may_edit(path) else "",
        noindex=True,
    )


@bp.get("/diff/<path:raw>")
def diff(raw: str) -> Response:
    """What changed in a page between ``from`` and ``to`` (default: the change before, and now)."""
    reader = current_reader()
    path = normalise(raw)
    newer_id = _revision(reader, request.args.get("to")) or reader.head
    newer = reader.page_at(path, newer_id)
    # The page's own changes: a commit that did not touch it tells of other pages.
    story = [one for one in reader.history(path, limit=LINES, upto=newer_id) if not one.file]
    if not story:
        raise NotFound(_("There is no such version of this page."))
    older_id = _revision(reader, request.args.get("from"))
    if older_id is None and len(story) > 1:
        older_id = story[1].commit
    before = next(iter(reader.history(path, limit=1, upto=older_id)), None) if older_id else None
    older = reader.page_then(path, older_id) if older_id else None
    hunks = reader.difference(older, newer)
    restore = ""
    if older is not None and reader.may_edit(path):
        restore = action_url("restore", path, {"to": older_id})
    share()
    return page_of(
        "pages/diff.html",
        page=page_values(newer),
        crumbs=crumbs_of(reader, path),
        older=_version(before or story[0]),
        newer={**_version(story[0]), "message": story[0].message.partition("\n")[0]},
        hunks=[
            {"heading": hunk.heading, "runs": [(run.kind, run.text) for run in hunk.runs]}
            for hunk in hunks[:HUNKS]
        ],
        hidden=max(len(hunks) - HUNKS, 0),
        restore=restore,
        history_url=action_url("history", path),
        earlier_url="",
        later_url="",
        noindex=True,
    )


@bp.get("/version/<path:raw>")
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
    page = reader.page(normalise(raw))
    found = reader.blame(page.path)
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
    return page_of(
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
        noindex=True,
    )


@bp.post("/restore/<path:raw>")
def restore(raw: str) -> Response:
    """Makes the page what it was at ``to``, deleted or not."""
    reader = current_reader()
    path = normalise(raw)
    commit = _revision(reader, request.args.get("to"))
    if commit is None:
        raise NotFound(_("There is no such version of this page."))
    saving.restore(reader, path, commit)
    say(_("The page is as it was. What it was before is in its history."))
    return redirect(page_url(path), HTTPStatus.SEE_OTHER)


def days(reader: Reader, found: Iterable[Change], path: str = "") -> list[dict[str, Any]]:
    """Changes as the story of the days they were made on; ``path``: of this page alone."""
    zone = reader.instance.settings.zone
    editable: dict[str, bool] = {}
    found = list(found)
    brought = reader.brought({one.commit for one in found})
    told = []
    for day, changes in groupby(found, key=lambda one: one.when.astimezone(zone).date()):
        lines = [_told(reader, one, editable, brought.get(one.commit, "")) for one in changes]
        told.append({"day": day, "changes": lines})
    return told


def _told(reader: Reader, change: Change, editable: dict[str, bool], by: str) -> dict[str, Any]:
    here = change.now or change.path
    if here not in editable:
        editable[here] = reader.may_edit(here)
    gone = change.kind == "deleted"
    file = change.kind in ("attached", "detached")
    readable = not gone and not file
    return {
        "who": change.author,
        "by": by,
        "kind": change.kind,
        "page": link(
            reader.title(here), page_url(here) if change.now else action_url("history", here)
        ),
        "moved_from": change.old_path or "",
        "file": change.file or "",
        "message": change.message.partition("\n")[0],
        "when": change.when,
        "commit": change.commit[:10],
        "diff_url": action_url("diff", change.path, {"to": change.commit})
        if readable and change.kind != "created"
        else "",
        "read_url": action_url("version", change.path, {"at": change.commit}) if readable else "",
        "restore": action_url("restore", change.path, {"to": change.commit})
        if readable and editable[here]
        else "",
    }


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
    commit = reader.instance.repository.resolve(written)
    if not reader.knows(commit):
        # As what is not there: a shortened hash must not be a way to count what is hidden.
        raise NotFound(_("There is no such version here."))
    return commit


def _version(change: Change) -> dict[str, Any]:
    return {"when": change.when, "who": change.author, "commit": change.commit[:10]}
