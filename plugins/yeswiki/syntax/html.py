"""HTML in a text, and texts that are HTML, as Markdown.

Tags are read one after the other, well formed or not; what they hold is escaped, and where they
lead is looked at, so that whatever was sent is words, links and pictures here.
"""

import re
from html import unescape

from wiki.api.imports.dialects import Losses
from wiki.api.imports.markdown import (
    Run,
    Style,
    at_line_starts,
    code_block,
    code_span,
    escaped,
    styled,
)
from wiki.api.translation import gettext as _

from ..wordlists import wordlist
from .links import Links
from .tables import table_as_markdown

_LONGEST, _DEEPEST, _MOST_OPEN = 2_000_000, 20, 50
_BLOCKS = wordlist(
    "p div section article header footer main aside nav center address figure figcaption"
    " details summary ul ol li dl dt dd blockquote pre table caption thead tbody tfoot tr td th"
    " hr h1 h2 h3 h4 h5 h6 iframe"
)
_INLINE = wordlist(
    "a b strong i em u ins s del strike span font code tt kbd samp small big sub sup mark br"
    " img label abbr cite q"
)
_COMMENT = re.compile(r"<!--(?:(?!-->|<!--).)*+-->|<![a-zA-Z\[][^<>]{0,2000}>", re.S)
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,15})(?P<rest>(?:[\s/][^<>]{0,20000})?)>"
)
_GIVEN = re.compile(
    r"[\s/\"'](?P<name>[a-zA-Z][\w-]{0,30})\s{0,20}=\s{0,20}"
    r"(?:\"(?P<double>[^\"<>]*+)\"|'(?P<single>[^'<>]*+)'|(?P<bare>[^\s\"'<>]++))"
)
#: what is shown to nobody, or asks for something
_DROPPED = wordlist("script style template textarea select svg noscript math object head title")
_PROGRAM = re.compile(
    r"<(?:script|style|form|input|button|object|embed|svg|link|meta|base|template|textarea|select)\b"
    r"|<[^<>]{0,500}\s(?:on[a-z]{3,30}\s*=|(?:href|src|action)\s*=\s*[\"']?\s*(?:javascript|data|vbscript):)",
    re.I,
)
_STYLES = {
    **dict.fromkeys(("b", "strong"), Style(bold=True)),
    **dict.fromkeys(("i", "em", "cite"), Style(italic=True)),
    **dict.fromkeys(("s", "del", "strike"), Style(struck=True)),
}
_CODE = frozenset(("code", "tt", "kbd", "samp"))
_ASIDE = re.compile(r"<(?:video|audio)\b", re.I)
_BREAK = "\\\n"


def html_as_markdown(html: str, links: Links, losses: Losses) -> list[str]:
    """The blocks that ``html`` shows; one where it is words of a line."""
    if "<" not in html and "&" not in html:
        return [escaped(html)] if html.strip() else []
    for found in _PROGRAM.finditer(html):
        losses.add(_("A program in the text"), html[found.start() : found.start() + 200])
    if aside := _ASIDE.search(html):
        losses.add(_("A film or a sound in the text"), html[aside.start() : aside.start() + 200])
    return _Reader(links, losses).read(_COMMENT.sub("", html[:_LONGEST]))


def has_blocks(html: str) -> bool:
    """Whether ``html`` is more than words of a line."""
    return any(found["name"].lower() in _BLOCKS for found in _TAG.finditer(html))


class _Reader:
    """One text: what is open in it, and the blocks that it made."""

    def __init__(self, links: Links, losses: Losses) -> None:
        self._links, self._losses = links, losses
        self._blocks: list[tuple[str, bool]] = []
        self._runs: list[Run] = []
        self._open: list[str] = []
        self._lists: list[list[str | int]] = []
        self._lead = ""
        self._quotes = 0
        self._heading = 0
        self._pre: list[str] | None = None
        self._code: list[str] | None = None
        self._link: tuple[str, int] | None = None
        self._rows: list[list[str]] | None = None
        self._cell: list[str] | None = None

    def read(self, html: str) -> list[str]:
        """See the module."""
        at = 0
        dropped = ""
        for tag in _TAG.finditer(html):
            name, end = tag["name"].lower(), bool(tag["end"])
            if dropped:
                dropped = "" if end and name == dropped else dropped
            else:
                self._text(unescape(html[at : tag.start()]))
                if name in _DROPPED and not end:
                    dropped = "" if tag["rest"].endswith("/") else name
                elif name in _BLOCKS | _INLINE and end:
                    self._end(name)
                elif name in _BLOCKS | _INLINE:
                    self._begin(name, _given(tag["rest"]))
            at = tag.end()
        if not dropped:
            self._text(unescape(html[at:]))
        self._flush()
        made: list[str] = []
        for text, tight in self._blocks:
            if tight and made:
                made[-1] += f"\n{text}"
            else:
                made.append(text)
        return made

    def _text(self, words: str) -> None:
        if self._pre is not None:
            self._pre.append(words)
        elif self._code is not None:
            self._code.append(words)
        elif words:
            words = re.sub(r"[ \t\r\n]+", " ", words.replace("\u00a0", " "))
            if words != " " or self._runs:
                self._runs.append((escaped(words), self._style()))

    def _style(self) -> Style:
        on = [_STYLES[name] for name in self._open if name in _STYLES]
        return Style(
            any(one.bold for one in on) and not self._heading,
            any(one.italic for one in on),
            any(one.struck for one in on),
        )

    def _begin(self, name: str, given: dict[str, str]) -> None:
        if name == "br":
            self._runs.append((_BREAK, self._style()))
        elif name == "img":
            self._runs.append(
                (
                    self._links.picture(given.get("src", ""), given.get("alt", "")),
                    self._style(),
                )
            )
        elif name == "hr":
            self._flush()
            self._add("---")
        elif name == "iframe":
            self._frame(given.get("src", ""))
        else:
            if name in _BLOCKS:
                self._flush()
            if len(self._open) < _MOST_OPEN:
                self._open.append(name)
            self._enter(name, given.get("href", ""))

    def _enter(self, name: str, href: str) -> None:
        if name == "a" and href and self._link is None:
            self._link = (href, len(self._runs))
        elif name in _CODE and self._pre is None and self._code is None:
            self._code = []
        elif name == "pre":
            self._pre = []
        elif name in ("ul", "ol"):
            self._lists.append(["- " if name == "ul" else "1. ", 0])
        elif name == "li":
            self._item()
        elif name == "blockquote":
            self._quotes += 1
        elif len(name) == 2 and name[0] == "h" and name[1].isdigit():
            self._heading = min(int(name[1]) + 1, 6)
        elif name == "table" and self._rows is None:
            self._rows = []
        elif name == "tr" and self._rows is not None:
            self._rows.append([])
        elif name in ("td", "th") and self._rows is not None:
            self._cell = []

    def _item(self) -> None:
        if not self._lists:
            self._lists.append(["- ", 0])
        kind, number = self._lists[-1]
        number = int(number) + 1
        self._lists[-1][1] = number
        self._lead = f"{number}. " if kind == "1. " else "- "

    def _end(self, name: str) -> None:
        if name in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(name)]
        if name == "a" and self._link is not None:
            href, start = self._link
            words = "".join(text for text, _style in self._runs[start:]).strip()
            self._link = None
            if words:
                self._runs[start:] = [(self._linked(href, words), self._style())]
        elif name in _CODE and self._code is not None:
            self._runs.append((code_span("".join(self._code)), self._style()))
            self._code = None
        elif name == "pre" and self._pre is not None:
            said, self._pre = "".join(self._pre).strip("\n"), None
            if said.strip():
                self._add(code_block(said))
        elif name in ("td", "th") and self._cell is not None:
            self._flush()
            said = " / ".join(self._cell)
            if name == "th" and said and "*" not in said:
                said = f"**{said}**"
            if self._rows:
                self._rows[-1].append(said)
            self._cell = None
        elif name in _BLOCKS:
            self._flush()
            self._leave(name)

    def _leave(self, name: str) -> None:
        if name in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif name == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif name[0] == "h":
            self._heading = 0
        elif name == "table" and self._rows is not None:
            rows, self._rows = [row for row in self._rows if any(row)], None
            if rows:
                self._add(table_as_markdown(rows))

    def _linked(self, href: str, words: str) -> str:
        if "](" in words or "[[" in words or "`" in words:
            target = self._links.target_of(href)
            return f"[{words}]({target})" if target and not words.startswith("[[") else words
        plain = re.sub(r"\\([^\w\s])", r"\1", words.replace(_BREAK, " "))
        return self._links.markdown(href, plain, href)

    def _frame(self, src: str) -> None:
        self._flush()
        self._losses.add(_("A frame of another site: its address is a link now"), src)
        if src.startswith(("https://", "http://", "//")):
            self._add(self._links.bare(f"https:{src}" if src.startswith("//") else src))

    def _flush(self) -> None:
        """Makes a paragraph of the words so far."""
        runs, self._runs, self._link = self._runs, [], None
        words = styled(runs).strip()
        while words.endswith("\\") and not words.endswith("\\\\"):
            words = words[:-1].rstrip()
        words = words.removeprefix(_BREAK).strip()
        if not words:
            return
        if self._cell is not None:
            self._cell.append(" ".join(words.replace(_BREAK, " / ").split("\n")))
        elif self._heading:
            self._add(f"{'#' * self._heading} {' '.join(words.replace(_BREAK, ' ').split())}")
        else:
            self._add(at_line_starts("\n".join(line.strip() for line in words.split("\n"))))

    def _add(self, text: str) -> None:
        lead, self._lead = self._lead, ""
        tight = bool(lead)
        if self._lists:
            depth = "".join(" " * len(str(kind)) for kind, _number in self._lists[:_DEEPEST])
            above = depth[: len(depth) - len(lead)] if lead else depth
            lines = text.split("\n")
            text = "\n".join(
                f"{above}{lead}{line}" if not at else f"{depth}{line}".rstrip()
                for at, line in enumerate(lines)
            )
            if tight and not (self._blocks and self._listed):
                tight = False
        if self._quotes:
            text = "\n".join(
                f"{'> ' * min(self._quotes, _DEEPEST)}{line}".rstrip() for line in text.split("\n")
            )
        self._blocks.append((text, tight))
        self._listed = bool(self._lists)

    _listed = False


def _given(rest: str) -> dict[str, str]:
    """The attributes of a tag."""
    return {
        found["name"].lower(): unescape(found["double"] or found["single"] or found["bare"] or "")
        for found in _GIVEN.finditer(rest)
    }
