"""``/-/ask``: a question and its answer as a page; to htmx, the part that stands above results."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.limits import count_request
from wiki.api.paths import action_url
from wiki.api.plugin import tell
from wiki.api.reading import Reader
from wiki.api.web import (
    current_reader,
    render_html,
    render_page,
    share_response,
    wants_fragment,
)

from . import answers
from .presenters import present
from .questions import is_question

bp = Blueprint("answers", __name__)


@bp.get("/ask")
def ask() -> Response:
    """What the wiki says to ``?q=``; the field alone where nothing is asked. Raises TooMany."""
    reader = current_reader()
    question = request.args.get("q", "")
    answer = None
    if question.strip():
        count_request("search")
        answer = answers.ask(question, reader)
    if answer is None or answer.answered:
        share_response()
    else:
        # Told each time: what is kept would be given without.
        hook = reader.instance.plugins.hook.asked_in_vain
        tell(hook, words=answer.question, way="question", reader=reader)
    values = present(reader, question, answer)
    if wants_fragment():
        return Response(render_html("answers/_beside.html", **values), mimetype="text/html")
    return render_page("answers/ask.html", noindex=bool(question.strip()), **values)


def answer_address(query: str, reader: Reader) -> str:
    """See the service ``search_answer``."""
    return action_url("ask", query={"q": query}) if is_question(query) else ""
