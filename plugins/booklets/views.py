"""The one page of a booklet's own: what it will hold, for whom, as what."""

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.api.documents import can_make, missing_programs
from wiki.api.errors import TooLarge
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.reading import Reader, get_page, get_title, page_exists
from wiki.api.translation import gettext, lazy
from wiki.api.web import current_reader, render_page

from .binder import OWN, PUBLIC, Gathered, gathered

bp = Blueprint("booklets", __name__)
_FORMATS = (
    ("pdf", "PDF", lazy("To print and to hand out.")),
    ("epub", "EPUB", lazy("To read on an e-reader or a phone.")),
    ("docx", "Word (.docx)", lazy("To go on writing in Word.")),
    ("odt", "LibreOffice (.odt)", lazy("To go on writing in LibreOffice.")),
    ("site", "HTML (.zip)", lazy("A folder of web pages, for a browser without a network.")),
    ("markdown", "Markdown (.zip)", lazy("One text, with its pictures.")),
)
#: titles that are told
_TOLD = 200


@bp.get("/booklet/<path:path>")
def choose(path: str) -> Response:
    """What will be in it; the export of the page makes it."""
    reader = current_reader()
    path = get_page(reader, normalise(path)).path
    everyone = Reader(reader.instance)
    audiences = []
    if page_exists(everyone, path):
        audiences.append(_audience(PUBLIC, everyone, path))
    if reader.person is not None:
        own = _audience(OWN, reader, path)
        if not audiences or own["titles"] != audiences[0]["titles"]:
            audiences.append(own)
    offered = [(name, label, str(words), can_make(name)) for name, label, words in _FORMATS]
    return render_page(
        "booklets/booklet.html",
        page={"label": get_title(reader, path), "url": page_url(path)},
        action=action_url("export", path),
        audiences=audiences,
        missing=missing_programs(reader.person),
        formats=offered,
        format=next(name for name, *_, there in offered if there),
        noindex=True,
    )


def _audience(name: str, reader: Reader, path: str) -> dict[str, object]:
    words = {
        PUBLIC: gettext("For everyone: only what anyone may read"),
        OWN: gettext("For you: all that you may read yourself"),
    }
    told = ""
    try:
        found = gathered(reader, path)
    except TooLarge as error:
        found, told = Gathered([get_page(reader, path)]), error.words
    return {
        "name": name,
        "words": words[name],
        "titles": [one.title for one in found.pages[1:_TOLD]],
        "count": len(found.pages) - 1,
        "left_out": found.left_out,
        "told": told,
    }
