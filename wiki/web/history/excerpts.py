"""Words of a page that a sentence repeats, no longer than a line."""

from wiki.pages.document import read_document
from wiki.pages.markdown.items import plain_text

LONGEST = 80


def plain(source: str) -> str:
    """The words of a line or a cell, without its signs of Markdown."""
    inline = (one for one in read_document(source).tokens if one.type == "inline")
    words = "".join(plain_text(child) for one in inline for child in one.children or ())
    return words.strip() or source


def short(words: str, most: int = LONGEST) -> str:
    """``words`` on one line, cut with … where they are longer."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[:most].rstrip()}…"
