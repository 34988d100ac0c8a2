"""What pandoc read, made clean: the tree of a document without what only its program needed.

Attributes, styles, raw code, underlines, bookmarks and empty paragraphs go; every word stays, and
what marks it where Markdown can say it. Tables become ones that Markdown has: a cell is one line,
a cell over several is said once. Pure; ``picture`` says what a picture is called.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wiki.documents.read.nodes import (
    NO_ATTR,
    SPACE,
    Inlines,
    Node,
    is_a,
    parts_of,
    plain,
    some,
    words_of,
)
from wiki.documents.read.tables import Cell, table

_ADDRESS = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_SCHEME, _DISK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:"), re.compile(r"[A-Za-z]:/")
#: characters of the address of a picture that is lost
_CUT = 100
_LANGUAGE = re.compile(r"[\w+#.-]{1,40}")
_NO_LANGUAGE = frozenset({"code", "sourceCode", "code-wrap"})
_SPLICED = frozenset({"Span", "Underline", "SmallCaps", "Quoted", "Cite"})
_MARKED = frozenset({"Emph", "Strong", "Strikeout"})
#: what Word puts in words, and nobody sees
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_QUOTES = {"DoubleQuote": "“”", "SingleQuote": "‘’"}
#: a title stands above the text: its headings begin below
_FIRST_LEVEL = 2
_LAST_LEVEL = 6
#: among how many blocks the title is looked for that a document says it has
_ABOVE = 3


@dataclass
class Cleaning:
    """Cleans one document: ``blocks`` in, blocks out; what it came upon is in its fields.

    ``picture(src, alt)`` gives a new name, an address to lead to instead, or "" where it is lost.
    ``beside``: the document lies in a folder, so that links to what lies there are kept.
    """

    picture: Callable[[str, str], str]
    beside: bool = False
    title: str = ""
    summary: str = ""
    lost_pictures: list[str] = field(default_factory=list)

    def whole(self, blocks: Sequence[Node]) -> list[Node]:
        """The document, its title taken out, its headings in steps of one."""
        cleaned = self.blocks(blocks)
        if not self.title:
            self.title = _own_title(cleaned)
        else:
            # A page may have a sign of its own above its title.
            for block in cleaned[:_ABOVE]:
                if plain(block) == self.title:
                    cleaned.remove(block)
                    break
        levels = sorted({block["c"][0] for block in cleaned if block["t"] == "Header"})
        steps = {
            level: min(_LAST_LEVEL, _FIRST_LEVEL + number) for number, level in enumerate(levels)
        }
        for block in cleaned:
            if block["t"] == "Header":
                block["c"][0] = steps[block["c"][0]]
        return cleaned

    def blocks(self, blocks: Sequence[Node]) -> list[Node]:
        """Blocks as Markdown has them."""
        return [one for block in blocks for one in self._block(block)]

    def _block(self, block: Node) -> list[Node]:
        kind, content = parts_of(block)
        if kind in ("Para", "Plain"):
            inlines = self._line(content)
            return [{"t": kind, "c": inlines}] if inlines else []
        if kind == "Header":
            words = _unmarked(self._line(content[2]))
            return [{"t": "Header", "c": [content[0], NO_ATTR, words]}] if words else []
        if kind == "Div":
            return self._div(content[0], content[1])
        if kind == "BlockQuote":
            return some("BlockQuote", self.blocks(content))
        if kind == "BulletList":
            return some("BulletList", self._items(content))
        if kind == "OrderedList":
            items = self._items(content[1])
            start = [content[0][0], {"t": "Decimal"}, {"t": "Period"}]
            return [{"t": "OrderedList", "c": [start, items]}] if items else []
        if kind == "DefinitionList":
            pairs = [
                [self._line(term), [self.blocks(one) for one in meanings]]
                for term, meanings in content
            ]
            return some("DefinitionList", pairs)
        if kind == "LineBlock":
            lines = [part for line in content for part in (*line, {"t": "LineBreak"})]
            return self._block({"t": "Para", "c": lines[:-1]})
        if kind == "CodeBlock":
            return [_code(content)]
        if kind == "HorizontalRule":
            return [_raw("---")]
        if kind == "Figure":
            return self._figure(content)
        if kind == "Table":
            return self._table(content)
        return []

    def _div(self, attr: Sequence[Any], blocks: Sequence[Node]) -> list[Node]:
        style = dict(attr[2]).get("custom-style", "").lower()
        if style.startswith("toc"):
            return []  # a table of contents: a page has its own
        cleaned = self.blocks(blocks)
        if style in ("title", "subtitle") and not getattr(self, _PLACE[style]):
            setattr(self, _PLACE[style], plain(cleaned))
            return []
        return cleaned

    def _items(self, items: Sequence[Sequence[Node]]) -> list[list[Node]]:
        cleaned = (self.blocks(item) for item in items)
        return [item for item in cleaned if item]

    def _figure(self, content: Sequence[Any]) -> list[Node]:
        caption = plain(content[1][1])
        cleaned = self.blocks(content[2])
        images = [one for block in cleaned for one in block.get("c", []) if is_a(one, "Image")]
        if len(images) == 1:
            image = images[0]["c"]
            if not plain(image[1]):
                image[1] = words_of(caption)
            elif caption and caption != plain(image[1]):
                image[2][1] = caption
            return cleaned
        return [*cleaned, *some("Para", words_of(caption))]

    def _table(self, content: Sequence[Any]) -> list[Node]:
        _attr, caption, columns, head, bodies, foot = content
        rows = [*head[1], *(row for body in bodies for part in body[2:] for row in part), *foot[1]]
        cells = [[Cell(self.blocks(cell[4]), cell[2], cell[3]) for cell in row[1]] for row in rows]
        if len(cells) == 1 and len(cells[0]) == 1:
            # A frame around words, which programs make of a table.
            return some("BlockQuote", cells[0][0].blocks)
        return [*some("Para", words_of(plain(caption[1]))), *table(cells, columns)]

    def _line(self, inlines: Sequence[Node]) -> Inlines:
        """Words without breaks and spaces around them."""
        line = self._inlines(inlines)
        while line and line[0]["t"] in ("Space", "LineBreak"):
            line.pop(0)
        while line and line[-1]["t"] in ("Space", "LineBreak"):
            line.pop()
        if line and is_a(line[0], "Str") and line[0]["c"].startswith(":::"):
            line.insert(0, {"t": "RawInline", "c": ["commonmark", "\\"]})
        return line

    def _inlines(self, inlines: Sequence[Node]) -> Inlines:
        return [one for inline in inlines for one in self._inline(inline)]

    def _inline(self, inline: Node) -> Inlines:
        kind, content = parts_of(inline)
        if kind == "Str":
            text = _UNSEEN.sub("", content)
            return [{"t": "Str", "c": text}] if text else []
        if kind in ("Space", "SoftBreak"):
            return [SPACE]
        if kind == "LineBreak":
            return [inline]
        if kind in _MARKED:
            return some(kind, self._inlines(content))
        if kind in _SPLICED:
            inside = self._inlines(content if kind in ("Underline", "SmallCaps") else content[1])
            if kind != "Quoted":
                return inside
            marks = _QUOTES.get(content[0]["t"], "“”")
            return [{"t": "Str", "c": marks[0]}, *inside, {"t": "Str", "c": marks[1]}]
        if kind in ("Superscript", "Subscript"):
            return self._raised(content, _RAISED if kind == "Superscript" else _LOWERED)
        if kind == "Code":
            return [{"t": "Code", "c": [NO_ATTR, content[1]]}]
        if kind == "Math":
            return [{"t": "Code", "c": [NO_ATTR, content[1]]}]
        if kind == "Note":
            return some("Note", self.blocks(content))
        if kind == "Link":
            return self._link(content)
        if kind == "Image":
            return self._image(content)
        return []

    def _raised(self, content: Sequence[Node], signs: dict[int, int]) -> Inlines:
        inside = self._inlines(content)
        words = plain(inside)
        if words and all(ord(char) in signs for char in words):
            return [{"t": "Str", "c": words.translate(signs)}]
        return inside

    def _link(self, content: Sequence[Any]) -> Inlines:
        words, target = self._inlines(content[1]), str(content[2][0])
        if self.beside and not _ADDRESS.match(target):
            target = near(target)
        elif not _ADDRESS.match(target):
            target = ""
        if not words or not target:
            return words
        return [{"t": "Link", "c": [NO_ATTR, words, [target, ""]]}]

    def _image(self, content: Sequence[Any]) -> Inlines:
        alt = plain(self._inlines(content[1])) or dict(content[0][2]).get("alt", "")
        alt = alt.partition("\n")[0].strip()
        name = self.picture(str(content[2][0]), alt)
        if _ADDRESS.match(name):
            return [{"t": "Link", "c": [NO_ATTR, words_of(alt or name), [name, ""]]}]
        if not name:
            self.lost_pictures.append(alt or str(content[2][0]).partition(",")[0][:_CUT])
            return words_of(f"[{alt}]") if alt else []
        return [{"t": "Image", "c": [NO_ATTR, words_of(alt), [name, ""]]}]


_PLACE = {"title": "title", "subtitle": "summary"}


def near(target: str) -> str:
    """The address of something in the folder that a document lies in; "" for what is none.

    It begins with a point or a slash, and so as no name of a picture inside of the document. Of an
    address on somebody's disk the last name is left.
    """
    target = target.replace("\\", "/").strip()
    if target.lower().startswith("file:") or _DISK.match(target):
        target = target.rstrip("/").rpartition("/")[2]
    if not target or target.startswith(("#", "//")) or _SCHEME.match(target):
        return ""
    return target if target.startswith(("/", "./", "../")) else f"./{target}"


def _own_title(cleaned: list[Node]) -> str:
    """Takes out a heading that stands first and above all others: it is the title."""
    headings = [block["c"][0] for block in cleaned if block["t"] == "Header"]
    if not headings or cleaned[0]["t"] != "Header":
        return ""
    if headings.count(headings[0]) > 1 or headings[0] != min(headings):
        return ""
    return plain(cleaned.pop(0)["c"][2])


def _unmarked(inlines: Inlines) -> Inlines:
    """A heading that is bold as a whole is a heading already."""
    while len(inlines) == 1 and inlines[0]["t"] in ("Strong", "Emph"):
        inlines = inlines[0]["c"]
    return [SPACE if is_a(one, "LineBreak") else one for one in inlines]


def _code(content: Sequence[Any]) -> Node:
    classes, text = content[0][1], str(content[1])
    named = [one.removeprefix("language-") for one in classes if one not in _NO_LANGUAGE]
    language = named[0] if named and _LANGUAGE.fullmatch(named[0]) else ""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return _raw(f"{fence}{language}\n{text}\n{fence}")


def _raw(text: str) -> Node:
    return {"t": "RawBlock", "c": ["commonmark", text]}
