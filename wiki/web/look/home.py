"""The home page as it was arranged: what stands first, and its chapters, in the order chosen.

What was arranged is known by words (``actions``) and chapters by their anchors; a chapter that is
written since stands behind the others.
"""

from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from wiki.config.look import Look
from wiki.config.look.values import CHAPTER, HEAD_BLOCKS, TEXT_BLOCKS
from wiki.reading import Reader
from wiki.reading.html import render_passage

_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "source", "track", "wbr"})


class HomePage(NamedTuple):
    """What stands first, by words, and the text below, as it was arranged."""

    head: Sequence[str]
    text: Markup


def arrange_home(reader: Reader, html: Markup) -> HomePage:
    """The home page whose text is ``html``, which passed the gate, as it was arranged."""
    look = reader.instance.look
    head = [key for key in ordered(look, HEAD_BLOCKS) if key not in look.hidden]
    if not (look.home or look.hidden or look.welcome):
        return HomePage(head, html)
    pieces = split_chapters(html)
    if look.welcome:
        passage = render_passage(reader, look.welcome, "")
        pieces["welcome"] = str(Markup('<div class="home-welcome">{}</div>').format(passage))
    text = "".join(
        pieces.get(key, "") for key in text_blocks(look, pieces) if key not in look.hidden
    )
    return HomePage(head, Markup(text))  # noqa: S704 - pieces of what passed the gate


def text_blocks(look: Look, pieces: Sequence[str] | dict[str, str]) -> list[str]:
    """The blocks of the text, in order; ``pieces`` are those of the page as it is now."""
    chapters = [key for key in pieces if key.startswith(CHAPTER)]
    return ordered(look, (*TEXT_BLOCKS, *chapters))


def ordered(look: Look, blocks: Sequence[str]) -> list[str]:
    """``blocks`` in the order that was chosen; those that were not there then come last."""
    chosen = [key for key in look.home if key in blocks]
    return chosen + [key for key in blocks if key not in chosen]


def split_chapters(html: str) -> dict[str, str]:
    """What stands before the first chapter (``opening``), and each chapter by its anchor."""
    places = _Chapters(html).places
    ends = [(0, "opening"), *places, (len(html), "")]
    return {key: html[start:end] for (start, key), (end, _key) in pairwise(ends)}


class _Chapters(HTMLParser):
    """Finds the headings of the second level that stand in nothing."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.places: list[tuple[int, str]] = []
        self._depth = 0
        #: where each line begins: the parser tells lines and columns
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        anchor = dict(attrs).get("id")
        if tag == "h2" and self._depth == 0 and anchor:
            line, column = self.getpos()
            self.places.append((self._lines[line - 1] + column, f"{CHAPTER}{anchor}"))
        if tag not in _VOID:
            self._depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing stands in it; SVG has such."""

    def handle_endtag(self, tag: str) -> None:
        """See HTMLParser."""
        if tag not in _VOID:
            self._depth -= 1
