"""Reads a wikitext into its nodes, as MediaWiki's own preprocessor does: one pass, one stack.

Any text is read, in time that grows with its length alone: what is never closed is text, and so is
what lies deeper than ``DEEPEST``.
"""

import re
from collections.abc import Callable

from .nodes import Argument, Link, Node, Nodes, Tag, Template

#: braces and brackets in one another; templates of real sites reach some ten
DEEPEST = 40
#: their inside is not read as wikitext with the page around them
TAGS = (
    *("nowiki", "pre", "ref", "references", "gallery", "syntaxhighlight", "source", "math", "chem"),
    *("ce", "poem", "includeonly", "noinclude", "onlyinclude", "score", "timeline", "imagemap"),
    *("templatestyles", "inputbox", "categorytree", "hiero", "graph", "mapframe", "maplink"),
    *("indicator", "templatedata", "section", "script", "style"),
)
_TOKEN = re.compile(
    rf"\{{{{+|\}}}}+|\[\[|\]\]|\||<!--|<(?P<tag>{'|'.join(TAGS)})(?P<rest>(?:\s[^<>]*)?/?)>", re.I
)
_CLOSING = {name: re.compile(rf"</{name}\s*>", re.I) for name in TAGS}
#: a comment alone on its line, not far from where that begins, goes with the line
_LINE_START, _NEAR = re.compile(r"(?:^|\n)[ \t]*\Z"), 100
_LINE_END = re.compile(r"[ \t]{0,100}\n")


class _Piece:
    """What was opened and is not closed yet: its run of braces, and what came since."""

    __slots__ = ("count", "opener", "parts", "start")

    def __init__(self, opener: str, count: int, start: int) -> None:
        self.opener, self.count, self.start = opener, count, start
        self.parts: list[list[Node]] = [[]]


def read_wikitext(text: str) -> Nodes:
    """The nodes of ``text``."""
    return _Reading(text).read()


class _Reading:
    """One text being read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._base: list[Node] = []
        self._stack: list[_Piece] = []
        #: tags that are not closed from here to the end, so that none is looked for twice
        self._unclosed: set[str] = set()

    def read(self) -> Nodes:
        """See the module."""
        text, at = self._text, 0
        while (found := _TOKEN.search(text, at)) is not None:
            self._add(text[at : found.start()])
            at = self._token(found)
        self._add(text[at:])
        whole = self._base
        for piece in self._stack:
            whole += _as_text(piece)
        return _joined(whole)

    def _add(self, node: Node) -> None:
        if node != "":
            (self._stack[-1].parts[-1] if self._stack else self._base).append(node)

    def _token(self, found: re.Match[str]) -> int:
        """Takes what was found; where to read on."""
        sign = found[0]
        if sign == "<!--":
            return self._comment(found)
        if found["tag"]:
            return self._tag(found)
        if sign[0] == "{":
            return self._open("{", len(sign), found)
        if sign == "[[":
            return self._open("[", 2, found)
        if sign[0] == "}":
            return self._close_braces(found)
        if sign == "]]":
            return self._close_link(found)
        if self._stack:
            self._stack[-1].parts.append([])
        else:
            self._add("|")
        return found.end()

    def _open(self, opener: str, count: int, found: re.Match[str]) -> int:
        if len(self._stack) < DEEPEST:
            self._stack.append(_Piece(opener, count, found.start()))
        else:
            self._add(found[0])
        return found.end()

    def _close_braces(self, found: re.Match[str]) -> int:
        at, left = found.start(), len(found[0])
        while left >= 2 and self._stack and self._stack[-1].opener == "{":
            piece = self._stack.pop()
            took = min(left, piece.count, 3)
            at, left, piece.count = at + took, left - took, piece.count - took
            parts = tuple(_joined(part) for part in piece.parts)
            source = self._text[piece.start + piece.count : at]
            kind: Callable[[tuple[Nodes, ...], str], Node] = Template if took == 2 else Argument
            node = kind(parts, source)
            if piece.count >= 2:
                piece.parts = [[node]]
                self._stack.append(piece)
            else:
                self._add("{" * piece.count)
                self._add(node)
        self._add("}" * left)
        return found.end()

    def _close_link(self, found: re.Match[str]) -> int:
        if self._stack and self._stack[-1].opener == "[":
            piece = self._stack.pop()
            parts = tuple(_joined(part) for part in piece.parts)
            self._add(Link(parts, self._text[piece.start : found.end()]))
        else:
            self._add("]]")
        return found.end()

    def _comment(self, found: re.Match[str]) -> int:
        text = self._text
        end = text.find("-->", found.end())
        if end < 0:
            return len(text)
        end += 3
        line_end = _LINE_END.match(text, end)
        near = text[max(0, found.start() - _NEAR) : found.start()]
        if line_end and _LINE_START.search(f"\n{near}" if len(near) < _NEAR else near):
            return line_end.end()
        return end

    def _tag(self, found: re.Match[str]) -> int:
        name, rest = found["tag"].lower(), found["rest"]
        if rest.endswith("/"):
            self._add(Tag(name, rest[:-1].strip(), None, found[0]))
            return found.end()
        end = None
        if name not in self._unclosed:
            end = _CLOSING[name].search(self._text, found.end())
        if end is None:
            self._unclosed.add(name)
            self._add(found[0])
            return found.end()
        inner = self._text[found.end() : end.start()]
        self._add(Tag(name, rest.strip(), inner, self._text[found.start() : end.end()]))
        return end.end()


def _as_text(piece: _Piece) -> list[Node]:
    nodes: list[Node] = [piece.opener * piece.count]
    for number, part in enumerate(piece.parts):
        if number:
            nodes.append("|")
        nodes += part
    return nodes


def _joined(nodes: list[Node]) -> Nodes:
    """``nodes`` with the texts that stand beside each other in one."""
    joined: list[Node] = []
    words: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            words.append(node)
            continue
        if words:
            joined.append("".join(words))
            words = []
        joined.append(node)
    if words:
        joined.append("".join(words))
    return tuple(joined)
