"""Safe HTML as a small tree, and back: what the gate gives, whose tags are balanced and few."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from html.parser import HTMLParser

from wiki.cache.properties import cached_property

_WORD = re.compile(r"\w+")
_VOID = frozenset({"br", "hr", "img", "input"})
_INLINE = frozenset(
    {
        *("a", "abbr", "b", "br", "cite", "code", "del", "dfn", "em", "i", "img", "input", "ins"),
        *("kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u"),
        "var",
    }
)


@dataclass(frozen=True)
class Element:
    """An element: ``start`` is its opening tag, as it is written."""

    tag: str
    start: str
    children: "tuple[Node, ...]" = ()

    @property
    def is_void(self) -> bool:
        """Whether it has no end, and nothing in it."""
        return self.tag in _VOID

    @cached_property
    def is_inline(self) -> bool:
        """Whether it stands among words, with all that is in it."""
        return self.tag in _INLINE and all(map(is_inline, self.children))

    @cached_property
    def html(self) -> str:
        """It, as it is written."""
        return self.start if self.is_void else f"{self.start}{written(self.children)}</{self.tag}>"

    def with_children(self, children: "Sequence[Node]") -> "Element":
        """It, with other things in it."""
        return replace(self, children=tuple(children))


Node = str | Element


def is_inline(node: Node) -> bool:
    """Whether a node stands among words."""
    return isinstance(node, str) or node.is_inline


def written(nodes: Sequence[Node]) -> str:
    """Nodes as HTML."""
    return "".join(escape(one, quote=False) if isinstance(one, str) else one.html for one in nodes)


def words_of(nodes: Sequence[Node]) -> Iterator[str]:
    """The words in them."""
    for one in nodes:
        if isinstance(one, str):
            yield from _WORD.findall(one)
        else:
            yield from words_of(one.children)


def read_tree(html: str) -> tuple[Node, ...]:
    """The nodes of safe HTML; a tag that is not closed is closed at the end."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.end()


@dataclass
class _Open:
    tag: str
    start: str
    children: list[Node] = field(default_factory=list)


class _Reader(HTMLParser):
    """Builds the tree while the tags pass by."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._stack = [_Open("", "")]

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        start = self.get_starttag_text() or f"<{tag}>"
        if tag in _VOID:
            self._stack[-1].children.append(Element(tag, start))
        else:
            self._stack.append(_Open(tag, start))

    def handle_endtag(self, tag: str) -> None:
        if any(one.tag == tag for one in self._stack[1:]):
            while self._close() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._stack[-1].children.append(data)

    def end(self) -> tuple[Node, ...]:
        """All that was read."""
        while len(self._stack) > 1:
            self._close()
        return tuple(self._stack[0].children)

    def _close(self) -> str:
        ended = self._stack.pop()
        element = Element(ended.tag, ended.start, tuple(ended.children))
        self._stack[-1].children.append(element)
        return ended.tag
