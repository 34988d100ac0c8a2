"""A book as PDF: pandoc writes its chapters as typst, our template sets them.

Tagged and readable aloud (PDF/UA-1). The template is ``book.typ``; it is given values as strings
of typst, so that no word of a page is ever code.
"""

import json
import logging
import os
import re
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from html import unescape
from importlib.util import find_spec
from pathlib import Path

from wiki.documents.pandoc import convert, html_format
from wiki.documents.programs import require_programs, run
from wiki.documents.write.book import Book, as_html
from wiki.errors import Unmade
from wiki.resources import DIST, front_end
from wiki.translation import gettext as _
from wiki.translation import use_language

_HERE = Path(__file__).parent
_PICTURE = re.compile(r'<img src="(media/[^"]+)" alt="([^"]*)"')
_IMAGE = re.compile(r'image\("(media/\d+\.\w+)"')
#: what none of the typesetter's fonts can draw: a PDF with a hole in it cannot be read aloud
_PICTOGRAPH = re.compile(
    "[\U0001f000-\U0001faff\U000e0000-\U000e007f\ue000-\uf8ff\ufe00-\ufe0f\u200d\u20e3"
    "\u231a\u231b\u23e9-\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26bd\u26be"
    "\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2-\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2757"
    "\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55]+"
)
#: how much of the width of a page a drawing takes: the words that say the same stand with it
_DRAWN = "72%"
#: signs that say something of their own, yes and no in a table above all: as the fonts have them
_SIGNS = str.maketrans(
    {
        # The point of “habitant⸱e·s”, in two of its spellings.
        **dict.fromkeys("\u2e31\u2027", "·"),
        "\u2e3a": "——",
        "\u2e3b": "———",
        **dict.fromkeys("\u2705\u2714\u2611", "✓"),
        **dict.fromkeys("\u274c\u274e\u2716", "✗"),
        **dict.fromkeys("\u2b50\U0001f31f", "★"),
        **dict.fromkeys("\u27a1\U0001f449", "→"),
        **dict.fromkeys("\u2753\u2754", "?"),
        **dict.fromkeys("\u2757\u2755", "!"),
        "\u2795": "+",
        "\u2796": "−",
        "\u2797": "÷",
    }
)
_EMPTY = re.compile(r'<(h[1-6])(?: id="([^"]*)")?>\s*(?:</?(?:strong|em|b|i)>\s*)*</\1>')
_MEANING = re.compile(r"^(/ [^\n]+): #block\[\n([^\n]+)\n\]$", re.M)
#: the begin of a division that says which way it runs, and what stands first in it
_RUNS = re.compile(r"(#block\(width: 100%\)\[\n( *)#set text\(dir: (?:ltr|rtl)\)); ")
#: what the typesetter's own fonts draw in letters of a typewriter only
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_log = logging.getLogger(__name__)


def as_pdf(book: Book, *, seconds: float) -> bytes:
    """The PDF. Raises TooLarge, Unmade."""
    html = _headed(_drawable(as_html(book, title=True)))
    body = convert(
        {"input": html.encode()},
        html_format(html),
        "typst",
        ["--syntax-highlighting=none", "--wrap=none"],
        seconds=seconds,
    )
    # Pandoc centres tables, and what stands in their cells with them.
    text = body.decode().replace("align(center)[#table(", "align(left)[#table(")
    # And gives each meaning of a word a paragraph of its own, however short.
    text = _MEANING.sub(r"\1: \2", text)
    # And writes what stands first in a division where no heading and no list can begin.
    text = _RUNS.sub(r"\1\n\2", text)
    source = _head(book) + template() + _described(text, html)
    try:
        return typeset(["pdf", "ua-1"], source, book.media, seconds)
    except Unmade:
        # Something in it cannot be said aloud, such as a table without a head in some program's
        # eyes: tagged as well as it can be is better than none.
        _log.warning("a PDF of %r does not keep to PDF/UA-1", book.title)
        return typeset(["pdf", "1.7"], source, book.media, seconds)


def _arabic_fonts() -> dict[str, bytes]:
    """Name of a file → a font that draws Arabic, as the built front end carries them."""
    found = (name for name in front_end().values() if name.startswith("noto-naskh-arabic-"))
    return {name: (DIST / name).read_bytes() for name in found}


def as_png(svg: bytes, *, seconds: float) -> bytes:
    """A drawing as a picture, for programs that draw none. Raises TooLarge, Unmade."""
    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")\n'
    return typeset(["png"], source, {"drawing.svg": svg}, seconds)


def picture_on_page(picture: bytes, extension: str, page: str, *, seconds: float) -> bytes:
    """A picture as large as it fits in the middle of a ``page`` of that size and ground, as PNG.

    Raises TooLarge, TooMany, Unmade.
    """
    file = f"picture.{extension}"
    source = (
        f"#set page({page})\n#align(center + horizon, "
        f'image("{file}", width: 100%, height: 100%, fit: "contain"))\n'
    )
    return typeset(["png"], source, {file: picture}, seconds)


def typeset(
    arguments: Sequence[str], source: str, files: Mapping[str, bytes], seconds: float
) -> bytes:
    """What the typesetter makes of ``source`` with ``files`` beside it, in a bounded child.

    Raises TooLarge, TooMany, Unmade, NotInstalled.
    """
    require_programs()
    command = [sys.executable, "-P", os.fspath(_HERE / "typeset.py"), *arguments]
    # Where it is not beside this interpreter, as in a single file, it has to be told.
    typesetter = find_spec("typst")
    way = {"PYTHONPATH": os.fspath(Path((typesetter and typesetter.origin) or "").parents[1])}
    fonts = _arabic_fonts() if _ARABIC.search(source) else {}
    given = {"book.typ": source.encode(), **files, **fonts}
    return run(command, given, "output", seconds=seconds, environment=way)


def _headed(html: str) -> str:
    """Without headings of no words, such as one of a pictograph alone, that nothing leads to."""

    def said(found: re.Match[str]) -> str:
        return found[0] if found[2] and f'href="#{found[2]}"' in html else ""

    return _EMPTY.sub(said, html)


def _described(text: str, html: str) -> str:
    """Pictures with what they show in words, which pandoc leaves out and PDF/UA asks for."""
    words: dict[str, str] = {}
    for name, alt in _PICTURE.findall(html):
        words[name] = words.get(name) or unescape(alt)

    def described(found: re.Match[str]) -> str:
        wide = f", width: {_DRAWN}" if found[1].endswith(".svg") else ""
        return f"{found[0]}{wide}, alt: {typst_string(words.get(found[1]) or _('Picture'))}"

    return _IMAGE.sub(described, text)


def typst_string(text: str) -> str:
    """A string of typst: its escapes are those of JSON but for characters by number."""
    words = _drawable(text)
    return json.dumps("".join(c if c.isprintable() else " " for c in words), ensure_ascii=False)


def _drawable(text: str) -> str:
    """Without what no font has: pictographs, which say little that words beside them do not, but
    for signs such as a tick, which have a letter of their own."""
    return _PICTOGRAPH.sub("", text.translate(_SIGNS))


@cache
def template() -> str:
    """How a book looks."""
    return (_HERE / "book.typ").read_text("utf-8")


def _head(book: Book) -> str:
    with use_language(book.lang):
        contents, continued = _("Contents"), _("continued")
    values = {
        "title": book.full_title,
        "own-title": book.title,
        "direction": book.direction,
        "project": book.project,
        "summary": book.summary,
        "note": book.note,
        "site": book.site,
        "language": book.lang,
        "contents": contents,
        "continued": continued,
        "kind": book.cover.kind if book.cover else "",
        "authors": book.cover.authors if book.cover else "",
        "picture": book.cover.picture if book.cover else "",
    }
    lines = [f"#let book-{name} = {typst_string(value)}" for name, value in values.items()]
    return "\n".join([*lines, f"#let book-alone = {str(book.alone).lower()}", ""])
