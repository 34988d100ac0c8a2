"""``/-/application/letters/<event>``: the letters that wait, as their readers will have them."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.paths import action_url, normalise, page_url
from wiki.api.web import current_reader
from wiki.api.web.forms import render_tool

from ..access import organised
from ..decisions import decisions
from ..letters import letter_to, signer
from ..ownership import standing, team_accounts
from . import bulk

bp = Blueprint("applications_letters", __name__)


@bp.get("/application/letters/<path:path>")
def letters(path: str) -> Response:
    """Each letter with who gets it and who signs it, a button to send them; ``?one=`` one alone."""
    reader = current_reader()
    instance, call = reader.instance, organised(reader, normalise(path))
    only = request.args.get("one", "")
    rows = [row for row in bulk.to_tell(reader, call) if only in ("", row.id)]
    pages = standing(instance, rows)
    teams = team_accounts(instance, pages.values())
    known = decisions(instance, [row.id for row in rows])
    shown = []
    for row in rows:
        page, decision = pages.get(row.id), known[row.id]
        if page is None:
            continue
        letter = letter_to(instance, row, decision, page, teams[page.path][0])
        shown.append(
            {
                "id": row.id,
                "title": page.title,
                "choice": decision.choice,
                "to": [person.name for person in teams[page.path]],
                "subject": letter.subject,
                "text": letter.text,
                "signer": signer(instance, decision),
                "edit": action_url(
                    f"application/{row.id}/decide", query={"choice": decision.choice}
                ),
            }
        )
    return render_tool(
        "applications/letters.html",
        event={"label": call.title, "url": page_url(call.path)},
        list_url=action_url("applications", call.path),
        letters=shown,
    )
