"""What is done with one item in one tap: renew, met, withdraw, reopen. Twice is as once."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.limits import count_request
from wiki.api.reading.rows import find_rows, select
from wiki.api.translation import gettext, lazy
from wiki.api.web import safe_next, signed_in_reader
from wiki.api.web.forms import redisplay, render_tool, see_other, typed_values

from . import changes
from .changes import Answer
from .model import KINDS, NEED
from .places import page_named, story_space
from .presenters import board_url, item_url, met_words
from .views.forms import row_to_change

bp = Blueprint("needs_acts", __name__)

_BY_BOARD = {kind.board: kind for kind in KINDS}
_ACTS = {"renew": changes.renew, "withdraw": changes.withdraw, "reopen": changes.reopen}
_SAID = {
    "renew": lazy("Noted: it still stands."),
    "withdraw": lazy("It is off the board, and stays in its page. You can open it again."),
    "reopen": lazy("It is open again."),
}
#: pages whose titles are completed as one types
_KNOWN = 300


@bp.post("/<any(needs, offers):board>/<identity>/<any(renew, withdraw, reopen):act>")
def act(board: str, identity: str, act: str) -> Response:
    """Does it, and goes back to where it was asked. Raises NotFound, Forbidden."""
    kind, reader = _BY_BOARD[board], signed_in_reader()
    row = row_to_change(reader, kind, identity)
    count_request("save")
    _ACTS[act](reader, row)
    target = safe_next(request.form.get("next", "")) if request.form.get("next") else ""
    return see_other(target or item_url(kind, identity), str(_SAID[act]))


@bp.get("/<any(needs, offers):board>/<identity>/met")
def met_form(board: str, identity: str) -> Response:
    """By whom or what, if one wishes to say."""
    kind, reader = _BY_BOARD[board], signed_in_reader()
    row = row_to_change(reader, kind, identity)
    types = ("person", "organisation", "project")
    known = find_rows(reader, select(types=types), "title", _KNOWN).rows
    return render_tool(
        "needs/met.html",
        kind=kind.name,
        title=met_words(kind),
        said=row.plain,
        action=f"{item_url(kind, identity)}/met",
        back=item_url(kind, identity),
        board={"label": str(kind.title), "url": board_url(kind)},
        values={
            **typed_values("who", "words"),
            "told": request.method == "GET" or bool(request.form.get("told")),
        },
        known=[one.title for one in known],
        may_tell=kind is NEED and story_space(reader, row.path) is not None,
    )


@bp.post("/<any(needs, offers):board>/<identity>/met")
@redisplay(met_form)
def met(board: str, identity: str) -> Response:
    """Notes it in the page and, where wanted, in the story of the project."""
    kind, reader = _BY_BOARD[board], signed_in_reader()
    row = row_to_change(reader, kind, identity)
    form = request.form
    count_request("save")
    path = page_named(reader, form.get("who", ""))
    answer = Answer(path, form.get("words", ""), bool(form.get("told")))
    words = gettext("Noted. Thank you: others see by it that asking helps.")
    if changes.mark_met(reader, row, answer):
        words = gettext("Noted, and told in the story of the project.")
    return see_other(item_url(kind, identity), words)
