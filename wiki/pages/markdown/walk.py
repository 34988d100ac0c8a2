"""The walk over a page's folded tokens that finds its blocks, items, links, headings and words.

It goes by each token once, and finishes the tokens themselves on the way: heading ids, the boxes of
task lists, the Block of each block. After it, no token changes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import unquote

from markdown_it.token import Token

from wiki.pages.markdown.blocks import Block, name_of
from wiki.pages.markdown.budget import Budget
from wiki.pages.markdown.dialects import take_callout, without_classes
from wiki.pages.markdown.items import Item, plain_text, read_item
from wiki.pages.problems import Problem
from wiki.pages.states import State, split_state

ITEMS = 500
#: What a block costs beside what is in it.
BLOCK_STEPS = 10
#: Characters of addresses and titles, references resolved, that the links of one page may come to.
ADDRESSES = 2_000_000

LinkKind = Literal["wiki", "page", "file", "external"]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:|//")
_FILE = re.compile(r"\.(?!md\Z)[A-Za-z0-9]{1,8}\Z")
_IDENTITY = re.compile(r"(?:(?<![ \t])[ \t]++)?\{#[a-z]-[0-9a-z]{8}\}")
_BOX = re.compile(r"\[([ xX])\][ \t]+")
_NOT_IN_ID = re.compile(r"[^\w\- ]+")

_TOO_MANY = "This block has more than {limit} items: the others are not read."


@dataclass(frozen=True)
class Link:
    """A link of a page. ``target`` and ``anchor`` are as written, percent signs undone."""

    kind: LinkKind
    target: str
    text: str
    anchor: str
    line: int


@dataclass(frozen=True)
class Heading:
    """A heading, and the section under it: ``line`` to ``end_line``, not included.

    ``state`` is how far that is (``web/page/chapters.py``), and no part of the text.
    """

    level: int
    text: str
    anchor: str
    line: int
    end_line: int
    state: State | Literal[""] = ""


class Walk:
    """What has been found in the tokens so far."""

    def __init__(
        self, lines: list[str], budget: Budget, env: dict[str, object], problems: list[Problem]
    ) -> None:
        self.lines = lines
        self.budget = budget
        self.problems = problems
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self.headings: list[Heading] = []
        self.words: list[str] = []
        self.first_image: str | None = None
        self._references = env.get("references")
        self._anchors: dict[str, int] = {}
        self._addresses = ADDRESSES

    def read(self, tokens: list[Token], in_block: bool = False) -> None:
        """Goes through ``tokens``; raises TooHeavy where the page asks for too much."""
        depth = 0
        for index, token in enumerate(tokens):
            if token.type == "inline":
                if index > 1 and tokens[index - 2].type == "list_item_open":
                    _tick(token)
                elif index > 1 and tokens[index - 2].type == "blockquote_open":
                    take_callout(token)
                self._inline(token)
            elif token.type == "heading_open":
                self._heading(token, tokens[index + 1], top=depth == 0 and not in_block)
            elif token.type == "block":
                self._block(token)
            elif token.content and token.type != "notice":
                self.words.append(token.content)
            depth += token.nesting

    def sections(self, line_count: int) -> Iterator[Heading]:
        """The headings, each with the line where its section ends."""
        ends: list[tuple[int, int]] = []
        found: list[Heading] = []
        for heading in reversed(self.headings):
            while ends and ends[-1][0] > heading.level:
                ends.pop()
            end = ends[-1][1] if ends else line_count
            found.append(replace(heading, end_line=end))
            ends.append((heading.level, heading.line))
        return reversed(found)

    def _inline(self, token: Token) -> None:
        line = token.map[0] if token.map else 0
        words: list[str] = []
        opened: tuple[str, int] | None = None
        for child in token.children or ():
            kind = child.type
            if kind == "text":
                words.append(child.content)
                continue
            if kind == "link_open":
                opened = (self._address(child, "href"), len(words))
            elif kind == "link_close" and opened:
                self._link(opened[0], "".join(words[opened[1] :]), line)
                opened = None
            elif kind == "wikilink":
                meta = child.meta
                text = meta["text"] or meta["target"]
                self.links.append(Link("wiki", meta["target"], text, meta["anchor"], line))
            elif kind == "image":
                source = self._address(child, "src")
                self._link(source, plain_text(child), line, image=True)
                self.first_image = self.first_image or source
            words.append(plain_text(child))
        text = "".join(words)
        if "{#" in text:
            text = _IDENTITY.sub("", text)
        if text:
            self.words.append(text)

    def _address(self, token: Token, name: str) -> str:
        """An address, counted: a reference of Markdown may repeat a long one many times."""
        address = str(token.attrs.get(name, ""))
        self._addresses -= len(address) + len(str(token.attrs.get("title", "")))
        if self._addresses < 0:
            self.budget.spend(self.budget.left + 1)
        return address

    def _link(self, href: str, text: str, line: int, image: bool = False) -> None:
        address, _hash, anchor = href.partition("#")
        if _SCHEME.match(href):
            self.links.append(Link("external", href, text, "", line))
            return
        target = unquote(address.partition("?")[0], errors="replace")
        kind: LinkKind = "file" if image or _FILE.search(target) else "page"
        self.links.append(Link(kind, target, text, unquote(anchor, errors="replace"), line))

    def _heading(self, token: Token, inline: Token, *, top: bool) -> None:
        state = _take_state(inline)
        text = " ".join("".join(plain_text(child) for child in inline.children or ()).split())
        anchor = self._anchor(text)
        token.attrs["id"] = anchor
        token.meta["state"] = state
        if top and token.map:
            line = token.map[0]
            self.headings.append(Heading(int(token.tag[1]), text, anchor, line, line, state))

    def _anchor(self, text: str) -> str:
        """The heading's id, as git hosts make it: unlike any other of the page."""
        anchor = _NOT_IN_ID.sub("", text.lower()).strip().replace(" ", "-")[:100] or "section"
        count = self._anchors.get(anchor, 0)
        self._anchors[anchor] = count + 1
        if not count:
            return anchor
        while f"{anchor}-{count}" in self._anchors:
            count += 1
        self._anchors[anchor] = count + 1
        self._anchors[f"{anchor}-{count}"] = 1
        return f"{anchor}-{count}"

    def _block(self, token: Token) -> None:
        inner: list[Token] = token.meta["inner"]
        self.budget.spend(BLOCK_STEPS)
        line, end = token.map or [0, 0]
        self.read(inner, in_block=True)
        name, written, args = name_of(token.info)
        block = Block(
            name=name,
            args=args,
            line=line,
            end_line=end,
            tokens=tuple(inner),
            items=tuple(self._items(inner, line)),
            source="\n".join(self.lines[line:end]),
            written=written,
        )
        for item in block.items:
            self.problems.extend(item.problems)
        token.meta = {"block": block}
        self.blocks.append(block)

    def _items(self, tokens: list[Token], line: int) -> Iterator[Item]:
        """The items of the lists that stand in the block itself."""
        depth = 0
        count = 0
        for index, token in enumerate(tokens):
            if depth == 1 and token.type == "list_item_open" and token.map:
                count += 1
                if count > ITEMS:
                    limit = {"limit": str(ITEMS)}
                    self.problems.append(Problem(line, "too-many-items", _TOO_MANY, limit))
                    return
                yield self._item(token, tokens[index + 1], tokens[index + 2])
            depth += token.nesting

    def _item(self, token: Token, first: Token, inline: Token) -> Item:
        line, end = token.map or [0, 0]
        while end > line + 1 and not self.lines[end - 1].strip():
            end -= 1
        is_text = first.type == "paragraph_open" and inline.map is not None
        below = inline.map[1] if is_text and inline.map else line
        references = self._references if isinstance(self._references, dict) else {}
        return read_item(
            inline.content if is_text else "",
            line=line,
            end_line=end,
            source="\n".join(self.lines[line:end]),
            nested=_dedented(self.lines[below:end]),
            budget=self.budget,
            references=references,
            known=inline.children if is_text else None,
        )


def _tick(token: Token) -> None:
    """The box at the start of a task, out of the text and into a token of its own."""
    children = token.children
    # A bracket behind a backslash is a bracket, so the box has to stand in the source too.
    if not children or children[0].type != "text" or not _BOX.match(token.content):
        return
    if box := _BOX.match(children[0].content):
        children[0].content = children[0].content[box.end() :]
        checkbox = Token("checkbox", "input", 0, meta={"checked": box[1] != " "})
        children.insert(0, checkbox)


def _take_state(inline: Token) -> State | Literal[""]:
    """The state at the end of a heading, out of its words."""
    last = inline.children[-1] if inline.children else None
    if last is not None and last.type == "text":
        last.content = without_classes(last.content)
    # Asked of the source first: a bracket that was escaped there is none.
    if last is None or last.type != "text" or not split_state(inline.content)[1]:
        return ""
    # What stands before the last words, such as a link, is a word too.
    words, state = split_state(f"-{last.content}")
    last.content = words[1:]
    return state


def _dedented(lines: list[str]) -> str:
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    indent = min(indents, default=0)
    return "\n".join(line[indent:] for line in lines).strip("\n")
