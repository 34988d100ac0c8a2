"""A block of a page, folded out of the tokens between its opening and its closing ``:::`` line.

A block closes at a line of at least as many colons; one inside another has fewer. Because the lines
come as tokens of the one parser, those in code are no lines of blocks, and a block never crosses
the list or quote that it stands in. One that is never closed ends before the next block that is not
inside it, else before the next heading, else with its container: its content is always shown.
A box of other software (``:::tip Words``), as a push brings it, is the callout that imports write.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from markdown_it.token import Token

from wiki.pages.markdown.items import Item
from wiki.pages.problems import Problem
from wiki.pages.words import slug

DEPTH = 10

_UNCLOSED = "The block “{name}” is not closed: add a line “{colons}” where it ends."
_STRAY = "This line closes no block."
_TOO_DEEP = "Blocks are nested too deeply here."


@dataclass(frozen=True)
class Block:
    """A ``::: name args`` region.

    ``name`` is folded (``besoins``, ``a-completer``), ``written`` is as the author wrote it. Lines
    are those of the whole text: from the opening line up to, without it, ``end_line``. ``tokens``
    are those inside, blocks among them folded too. ``items`` are those of its own lists.
    """

    name: str
    args: str
    line: int
    end_line: int
    tokens: tuple[Token, ...] = field(repr=False, hash=False, compare=False)
    items: tuple[Item, ...] = ()
    source: str = field(default="", repr=False)
    written: str = ""


@dataclass
class Open:
    """A block whose closing line has not come, or, with no colons, a list or a quote."""

    colons: int
    token: Token
    line: int
    out: list[Token]


def name_of(info: str) -> tuple[str, str, str]:
    """``(folded name, name as written, arguments)`` of an opening line."""
    written, _space, args = info.partition(" ")
    return _folded(written), written, args.strip()


@lru_cache(maxsize=512)
def _folded(name: str) -> str:
    return slug(name)


def fold_blocks(tokens: Sequence[Token], problems: list[Problem]) -> list[Token]:
    """``tokens`` with each block one token of type ``block``, what is inside under ``inner``.

    Its ``meta`` has ``inner`` (the list of tokens), its ``info`` the opening line, its ``map`` the
    lines. What cannot be paired is shown as text and told in ``problems``.
    """
    folding = _Folding(problems)
    for token in tokens:
        if token.type == "block_line":
            folding.line(token)
        else:
            folding.other(token)
    folding.end_container(len(folding.stack))
    return folding.top


class _Folding:
    """The stack of open blocks and containers while the tokens pass by."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.top: list[Token] = []
        self.stack: list[Open] = []
        self.out = self.top
        self.depth = 0

    def other(self, token: Token) -> None:
        if token.nesting < 0:
            self.end_container()
        self.out.append(token)
        if token.nesting > 0:
            self.stack.append(Open(0, token, 0, self.out))

    def line(self, token: Token) -> None:
        colons = len(token.markup)
        if token.info:
            while self.stack and 0 < self.stack[-1].colons <= colons:
                self.close(token, closed=False)
            if self.depth >= DEPTH:
                self.text(token, _TOO_DEEP, "blocks-too-deep")
                return
            inner: list[Token] = []
            self.stack.append(Open(colons, token, token.map[0] if token.map else 0, inner))
            self.out = inner
            self.depth += 1
            return
        closing = 0
        for index, opened in enumerate(reversed(self.stack), 1):
            if not opened.colons or opened.colons > colons:
                break
            closing = index
        for left in range(closing, 0, -1):
            self.close(token, closed=left == 1)
        if not closing:
            self.text(token, _STRAY, "stray-block-end")

    def close(self, token: Token | None, *, closed: bool) -> None:
        """Ends the innermost block at ``token``, or, unclosed, where its content seems to end."""
        opened = self.stack.pop()
        opening = opened.token
        self.out = self.stack[-1].out if self.stack else self.top
        self.depth -= 1
        inner = opened.out
        after: list[Token] = []
        end = token.map[1] if token and token.map else None
        if not closed:
            params = {"name": opening.info.split()[0], "colons": opening.markup}
            self.problems.append(Problem(opened.line, "unclosed-block", _UNCLOSED, params))
            inner, after = _until_heading(inner)
            end = after[0].map[0] if after and after[0].map else (end - 1 if end else None)
        if end is None:
            end = max([opened.line + 1, *(inside.map[1] for inside in inner if inside.map)])
        if opening.meta:
            self.out += _quotation(opening, inner, [opened.line, end])
        else:
            block = Token("block", "", 0, map=[opened.line, end], info=opening.info, block=True)
            block.meta = {"inner": inner}
            self.out.append(block)
        self.out.extend(after)

    def end_container(self, count: int = 0) -> None:
        """Ends the innermost list or quote (or everything), and the blocks left open in it."""
        while self.stack:
            if self.stack[-1].colons:
                self.close(None, closed=False)
                continue
            self.stack.pop()
            if not count:
                break
        self.out = self.stack[-1].out if self.stack else self.top

    def text(self, token: Token, message: str, kind: str) -> None:
        line = token.map[0] if token.map else 0
        self.problems.append(Problem(line, kind, message))
        content = f"{token.markup} {token.info}".strip()
        inline = Token("inline", "", 0, content=content, map=token.map, block=True)
        inline.children = [Token("text", "", 0, content=content)]
        self.out += [
            Token("paragraph_open", "p", 1, map=token.map, block=True),
            inline,
            Token("paragraph_close", "p", -1, block=True),
        ]


def _quotation(opening: Token, inner: Sequence[Token], lines: list[int]) -> list[Token]:
    """A box of other software, whose title is the first paragraph of ``inner``."""
    for token in inner:
        token.level += 1
    level = opening.level
    return [
        Token("blockquote_open", "blockquote", 1, map=lines, level=level, block=True),
        *inner,
        Token("blockquote_close", "blockquote", -1, level=level, block=True),
    ]


def _until_heading(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """The tokens before the first heading that is in no list or quote, and those from it on."""
    depth = 0
    for index, token in enumerate(tokens):
        if depth == 0 and token.type == "heading_open":
            return tokens[:index], tokens[index:]
        depth += token.nesting
    return tokens, []
