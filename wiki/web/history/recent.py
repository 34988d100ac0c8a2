"""What is new in the whole wiki."""

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.reading.history import list_recent_changes
from wiki.web.history.lines import story_of
from wiki.web.history.views import LINES, asked_before, keyset
from wiki.web.support import current_reader, render_page, share_response

bp = Blueprint("changes", __name__)


@bp.get("/changes")
def changes() -> Response:
    """Recent changes, newest first."""
    reader = current_reader()
    found = list_recent_changes(reader, asked_before(), LINES + 1)
    share_response()
    return render_page(
        "changes.html",
        days=story_of(reader, found[:LINES], with_page=True),
        listing=keyset(found, "/-/changes"),
        feed="/-/changes.atom",
        feed_url="/-/feed/index",
    )
