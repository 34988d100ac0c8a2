"""A page's passages: what can be quoted of it, in its own words, each with its place (pure).

The summary is a passage by itself; below each heading paragraphs, items of lists and rows of tables
are joined to some ninety words, and cut at sentences where they are longer. Of the blocks of
plugins the words of their items are told, and those of a story with their days.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wiki.api.meaning import text_digest
from wiki.api.pages import Page
from wiki.api.pages.blocks import STORY_BLOCKS, Block
from wiki.api.pages.items import plain_text

if TYPE_CHECKING:
    from markdown_it.token import Token

SUMMARY, STORY = "summary", "story"
#: words that paragraphs are joined to; longer ones are cut
_JOINED, _LONGEST = 90, 130
#: characters of a passage, whatever its words are
_CHARACTERS = 1_500
#: passages of one page
_OF_A_PAGE = 400
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_IDENTITY = re.compile(r"(?:(?<![ \t])[ \t]++)?\{#[a-z]-[0-9a-z]{8}\}")
_MARKS = re.compile(r"(?<!\w)[#@](?=\w)")


@dataclass(frozen=True)
class Passage:
    """Words of a page: ``heading`` and its ``anchor`` are "" above the first one.

    ``kind`` is SUMMARY, STORY, or "". In a story each line begins with its day.
    """

    title: str
    heading: str
    anchor: str
    text: str
    kind: str = ""

    @property
    def said(self) -> str:
        """What is read of it by meaning, in one line."""
        return said_of(self.title, self.heading, self.text)

    @property
    def digest(self) -> bytes:
        """Sixteen bytes that stand for what is read."""
        return text_digest(self.said)


def said_of(*words: str) -> str:
    """Title, heading and text as they are read together, in one line."""
    return ". ".join(filter(None, (" ".join(one.split()).rstrip(".") for one in words)))


def about_of(title: str, passages: Sequence[Passage]) -> str:
    """What a page is about, as it is read by meaning."""
    first = passages[0] if passages else None
    return first.said if first is not None and first.kind == SUMMARY else said_of(title)


def passages_of(page: Page) -> list[Passage]:
    """The passages of a page in their order; those behind the first few hundred are left out."""
    title = " ".join(page.title.split())
    gathered = _Gathered(title)
    gathered.add_alone(" ".join(page.summary.split()), SUMMARY)
    _read(page.document.tokens, gathered)
    gathered.end()
    return gathered.passages[:_OF_A_PAGE]


@dataclass
class _Gathered:
    """The passages so far, and the lines of the one that grows."""

    title: str
    heading: str = ""
    anchor: str = ""
    passages: list[Passage] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    words: int = 0

    def begin(self, heading: str, anchor: str) -> None:
        """Goes on below another heading."""
        self.end()
        self.heading, self.anchor = heading, anchor

    def add(self, line: str, kind: str = "") -> None:
        """One more paragraph, item or row."""
        for piece in _cut(line):
            size = len(piece.split())
            length = sum(map(len, self.lines)) + len(piece)
            if self.lines and (self.words + size > _JOINED or length > _CHARACTERS):
                self._end_full(kind, len(piece))
            self.lines.append(piece)
            self.words += size

    def _end_full(self, kind: str, length: int) -> None:
        """Begins another passage, with the line that announces what follows if it has room."""
        last = self.lines[-1]
        carried = last.endswith(":") and len(last) + length <= _CHARACTERS
        if carried:
            self.lines.pop()
        self.end(kind)
        if carried:
            self.lines, self.words = [last], len(last.split())

    def add_alone(self, line: str, kind: str) -> None:
        """A passage of its own."""
        self.end()
        self.add(line)
        self.end(kind)

    def end(self, kind: str = "") -> None:
        """The next line begins another passage."""
        if text := "\n".join(self.lines).strip():
            self.passages.append(Passage(self.title, self.heading, self.anchor, text, kind))
        self.lines, self.words = [], 0


def _read(tokens: Sequence["Token"], gathered: _Gathered) -> None:
    cells: list[str] | None = None
    before = anchor = ""
    for token in tokens:
        if len(gathered.passages) > _OF_A_PAGE:
            return
        kind = token.type
        if kind == "inline":
            words = _words(token)
            if before == "heading_open":
                gathered.begin(words, anchor)
            elif cells is not None:
                cells.append(words)
            elif words:
                gathered.add(words)
        elif kind == "heading_open":
            # As pages show it (wiki/rendering/links.py).
            anchor = f"h-{token.attrs.get('id', '')}"
        elif kind == "tr_open":
            cells = []
        elif kind == "tr_close":
            gathered.add(" · ".join(filter(None, cells or ())))
            cells = None
        elif kind == "block":
            _read_block(token.meta["block"], gathered)
        elif kind in ("fence", "code_block"):
            gathered.add(" ".join(token.content.split()))
        before = kind


def _read_block(block: Block, gathered: _Gathered) -> None:
    if block.name in STORY_BLOCKS:
        gathered.end()
        for item in block.items:
            gathered.add(_item_words(item.date or "", item.plain, item.nested), STORY)
        gathered.end(STORY)
    elif block.items:
        for item in block.items:
            gathered.add(_item_words(item.date or "", item.plain, item.nested))
    else:
        _read(block.tokens, gathered)


def _item_words(day: str, plain: str, nested: str) -> str:
    words = " ".join(f"{day} {plain} {_MARKS.sub('', nested)}".split())
    return _IDENTITY.sub("", words)


def _words(inline: "Token") -> str:
    words = "".join(plain_text(child) for child in inline.children or ())
    return " ".join(_IDENTITY.sub("", words).split())


def _cut(line: str) -> Iterator[str]:
    """A line in pieces of sentences, none much longer than is good."""
    if len(line) <= _CHARACTERS and len(line.split()) <= _LONGEST:
        if line:
            yield line
        return
    piece, size = "", 0
    for sentence in _sentences(line):
        more = len(sentence.split())
        if piece and (size + more > _JOINED or len(piece) + len(sentence) > _CHARACTERS):
            yield piece
            piece, size = "", 0
        piece, size = f"{piece} {sentence}".strip(), size + more
    if piece:
        yield piece


def _sentences(line: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(line):
        words = sentence.split()
        for start in range(0, len(words), _LONGEST):
            part = " ".join(words[start : start + _LONGEST])
            # A run without spaces may be as long as a page.
            for at in range(0, len(part), _CHARACTERS):
                yield part[at : at + _CHARACTERS]
