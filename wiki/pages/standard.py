"""A page as Markdown that GitHub, GitLab and Obsidian read: no ``[[…]]``, no ``:::`` (pure).

::

    [[projets/lora|LoRa]]     [LoRa](../projets/lora.md)     a link to nothing: its words
    [plan](/projets/plan)     [plan](../projets/plan.md)     to what is no file: the site's address
    ::: besoins … :::         **Besoins**, then its list     a list by query: a link to the site

Code stays as it is, and so does every other line.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import basename, relpath
from urllib.parse import quote

from markdown_it.token import Token

from wiki.errors import BadField
from wiki.pages.document import read_document
from wiki.pages.head.changes import plain_head
from wiki.pages.head.frontmatter import read_head
from wiki.pages.markdown.blocks import Block
from wiki.pages.markdown.dialects import strip_classes
from wiki.pages.names import Names, named
from wiki.pages.page import Page
from wiki.pages.paths import follow
from wiki.pages.urls import page_url

_TICKS = re.compile("`+")
_WIKI_LINK = re.compile(
    r"(!?)\[\[([^\[\]|#\\]{0,500})(?:#([^\[\]|\\]{1,300}))?(?:\\?\|([^\[\]]{1,500}))?\]\]"
)
_ADDRESS = re.compile(
    r"(\]\([ \t]*<?|^ {0,3}\[[^\]\n]+\]:[ \t]*<?)([^\s<>()]+)((?:[ \t]+=\d*%?x\d*%?)?)"
)
_QUERY = re.compile(r"\{\{[ \t]*[^\W\d_]{1,20}[ \t]+[^{}\n]{1,500}\}\}")
_IDENTITY = re.compile(r"(?<![ \t])[ \t]*+\{#[a-z]-[0-9a-z]{8}\}[ \t]*+$")
_FENCE = re.compile(r"[ \t>]*:{3,}[ \t]*")
_LEAD = re.compile(r"[ \t>]*")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#")


@dataclass(frozen=True)
class Surroundings:
    """What a page's links are read against: all pages and files that a clone holds.

    None of ``pages`` is read here, but copies of them: what was read of all would fill the memory.
    ``site`` is the address of the wiki, for what stands in no file. ``by_name`` and ``turned``
    are its dialect.
    """

    pages: Mapping[str, Page]
    files: frozenset[str]
    site: str
    by_name: bool = False
    turned: bool = False
    titles: Mapping[str, str] = field(init=False)
    names: Names = field(init=False)
    pictures: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        called = [named(_copy(page)) for page in self.pages.values()]
        object.__setattr__(self, "titles", {one.path: one.title for one in called})
        object.__setattr__(self, "names", Names(called))
        object.__setattr__(
            self,
            "pictures",
            {basename(file): file for file in sorted(self.files, reverse=True)},
        )


def standard_text(page: Page, around: Surroundings) -> str:
    """The whole text of ``page`` as standard Markdown, its head included."""
    try:
        text = plain_head(page.text)
    except BadField:
        text = page.text
    page = Page(page.path, page.file, text)
    if page.document.too_heavy:
        return text
    lines = text.split("\n")
    body = read_head(text).body_line
    code = _code_lines(page.document.tokens)
    marks = dict(_marks(page.document.blocks, lines))
    written = _Lines(page, around)
    out = lines[:body]
    for number in range(body, len(lines)):
        if number in code:
            out.append(lines[number])
        elif number in marks:
            words = marks[number]
            out += [] if words is None else [written.block(lines[number], words)]
        else:
            out.append(written.line(lines[number]))
    return "\n".join(out)


def _code_lines(tokens: Sequence[Token]) -> set[int]:
    found: set[int] = set()
    for token in tokens:
        if token.type in ("fence", "code_block") and token.map:
            found.update(range(*token.map))
        elif token.type == "block":
            found |= _code_lines(token.meta["block"].tokens)
    return found


def _marks(blocks: Iterable[Block], lines: Sequence[str]) -> Iterator[tuple[int, Block | None]]:
    """The lines that open a block, with it, and those that close one, with None."""
    for block in blocks:
        yield block.line, block
        last = block.end_line - 1
        if block.line < last < len(lines) and _FENCE.fullmatch(lines[last]):
            yield last, None


class _Lines:
    """The lines of one page, rewritten."""

    def __init__(self, page: Page, around: Surroundings) -> None:
        self._page = page
        self._around = around
        self._folder = page.file.rpartition("/")[0]
        self._url = f"{around.site}{page_url(page.path)}"

    def block(self, line: str, block: Block) -> str:
        """What stands for the line that opens ``block``."""
        lead = _LEAD.match(line)
        words = block.written.replace("-", " ").strip()
        words = words[:1].upper() + words[1:]
        label = f"**{words}**"
        if block.args and not block.items:
            label = f"[{_bare(f'{words} ({block.args})')}]({self._url})"
        return f"{lead[0] if lead else ''}{label}\n{(lead[0] if lead else '').rstrip()}"

    def line(self, line: str) -> str:
        """A line of words, with all but its code rewritten."""
        line = strip_classes(_IDENTITY.sub("", line))
        if not ("[" in line or "{{" in line):
            return line
        parts: list[str] = []
        at = 0
        spans = deque(_code_spans(line))
        for link in (*_WIKI_LINK.finditer(line), None):
            start = link.start() if link else len(line)
            while spans and spans[0][0] < start:
                first, last = spans.popleft()
                if first >= at:  # else it begins in what is behind us
                    parts += [self._words(line[at:first]), line[first:last]]
                    at = last
            if link is not None and start >= at:
                parts += [self._words(line[at:start]), self._wiki(link)]
                at = link.end()
        return "".join((*parts, self._words(line[at:])))

    def _words(self, words: str) -> str:
        words = _ADDRESS.sub(self._address, words)
        return _QUERY.sub(lambda found: f"[…]({self._url})", words)

    def _wiki(self, found: re.Match[str]) -> str:
        around, target = self._around, " ".join(found[2].split())
        anchor, text = (" ".join((part or "").split()) for part in found.group(3, 4))
        if found[1] and (picture := self._picture(target)):
            alt = basename(target).rpartition(".")[0]
            return f"![{_bare(alt)}]({self._to(picture)})"
        if not target and not anchor:
            return found[0]
        if not target:
            return f"[{_bare(text or anchor)}](#{self._anchor(self._page, anchor)})"
        if around.turned and text and (path := self._find(text)) is not None:
            target, text = text, target
        else:
            path = self._find(target)
        if path is None:
            return _bare(text or target)
        page = around.pages[path]
        fragment = f"#{self._anchor(page, anchor)}" if anchor else ""
        return f"[{_bare(text or around.titles[path])}]({self._to(page.file)}{fragment})"

    def _find(self, target: str) -> str | None:
        return self._around.names.find(target, by_name=self._around.by_name)

    def _picture(self, target: str) -> str | None:
        files = self._around.files
        beside = f"{self._folder}/{target}".lstrip("/")
        for name in (beside, target.lstrip("/")):
            if name in files:
                return name
        return self._around.pictures.get(basename(target))

    def _address(self, found: re.Match[str]) -> str:
        href = found[2]
        if _ELSEWHERE.match(href):
            return found[1] + href
        address, hash_sign, fragment = href.partition("#")
        to = follow(self._page.file, address.partition("?")[0])
        path = self._around.names.find_path(to) if to is not None else None
        if path is not None:
            return f"{found[1]}{self._to(self._around.pages[path].file)}{hash_sign}{fragment}"
        if to is not None and to in self._around.files:
            return found[1] + self._to(to)
        if to is not None:
            return f"{found[1]}{self._around.site}{page_url(to)}{hash_sign}{fragment}"
        return f"{found[1]}{self._around.site}/{quote(href.lstrip('/'), safe='/%#?=&-._~')}"

    def _to(self, file: str) -> str:
        return quote(relpath(file, self._folder or "."), safe="/")

    def _anchor(self, page: Page, heading: str) -> str:
        wanted = heading.casefold()
        named: Callable[[str], bool] = lambda words: words.casefold() == wanted  # noqa: E731
        headings = read_document(page.text).headings
        return next((one.anchor for one in headings if named(one.text)), quote(heading))


def _code_spans(line: str) -> list[tuple[int, int]]:
    """Where words in ticks stand, each up to the next run of as many."""
    runs = list(_TICKS.finditer(line))
    following: dict[int, int] = {}
    ends: list[int | None] = [None] * len(runs)
    for at in range(len(runs) - 1, -1, -1):
        length = len(runs[at][0])
        ends[at] = following.get(length)
        following[length] = at
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(runs):
        end = ends[at]
        if end is not None:
            spans.append((runs[at].start(), runs[end].end()))
            at = end
        at += 1
    return spans


def _copy(page: Page) -> Page:
    return Page(page.path, page.file, page.text)


def _bare(words: str) -> str:
    """Words as they may stand in the brackets of a link, and be words elsewhere."""
    return words.replace("[", "(").replace("]", ")")
