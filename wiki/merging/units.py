"""The paragraphs of a text, as Markdown's own blocks make them.

A heading, a paragraph, an item of a list, a quote; a table, code, a ``:::`` block and the front
matter are one each. What no block of Markdown holds, the addresses of links or footnotes, is taken
apart at blank lines. Texts and gaps put one after the other are the whole text, to the letter.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from wiki.cache.properties import cached_property
from wiki.pages.document import Document, read_document
from wiki.pages.head.frontmatter import head_source
from wiki.pages.lines import split_lines

Whole = Literal["head", "heading", "paragraph", "item", "quote", "table", "code", "block", "other"]
#: ``line`` and ``key`` are parts of a paragraph (wiki/merging/parts.py).
Kind = Whole | Literal["line", "key"]

_KINDS: dict[str, Kind] = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "list_item_open": "item",
    "blockquote_open": "quote",
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
    "block": "block",
}
_NUMBER = re.compile(r"(?<!\d)\d++(?=[.)])")
_WORD = re.compile(r"\w+")
_LISTS = ("bullet_list_open", "ordered_list_open")


@dataclass(frozen=True)
class Paragraph:
    """``text`` without the end of its last line, and the ``gap`` up to the next one.

    ``line`` counts from 0 in the whole text, ``index`` among its paragraphs; ``heading`` is the
    heading that it stands under, its own text for a heading, "" above the first.
    """

    index: int
    kind: Kind
    line: int
    text: str
    gap: str
    heading: str = ""

    @cached_property
    def key(self) -> str:
        """The text as far as a reader sees it: the number of an item is the list's."""
        text = self.text.strip("\n")
        return _NUMBER.sub("1", text, count=1) if self.kind == "item" else text

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words, in lower case."""
        return tuple(_WORD.findall(self.text.lower()))

    @cached_property
    def bag(self) -> Counter[str]:
        """How often each word stands in it."""
        return Counter(self.words)


def paragraphs_of(text: str) -> list[Paragraph]:
    """The paragraphs of ``text``; one without words where there are only blank lines."""
    lines = split_lines(text)
    if not lines:
        return []
    found: list[Paragraph] = []
    starts = [*_starts(text, lines), (len(lines), "other", "")]
    for (line, kind, heading), (end, _kind, _heading) in pairwise(starts):
        last = end
        while last > line and not lines[last - 1].strip():
            last -= 1
        whole = "".join(lines[line:last])
        body = whole.rstrip("\r\n")
        gap = whole[len(body) :] + "".join(lines[last:end])
        found.append(Paragraph(len(found), kind, line, body, gap, heading))
    return found


def _starts(text: str, lines: Sequence[str]) -> list[tuple[int, Kind, str]]:
    """Where each paragraph begins, what it is, and the heading it stands under.

    The first one begins with the text, blank lines included.
    """
    document = read_document(text)
    counts_alike = "\r" not in text.replace("\r\n", "") and not document.too_heavy
    blocks = dict(_blocks(text, document)) if counts_alike else {}
    headings = {one.line: one.text for one in document.headings} if counts_alike else {}
    starts: list[tuple[int, Kind, str]] = []
    covered, heading = 0, ""
    for line, written in enumerate(lines):
        if line in blocks:
            kind, covered = blocks[line]
        elif line < covered or not written.strip():
            continue
        elif starts and (lines[line - 1].strip() or written.startswith(("    ", "\t"))):
            if starts[-1][1] == "other":
                continue  # goes on, perhaps after a blank line
            kind = "other"
        else:
            kind = "other"
        heading = headings.get(line, heading)
        starts.append((line if starts else 0, kind, heading))
    return starts or [(0, "other", "")]


def _blocks(text: str, document: Document) -> Iterator[tuple[int, tuple[Kind, int]]]:
    """The first line of each block of Markdown, with its kind and the line after it."""
    if body_line := head_source(text).body_line:
        yield 0, ("head", body_line)
    depth, in_list = 0, False
    for token in document.tokens:
        if depth == 0:
            in_list = token.type in _LISTS
        here = depth == (1 if in_list else 0)
        if here and token.nesting >= 0 and token.map and token.map[0] >= body_line:
            yield token.map[0], (_KINDS.get(token.type, "other"), token.map[1])
        depth += token.nesting
