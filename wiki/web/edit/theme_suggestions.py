"""Themes that fit what one writes, as words to click beside the field of themes.

::

    title, summary, text ──▶ POST /-/themes/suggest ──▶ {themes: [{word, why}]}

Plugins answer; nothing is kept.

Without a script the settings of a page name those that fit it as it stands.
"""

from collections.abc import Sequence

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from wiki.hookspecs.discovery import fitting_themes
from wiki.pages.document import read_document
from wiki.pages.words import slug
from wiki.reading import Reader
from wiki.web.forms import FormText
from wiki.web.support import current_reader
from wiki.web.throttle import count_request

bp = Blueprint("themewords", __name__)

#: themes that are offered
_OFFERED = 6
#: characters that are read of a text, and of the fields beside it
_LONGEST, _FIELD = 20_000, 500


@bp.post("/themes/suggest")
def suggest(title: FormText, summary: FormText, themes: FormText, text: FormText) -> Response:
    """Themes that fit the fields of a form, but for those that it has. Raises TooMany."""
    count_request("suggestion")
    body, has = read_document(text[:_LONGEST]).words, themes[:_FIELD].split(",")
    found = theme_words(current_reader(), title[:_FIELD], summary[:_FIELD], body, has)
    return jsonify(themes=[{"word": word, "why": why} for word, why in found])


def theme_words(
    reader: Reader, title: str, summary: str, body: str, has: Sequence[str]
) -> list[tuple[str, str]]:
    """What plugins find that fits; ``has`` is left out."""
    text = f"{title}. {summary}\n{body}".strip(". \n")
    if not text:
        return []
    known = {slug(one) for one in has}
    limit = _OFFERED + len(known)
    found = reader.instance.plugins.call(fitting_themes, text, reader, limit)
    words: dict[str, str] = {}
    for word, why in found:
        if slug(word) not in known:
            words.setdefault(word, why)
    return list(words.items())[:_OFFERED]
