"""Taking pages along: what and as what, the document under way, its file."""

from urllib.parse import quote

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.documents import missing_programs
from wiki.api.errors import NotFound
from wiki.api.limits import Limit, client_network, count_attempts
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.reading import Reader, get_page, get_title
from wiki.api.translation import gettext
from wiki.api.web import current_reader
from wiki.api.web.forms import FormText, redisplay, render_tool, see_other

from .exporting import FILE, FORMATS, PAGE, begun, checked, formats, media_of, scopes
from .models import EXPORT, FAILED, READY
from .store import file_of, found, may_have

bp = Blueprint("documents", __name__)
_HOUR = 3600


@bp.get("/export/<path:path>")
def choose(path: str, scope: FormText, format: FormText) -> Response:
    """What can be taken of a page, and as what."""
    reader = current_reader()
    path = get_page(reader, normalise(path)).path
    choices, offered = scopes(reader, path), formats()
    return render_tool(
        "documents/export.html",
        page={"label": get_title(reader, path), "url": page_url(path)},
        action=action_url("export", path),
        scopes=choices,
        missing=missing_programs(reader.person),
        formats=offered,
        scope=scope or (choices[1][0] if len(choices) > 1 else PAGE),
        format=format or next(name for name, *_, there in offered if there),
    )


@bp.post("/export/<path:path>")
@redisplay(choose)
def make(path: str, scope: FormText, format: FormText) -> Response:
    """Makes the document; a small one is given at once, another has a page that tells of it."""
    reader = current_reader()
    path = get_page(reader, normalise(path)).path
    asked = checked(reader, path, scope, format)
    count(reader)
    return see_other(action_url("documents", begun(reader, asked).id))


@bp.get("/documents/<id>")
def progress(id: str) -> Response:
    """How far a document is; once it is ready, its file is one click away."""
    reader = current_reader()
    row = found(reader, id, EXPORT)
    ready = row.state == READY
    if ready and not may_have(reader, row):
        raise NotFound(gettext("This document is gone. Make it again."))
    return render_tool(
        "documents/made.html",
        page={"label": get_title(reader, row.path), "url": page_url(row.path)},
        name=row.name,
        kind=FORMATS[row.format][0],
        ready=ready,
        failed=row.state == FAILED,
        words=row.words,
        done=row.done,
        total=row.total,
        file=action_url(f"documents/{row.id}/file"),
        again=action_url("export", row.path),
        here=action_url("documents", row.id),
    )


@bp.get("/documents/<id>/file")
def file(id: str) -> Response:
    """The file, for whoever may still see all that is in it."""
    reader = current_reader()
    row = found(reader, id, EXPORT)
    if not may_have(reader, row):
        raise NotFound(gettext("This document is gone. Make it again."))
    answer = Response(file_of(reader.instance, row.id, FILE), mimetype=media_of(row.format))
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.name)}"
    return answer


def count(reader: Reader) -> None:
    """So many documents an hour for one person, or one address. Raises TooMany."""
    who = reader.person.id if reader.person else f"@{client_network(request.remote_addr or '')}"
    limit = reader.instance.settings.documents_per_hour
    count_attempts(reader.instance.private, [Limit(f"documents:{who}", limit, _HOUR)])


def look_again(answer: Response) -> None:
    """Has a browser ask again in a while, without a script."""
    answer.headers["Refresh"] = "2"
