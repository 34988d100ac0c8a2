"""A book as PDF: pandoc writes its chapters as typst, our template sets them.

Tagged and readable aloud (PDF/UA-1). The template is ``book.typ``; it is given values as strings
of typst, so that no word of a page is ever code.
"""

import json
import logging
import os
import sys
from functools import cache
from pathlib import Path

from wiki.documents.book import Book, as_html
from wiki.documents.pandoc import convert
from wiki.documents.running import Unmade, run
from wiki.translation import gettext as _
from wiki.translation import use_language

_HERE = Path(__file__).parent
_READ_AS = "html+epub_html_exts-native_divs-native_spans"
_log = logging.getLogger(__name__)


def as_pdf(book: Book, *, seconds: float) -> bytes:
    """The PDF. Raises TooLarge, Unmade."""
    body = convert(
        {"input": as_html(book, title=True).encode()},
        _READ_AS,
        "typst",
        ["--syntax-highlighting=none", "--wrap=none"],
        seconds=seconds,
    )
    # Pandoc centres tables, and what stands in their cells with them.
    text = body.decode().replace("align(center)[#table(", "align(left)[#table(")
    source = _head(book) + template() + text
    files = {"book.typ": source.encode(), **book.media}
    command = [sys.executable, "-I", os.fspath(_HERE / "typeset.py")]
    try:
        return run([*command, "ua-1"], files, "output", seconds=seconds)
    except Unmade:
        # Something in it cannot be said aloud, such as a table without a head in some program's
        # eyes: tagged as well as it can be is better than none.
        _log.warning("a PDF of %r does not keep to PDF/UA-1", book.title)
        return run([*command, "1.7"], files, "output", seconds=seconds)


@cache
def template() -> str:
    """How a book looks."""
    return (_HERE / "book.typ").read_text("utf-8")


def _head(book: Book) -> str:
    with use_language(book.lang):
        contents = _("Contents")
    values = {
        "title": book.title,
        "summary": book.summary,
        "note": book.note,
        "site": book.site,
        "language": book.lang,
        "contents": contents,
    }
    lines = [
        f"#let book-{name} = {json.dumps(value, ensure_ascii=False)}"
        for name, value in values.items()
    ]
    return "\n".join([*lines, f"#let book-alone = {str(book.alone).lower()}", ""])
