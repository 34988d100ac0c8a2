"""What was done to pages, and how they once stood."""

from collections.abc import Sequence

from werkzeug.wrappers import Response

from wiki.errors import NotFound
from wiki.projections.histories import visible_changes
from wiki.reading.history import knows_commit, list_history, list_recent_changes
from wiki.reading.pages import get_page_at
from wiki.translation import gettext as _
from wiki.web.api.cursors import from_cursor
from wiki.web.api.models import Change, ChangeList, PagePath, Paging, Version, VersionPath
from wiki.web.api.responses import answer, for_visitors, next_url, page_path, room, route, shared
from wiki.web.credits import apart_from_program
from wiki.web.support import current_reader

bp = room("changes", "What was done to pages, newest first.")


@route(bp, "get", "/pages/<path:path>/history", ChangeList, 304, 404)
def read_history(path: PagePath, query: Paging) -> Response:
    """What was done to a page, newest first; also to one that was deleted."""
    name = page_path(path.path)
    list_name = f"history:{name}"
    before = _before(list_name, query.cursor)
    found = list_history(current_reader(), name, before, query.limit + 1)
    if not found and before is None:
        raise NotFound(_("There is no page here."))
    return _listed(list_name, found, query.limit)


@route(bp, "get", "/pages/<path:path>/versions/<commit>", Version, 304, 404, etag=True)
def read_version(path: VersionPath) -> Response:
    """A page as it stood at a commit.

    For who could read it then and may now.
    """
    reader = current_reader()
    page = get_page_at(reader, page_path(path.path), path.commit)
    if not knows_commit(reader, path.commit):
        raise NotFound(_("There is no such version of this page."))
    told = Version(
        path=page.path, title=page.title, commit=path.commit, etag=page.blob, text=page.text
    )
    response = for_visitors(answer(told))
    response.set_etag(page.blob)
    return response


@route(bp, "get", "/changes", ChangeList, 304)
def list_changes(query: Paging) -> Response:
    """What was done to all pages, newest first."""
    found = list_recent_changes(current_reader(), _before("changes", query.cursor), query.limit + 1)
    return _listed("changes", found, query.limit)


def _before(name: str, cursor: str) -> int | None:
    place = from_cursor(name, cursor)
    return int(place[0]) if place else None


def _listed(name: str, found: Sequence[visible_changes.Change], limit: int) -> Response:
    shown = found[:limit]
    after = next_url(name, (shown[-1].id,) if len(found) > limit else None)
    told = []
    for one in shown:
        change = Change.model_validate(one, from_attributes=True)
        message, program = apart_from_program(change.message)
        told.append(change.model_copy(update={"message": message, "program": program}))
    return shared(ChangeList(changes=told, next=after), after)
