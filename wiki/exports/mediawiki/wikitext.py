"""A text as wikitext: from the tokens of the one reading, block by block (pure).

What has no markup of MediaWiki's own is the HTML that it takes. What a block of ours lists of other
pages cannot be known here: its line stays as a comment.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from markdown_it.token import Token

from wiki.pages.document import Document
from wiki.pages.markdown.blocks import Block

_SPECIAL = re.compile(r"[<>\[\]{}|]|''+|~~~+|__+|&(?=#?\w+;)")
#: what means something at the begin of a line
_LEADING = re.compile(r"[*#:;=!\- ]")
_IDENTITY = re.compile(r"(?<!\s)\s*+\{#[a-z]-[0-9a-z]{8}\}")
_FAR = re.compile(r"(?:https?:|mailto:|//)", re.I)
_SIMPLE = frozenset({"paragraph_open", "paragraph_close", "inline"})
_LISTS = {"bullet_list_open": "*", "ordered_list_open": "#"}


@dataclass(frozen=True)
class Around:
    """Where links lead: a link as written in the text, or between double brackets, as what follows
    ``[[``; None where it leads nowhere. ``picture`` likewise, a file's name."""

    link: Callable[[str], str | None]
    wiki: Callable[[str, str], str | None]
    picture: Callable[[str], str | None]


def wikitext(document: Document, around: Around, title: str = "") -> str:
    """``document`` as wikitext, without a first heading that says its ``title``."""
    if document.too_heavy:
        return f"<pre>{_code(document.body)}</pre>\n"
    writer = _Writer(around, _notes(document.tokens))
    tokens: Sequence[Token] = document.tokens
    if len(tokens) > 2 and tokens[0].tag == "h1" and tokens[1].content.strip() == title.strip():
        tokens = tokens[3:]
    text = "\n".join(writer.blocks(tokens)).strip("\n")
    return f"{text}\n\n<references />\n" if writer.noted else f"{text}\n"


def plain(words: str) -> str:
    """``words`` in which nothing is markup."""
    return _SPECIAL.sub(lambda found: "".join(f"&#{ord(one)};" for one in found[0]), words)


class _Writer:
    def __init__(self, around: Around, notes: dict[int, Sequence[Token]]) -> None:
        self._around = around
        self._notes = notes
        #: numbers of notes whose words stand in the text
        self.noted: set[int] = set()

    def blocks(self, tokens: Sequence[Token]) -> Iterator[str]:
        """Each block with an empty line behind it."""
        index = 0
        while index < len(tokens):
            token = tokens[index]
            end = _end(tokens, index)
            inside = tokens[index + 1 : end]
            text = self._block(token, inside)
            if text is not None:
                yield f"{text}\n"
            index = end + 1

    def _block(self, token: Token, inside: Sequence[Token]) -> str | None:
        kind = token.type
        if kind == "heading_open":
            signs = "=" * max(2, int(token.tag[1]))
            return f"{signs} {self._line(inside)} {signs}"
        if kind == "paragraph_open":
            return _begun(self._line(inside))
        if kind in _LISTS:
            return self._list(token, inside)
        if kind == "blockquote_open":
            return f"<blockquote>\n{self._whole(inside)}\n</blockquote>"
        if kind in ("fence", "code_block"):
            return f"<pre>{_code(token.content)}</pre>"
        if kind == "hr":
            return "----"
        if kind == "table_open":
            return self._table(inside)
        if kind == "dl_open":
            return self._meanings(inside)
        if kind == "block":
            return self._own(token.meta["block"])
        if kind == "inline":
            return _begun(self._inline(token))
        return None

    def _whole(self, tokens: Sequence[Token]) -> str:
        return "\n".join(self.blocks(tokens)).strip("\n")

    def _line(self, tokens: Sequence[Token]) -> str:
        return " ".join(self._inline(one) for one in tokens if one.type == "inline")

    def _own(self, block: Block) -> str:
        said = f"::: {block.name} {block.args}".strip().replace("--", "- -").replace(">", "")
        inside = self._whole(block.tokens)
        return f"<!-- {said} -->\n{inside}" if inside else f"<!-- {said} -->"

    def _list(self, opened: Token, inside: Sequence[Token]) -> str:
        lines = self._lines(_LISTS[opened.type], inside)
        if lines is not None:
            return "\n".join(lines)
        tag = "ul" if opened.type == "bullet_list_open" else "ol"
        items = [f"<li>\n{self._whole(item)}\n</li>" for item in _parts(inside)]
        return "\n".join([f"<{tag}>", *items, f"</{tag}>"])

    def _lines(self, marks: str, tokens: Sequence[Token]) -> list[str] | None:
        """The items, a line each; None where one of them is more than lines."""
        lines = []
        for item in _parts(tokens):
            words, below, index = [], [], 0
            while index < len(item):
                end = _end(item, index)
                if item[index].type == "paragraph_open":
                    words.append(self._line(item[index + 1 : end]))
                elif item[index].type in _LISTS:
                    nested = self._lines(marks + _LISTS[item[index].type], item[index + 1 : end])
                    if nested is None:
                        return None
                    below += nested
                else:
                    return None
                index = end + 1
            lines += [f"{marks} {'<br />'.join(words)}", *below]
        return lines

    def _table(self, tokens: Sequence[Token]) -> str:
        lines, mark, row = ['{| class="wikitable"'], "|", False
        for token in tokens:
            if token.type == "tr_open":
                lines += ["|-"] if row else []
                row = True
            elif token.type in ("th_open", "td_open"):
                mark = "!" if token.type == "th_open" else "|"
                if style := token.attrs.get("style"):
                    mark += f' style="{style}" |'
            elif token.type == "inline":
                lines.append(f"{mark} {self._inline(token)}")
        return "\n".join([*lines, "|}"])

    def _meanings(self, tokens: Sequence[Token]) -> str:
        lines, mark = [], ";"
        for token in tokens:
            if token.type in ("dt_open", "dd_open"):
                mark = ";" if token.type == "dt_open" else ":"
            elif token.type == "inline":
                lines.append(f"{mark} {self._inline(token)}")
        return "\n".join(lines)

    def _inline(self, token: Token) -> str:
        out: list[str] = []
        #: how each open link is closed
        links: list[str] = []
        for one in token.children or ():
            kind, meta = one.type, one.meta
            if kind == "text":
                out.append(plain(_IDENTITY.sub("", one.content)))
            elif kind in ("strong_open", "strong_close"):
                out.append("'''")
            elif kind in ("em_open", "em_close"):
                out.append("''")
            elif kind in ("s_open", "s_close"):
                out.append("<s>" if kind == "s_open" else "</s>")
            elif kind == "code_inline":
                out.append(f"<code><nowiki>{_code(one.content)}</nowiki></code>")
            elif kind == "softbreak":
                out.append(" ")
            elif kind == "hardbreak":
                out.append("<br />")
            elif kind == "link_open":
                begin, end = self._link(str(one.attrs.get("href", "")))
                links.append(end)
                out.append(begin)
            elif kind == "link_close":
                out.append(links.pop() if links else "")
            elif kind == "image":
                out.append(self._image(one))
            elif kind == "wikilink":
                out.append(self._wikilink(meta))
            elif kind == "checkbox":
                out.append("☑ " if meta["checked"] else "☐ ")
            elif kind == "footnote_ref":
                out.append(self._note(meta["id"]))
            elif kind == "callout":
                out.append(f"'''{plain(one.content or str(meta['kind']).capitalize())}'''")
            elif kind != "footnote_anchor":
                out.append(plain(one.content))
        return "".join(out).strip()

    def _link(self, href: str) -> tuple[str, str]:
        if _FAR.match(href):
            return f"[{href.replace(' ', '%20').replace(']', '%5D').replace('[', '%5B')} ", "]"
        to = self._around.link(href)
        return ("", "") if to is None else (f"[[{to}|", "]]")

    def _wikilink(self, meta: dict[str, str]) -> str:
        to = self._around.wiki(meta["target"], meta["anchor"])
        if to is None:
            return plain(meta["text"] or meta["target"] or meta["anchor"])
        words = meta["text"] or to.partition("#")[0] or meta["anchor"]
        return f"[[{to}|{plain(words)}]]"

    def _image(self, token: Token) -> str:
        src = str(token.attrs.get("src", "")) or str(token.meta.get("embed", ""))
        alt = plain(token.content)
        if _FAR.match(src):
            return f"[{src.replace(' ', '%20')} {alt or src}]"
        name = self._around.picture(str(token.meta.get("embed") or src))
        return alt if name is None else f"[[File:{name}|frameless|alt={alt}]]"

    def _note(self, number: int) -> str:
        if number in self.noted or number not in self._notes:
            return f'<ref name="n{number + 1}" />' if number in self.noted else ""
        self.noted.add(number)
        words = " ".join(self._inline(one) for one in self._notes[number] if one.type == "inline")
        return f'<ref name="n{number + 1}">{words}</ref>'


def _notes(tokens: Sequence[Token]) -> dict[int, Sequence[Token]]:
    notes: dict[int, Sequence[Token]] = {}
    for index, token in enumerate(tokens):
        if token.type == "footnote_open":
            end = next(
                (at for at in range(index, len(tokens)) if tokens[at].type == "footnote_close"),
                len(tokens),
            )
            notes[token.meta["id"]] = tokens[index + 1 : end]
    return notes


def _end(tokens: Sequence[Token], index: int) -> int:
    """Where what opens at ``index`` is closed; ``index`` itself where nothing opens."""
    depth = 0
    for at in range(index, len(tokens)):
        depth += tokens[at].nesting
        if depth <= 0:
            return at
    return len(tokens) - 1


def _parts(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """What is in each item of a list."""
    index = 0
    while index < len(tokens):
        end = _end(tokens, index)
        yield tokens[index + 1 : end]
        index = end + 1


def _begun(line: str) -> str:
    """A line whose first sign means nothing."""
    return f"&#{ord(line[0])};{line[1:]}" if _LEADING.match(line) else line


def _code(text: str) -> str:
    return escape(text, quote=False)
