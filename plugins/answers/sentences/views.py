"""``/-/ask/sentences``: what a model makes of an answer, above its passages (an htmx request)."""

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound, TooMany
from wiki.api.limits import count_request
from wiki.api.translation import gettext
from wiki.api.web import current_reader, render_html, wants_fragment

from ..links import place_url
from .model import is_named
from .passages import supported

bp = Blueprint("sentences", __name__)


@bp.get("/ask/sentences")
def sentences() -> Response:
    """The part; without a model, or as a page of its own, it is not there."""
    reader = current_reader()
    if not is_named(reader.instance.settings) or not wants_fragment():
        raise NotFound(gettext("This is not here."))
    try:
        count_request("sentences")
    except TooMany:
        return _part(often=True, told=[], sources={})
    told, answer = supported(request.args.get("q", ""), reader)
    cited = sorted({number for one in told for number in one.cited})
    sources = {
        number: {
            "title": one.title,
            "heading": one.heading,
            "place": place_url(one.path, one.anchor, one.text),
        }
        for number, one in enumerate(answer.passages, 1)
        if number in cited
    }
    return _part(often=False, told=told, sources=sources)


def _part(**values: Any) -> Response:
    words = render_html("answers/_sentences.html", **values)
    return Response(words, mimetype="text/html", headers={"Cache-Control": "no-store"})
