"""Words of a line as Markdown: bold, links, addresses, code, what was set aside."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from wiki.api.imports.dialects import enclose, write_paragraph
from wiki.api.imports.markdown import (
    Run,
    Style,
    address,
    at_line_starts,
    code_block,
    code_span,
    escaped,
    resolved,
    styled,
)
from wiki.api.translation import gettext as _

from .expansion import MARK, Aside, Expansion, TooMuch
from .links import Links
from .quotes import paired, toggled

_PROTOCOLS = r"(?:https?://|ftps?://|mailto:|tel:|geo:|news:|irc://|//)"
_TOKEN = re.compile(
    rf"\x7f(?P<mark>\d{{1,7}})\x7f|(?P<br><br>)|<(?P<end>/?)(?P<tag>[a-z]{{1,8}})>"
    rf"|\[(?P<url>{_PROTOCOLS}[^\s\[\]<>\"]{{1,2000}})[ \t]*(?P<label>[^\]\n]{{0,2000}})\]"
    r"|(?P<bare>(?:https?|ftp)://[^\s<>\[\]\"\x7f|{}']{1,2000})",
    re.I,
)
_QUOTES = re.compile(r"('{2,})")
_TRAIL = re.compile(r"[a-zß-öø-ÿœ]{1,60}")
#: what stands for anything but itself in a line
_SIGNS = re.compile(r"[\x7f'<\[&:]|//")
_LAST = re.compile(r"(?<![?!.,:;'’»])[?!.,:;'’»]++$")
_STYLES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em", "var"), "italic"),
    **dict.fromkeys(("s", "del", "strike"), "struck"),
}
_CODE = frozenset({"code", "tt", "kbd", "samp"})
_PLACED = frozenset({"sub", "sup"})
#: tags of words, which stand in a line as they are
WORD_TAGS = frozenset(_STYLES) | _CODE | _PLACED | {"u", "ins", "small", "big"}
_BLOCKS = frozenset({"gallery", "pre", "syntaxhighlight", "source", "poem", "references"})


class Words:
    """Makes Markdown of what stands in lines; notes categories and footnotes on the way."""

    def __init__(self, expansion: Expansion) -> None:
        self.losses = expansion.losses
        self.links = Links(expansion.site, expansion.page, self)
        self._asides = expansion.asides
        self._left = 100 + 4 * len(expansion.asides)
        self._notes: dict[str, str] = {}
        self._order: dict[str, int] = {}

    # What a line is made for

    def paragraph(self, text: str) -> list[str]:
        """The blocks that a paragraph makes: its words, and what stands apart in it."""
        made: list[str] = []
        at = 0
        for mark in MARK.finditer(text):
            aside = self._asides[int(mark[1])]
            if not self._stands_apart(aside):
                continue
            self._add_words(made, text[at : mark.start()])
            made += self._block(aside)
            at = mark.end()
        self._add_words(made, text[at:])
        return made

    def one_line(self, text: str) -> str:
        """Words for a heading, a caption or a footnote; what stands apart elsewhere is in it."""
        return " ".join(self._inline(text).replace("\\\n", " ").split("\n")).strip()

    def plain(self, text: str) -> str:
        """Words without any form."""
        text = MARK.sub(lambda mark: self._plain_aside(self._aside(mark[1])), text)
        text = _QUOTES.sub(lambda run: "'" * (len(run[0]) - 5 if len(run[0]) > 5 else 0), text)
        text = re.sub(r"<br>", "\n", text)
        return resolved(re.sub(rf"</?(?:{'|'.join(sorted(WORD_TAGS))})>", "", text))

    def code_block(self, text: str, language: str = "") -> str:
        """``text`` as a block of code."""
        return code_block(text, language)

    def footnotes(self) -> str:
        """What the footnotes of the page say, in the order of their numbers."""
        lines = []
        for name, number in self._order.items():
            words = self._notes.get(name, "")
            if not words:
                self.losses.add(_("A footnote that says nothing"), name)
            lines.append(f"[^{number}]: {words or '…'}")
        return "\n".join(lines)

    # Inside

    def _add_words(self, made: list[str], text: str) -> None:
        if words := write_paragraph(self._inline(text)):
            made.append(words)

    def _aside(self, number: str) -> Aside:
        self._left -= 1
        if self._left < 0:
            raise TooMuch
        return self._asides[int(number)]

    def _stands_apart(self, aside: Aside) -> bool:
        if aside.kind in ("math", "chem", "ce"):
            return aside.attributes.get("display") == "block"
        if aside.kind == "link":
            return self.links.stands_apart(aside.parts)
        return aside.kind in _BLOCKS and "inline" not in aside.attributes

    def _inline(self, text: str) -> str:
        return "\n".join(self._line(line) for line in text.split("\n"))

    def _line(self, line: str) -> str:
        if not _SIGNS.search(line):
            return escaped(line)
        runs: list[Run] = []
        style = Style()
        parts = paired(_QUOTES.split(line)) if "''" in line else [line]
        opened: list[tuple[str, int]] = []
        for number, part in enumerate(parts):
            marks = number % 2 == 1
            style = toggled(style, part) if marks else self._tokens(part, style, runs, opened)
        for tag, start in reversed(opened):
            enclose(runs, start, "code" if tag in _CODE else tag)
        return styled(runs)

    def _tokens(
        self, text: str, style: Style, runs: list[Run], opened: list[tuple[str, int]]
    ) -> Style:
        """Adds the runs of ``text``; the style behind it."""
        at = 0
        while (found := _TOKEN.search(text, at)) is not None:
            if found.start() > at:
                runs.append((escaped(resolved(text[at : found.start()])), style))
            at = found.end()
            if found["mark"]:
                aside = self._aside(found["mark"])
                trail = _TRAIL.match(text, at) if aside.kind == "link" else None
                at = trail.end() if trail else at
                runs.append((self._inline_aside(aside, trail[0] if trail else ""), style))
            elif found["br"]:
                runs.append(("\\\n", style))
            elif found["url"]:
                runs.append((self._external(found["url"], found["label"]), style))
            elif found["bare"]:
                url = found["bare"]
                over = _LAST.search(url)
                if over or (url.endswith(")") and "(" not in url):
                    end = over.start() if over else len(url) - 1
                    at -= len(url) - end
                    url = url[:end]
                runs.append((f"<{address(url)}>", style))
            else:
                style = self._tag(found, style, runs, opened)
        if at < len(text):
            runs.append((escaped(resolved(text[at:])), style))
        return style

    def _tag(
        self, found: re.Match[str], style: Style, runs: list[Run], opened: list[tuple[str, int]]
    ) -> Style:
        name = found["tag"].lower()
        if name in _STYLES:
            return replace(style, **{_STYLES[name]: not found["end"]})
        if name in _CODE or name in _PLACED:
            if not found["end"]:
                opened.append((name, len(runs)))
            elif any(tag == name for tag, _start in opened):
                while opened:
                    tag, start = opened.pop()
                    enclose(runs, start, "code" if tag in _CODE else tag)
                    if tag == name:
                        break
        elif name not in WORD_TAGS:
            runs.append((escaped(found[0]), style))
        return style

    def _external(self, url: str, label: str) -> str:
        url = resolved(url)
        words = self.one_line(label)
        if url.startswith("//"):
            url = f"https:{url}"
        return f"[{words}]({address(url)})" if words else f"<{address(url)}>"

    # What was set aside

    def _inline_aside(self, aside: Aside, trail: str) -> str:
        if aside.kind == "link":
            return self.links.markdown(aside.parts, trail)
        if aside.kind == "nowiki":
            return escaped(resolved(aside.parts[0])).replace("\n", " ")
        if aside.kind == "ref":
            return self._note(aside)
        if aside.kind in ("math", "chem", "ce"):
            self.losses.add(_("A formula, as its source"), aside.parts[0])
            return code_span(aside.parts[0])
        if aside.kind in ("kept", "pre", "syntaxhighlight", "source"):
            return code_span(resolved(aside.parts[0]) if aside.kind == "pre" else aside.parts[0])
        return " ".join(" ".join(self._block(aside)).split("\n"))

    def _block(self, aside: Aside) -> list[str]:
        """What stands between paragraphs."""
        kinds: Mapping[str, Callable[[Aside], Sequence[str]]] = {
            "link": lambda one: self.links.figure(one.parts),
            "gallery": lambda one: self.links.gallery(one.parts),
            "poem": self._poem,
            "references": self._references,
        }
        if (made := kinds.get(aside.kind)) is not None:
            return list(made(aside))
        text, language = aside.parts[0].strip("\n"), aside.attributes.get("lang", "")
        if aside.kind in ("math", "chem", "ce"):
            self.losses.add(_("A formula, as its source"), text)
            language = "math"
        if aside.kind == "pre":
            text = resolved(re.sub(r"</?nowiki>", "", text))
        return [code_block(text.rstrip(), language)] if text.strip() else []

    def _poem(self, aside: Aside) -> list[str]:
        verses = re.split(r"\n[ \t]*\n+", aside.parts[0].strip("\n"))
        made = []
        for verse in verses:
            lines = [self._inline(line.strip()) for line in verse.split("\n")]
            made.append(at_line_starts("\\\n".join(line for line in lines if line)))
        return made

    def _note(self, aside: Aside) -> str:
        name = aside.attributes.get("name", "")
        key = f"{aside.attributes.get('group', '')}/{name}" if name else f"/{len(self._order)}"
        self._order.setdefault(key, len(self._order) + 1)
        if aside.parts[0].strip() and key not in self._notes:
            self._notes[key] = ""  # a note in itself
            self._notes[key] = self.one_line(aside.parts[0].replace("\n", " "))
        return f"[^{self._order[key]}]"

    def _references(self, aside: Aside) -> list[str]:
        for mark in MARK.finditer(aside.parts[0]):
            one = self._aside(mark[1])
            if one.kind == "ref":
                self._note(one)
        return []

    def _plain_aside(self, aside: Aside) -> str:
        if aside.kind == "link":
            return self.links.plain(aside.parts)
        if aside.kind == "nowiki":
            return aside.parts[0]
        return aside.parts[0] if aside.kind in ("kept", "math", "pre", "syntaxhighlight") else ""
