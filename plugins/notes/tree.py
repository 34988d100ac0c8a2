"""A page as a tree: its headings and list items are nodes, other text is their notes."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from wiki.api.pages import Page
from wiki.api.pages.blocks import Block
from wiki.api.pages.items import read_item
from wiki.api.paths import file_url, page_url
from wiki.api.reading import Reader, get_title, resolve_target


@dataclass(frozen=True)
class Link:
    """Some words, and the whole address that they lead to."""

    words: str
    url: str


#: (target, anchor, whether it is a link of the wiki) → address, "" for none
Address = Callable[[str, str, bool], str]


def words_of(tokens: Iterable[Any], reader: Reader | None = None) -> str:
    """What one reads, without Markdown; a link of the wiki says the title of its page."""
    return " ".join("".join(_words(token, reader) for token in tokens).split())


def links_of(tokens: Iterable[Any], address: Address) -> list[Link]:
    """The links that lead somewhere, each address once."""
    found: dict[str, Link] = {}
    opened: tuple[str, list[Any]] | None = None
    for token in tokens:
        if token.type == "link_open":
            opened = str(token.attrs.get("href", "")), []
        elif token.type == "link_close" and opened:
            _add(found, words_of(opened[1]), address(opened[0], "", False))
            opened = None
        elif token.type == "wikilink":
            target, anchor = token.meta["target"], token.meta["anchor"]
            _add(found, token.meta["text"] or target, address(target, anchor, True))
        elif opened:
            opened[1].append(token)
    return list(found.values())


def _add(found: dict[str, Link], words: str, url: str) -> None:
    if url:
        found.setdefault(url, Link(words or url, url))


def _words(token: Any, reader: Reader | None) -> str:
    if token.type == "wikilink":
        target = str(token.meta["target"] or token.meta["anchor"] or "")
        if text := token.meta["text"]:
            return str(text)
        path = resolve_target(reader, target) if reader is not None else None
        return get_title(reader, path) if reader is not None and path else target
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "image":
        return "".join(_words(child, reader) for child in token.children or ())
    if token.type in ("text", "code_inline", "math_inline", "mark"):
        return str(token.content)
    return ""


_TITLED = re.compile(r"\[\[\s*([^\[\]|#\n]+?)\s*\]\]")


@dataclass
class Node:
    """``kind``: page, heading or item; ``state``: of an item's box; ``notes``: text below it.

    ``place`` is its own address in the page, where it has one.
    """

    text: str
    kind: str = "item"
    state: str = ""
    place: str = ""
    links: list[Link] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    children: "list[Node]" = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it leads: by its first link, else to its place."""
        return self.links[0].url if self.links else self.place

    def count(self) -> int:
        """How many nodes there are, this one included."""
        todo, count = [self], 0
        while todo:
            count += 1
            todo += todo.pop().children
        return count


def tree_of(reader: Reader, page: Page) -> Node:
    """The tree of ``page``, with addresses of this wiki, as far as the reader may know them."""
    here = reader.instance.settings.public_url + page_url(page.path)
    root = Node(page.title, "page", place=here)
    _Growing(reader, page, root).read(page.document.tokens)
    return root


class _Growing:
    """The headings that are open while the tokens pass by, and the items within the last one."""

    def __init__(self, reader: Reader, page: Page, root: Node) -> None:
        self.reader = reader
        self.page = page
        self.open: list[tuple[int, Node]] = [(0, root)]
        #: the items that are open, each None until its words have come
        self.items: list[Node | None] = []

    def read(self, tokens: Sequence[Any]) -> None:
        heading = 0
        anchor = ""
        for token in tokens:
            kind = token.type
            if kind == "heading_open":
                heading, anchor = int(token.tag[1]), str(token.attrs.get("id", ""))
            elif kind == "heading_close":
                heading = 0
            elif kind == "list_item_open":
                self.items.append(None)
            elif kind == "list_item_close":
                self.items.pop()
            elif kind == "block":
                self._block(token.meta["block"])
            elif kind == "inline":
                self._inline(token, heading, anchor)
            elif kind in ("fence", "code_block"):
                self._here().notes.append(token.content.rstrip())

    def _block(self, block: Block) -> None:
        # With words behind its name it is a list of others' items: nothing of this page.
        if block.args.strip() and not block.items:
            return
        items, self.items = self.items, []
        self.read(block.tokens)
        self.items = items

    def _inline(self, token: Any, heading: int, anchor: str) -> None:
        links = links_of(token.children or (), self._address)
        if heading and not self.items:
            words = words_of(token.children or (), self.reader)
            url = self._page_url(f"h-{anchor}" if anchor else "")
            node = Node(words or "…", "heading", place=url, links=links)
            while self.open[-1][0] >= heading:
                self.open.pop()
            self.open[-1][1].children.append(node)
            self.open.append((heading, node))
        elif self.items and self.items[-1] is None:
            parent = self._here()
            node = self._item(token, links)
            self.items[-1] = node
            parent.children.append(node)
        else:
            note = words_of(token.children or (), self.reader)
            here = self._here()
            here.notes += [note] if note else []
            here.links += links

    def _item(self, token: Any, links: list[Link]) -> Node:
        item = read_item(_TITLED.sub(self._titled, token.content))
        missing = [word for word in item.keywords if word not in item.plain]
        said = [item.date or "", item.plain, *(f"#{word}" for word in missing)]
        return Node(" ".join(filter(None, said)) or "…", state=item.state, links=links)

    def _here(self) -> Node:
        """The innermost item that has its words, else the heading above."""
        found = next((node for node in reversed(self.items) if node is not None), None)
        return found or self.open[-1][1]

    def _page_url(self, anchor: str = "") -> str:
        return self.reader.instance.settings.public_url + page_url(self.page.path, anchor)

    def _address(self, target: str, anchor: str, wiki: bool) -> str:
        """Where a link leads, in full; "" where it leads nowhere that may be followed."""
        base = self.reader.instance.settings.public_url
        if wiki:
            path = resolve_target(self.reader, target) if target else self.page.path
            return base + page_url(path) if path else ""
        if target.lower().startswith(("http://", "https://", "mailto:")):
            return target
        if ":" in target.split("/")[0] or target.startswith("//"):
            return ""
        if target.startswith("#"):
            return f"{self._page_url()}{target}"
        return urljoin(base + file_url(self.page.file), target).removesuffix(".md")

    def _titled(self, found: re.Match[str]) -> str:
        path = resolve_target(self.reader, found[1])
        title = re.sub(r"[\[\]|\n]+", " ", get_title(self.reader, path)) if path else ""
        return f"[[{found[1]}|{title}]]" if title.strip() else found[0]


def flat(node: Node, depth: int = 0) -> Iterator[tuple[int, Node]]:
    """The nodes as they stand, each with how deep it is."""
    todo = [(depth, node)]
    while todo:
        level, one = todo.pop()
        yield level, one
        todo += [(level + 1, child) for child in reversed(one.children)]
