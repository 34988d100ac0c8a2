"""Reads HTML that passed the gate as strictly as can be, and says what in it could do anything.

Its lists are written out anew here: a hole made in the gate's table is not a hole in its judge's.
"""

import re
from html.parser import HTMLParser

#: the normal form: no comment, no unquoted value, no bare ``<`` or ``>``, so that all parsers agree
NORMAL = re.compile(
    r'[^<>]*(?:<(?:/[a-z][a-z0-9]*|[a-z][a-z0-9]*(?: [a-z-]+(?:="[^"<>]*")?)*)>[^<>]*)*'
)
TAGS = frozenset(
    [
        "a",
        "abbr",
        "article",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "var",
    ]
)
ATTRIBUTES = frozenset(
    [
        "alt",
        "aria-label",
        "checked",
        "class",
        "colspan",
        "datetime",
        "decoding",
        "dir",
        "disabled",
        "height",
        "href",
        "id",
        "lang",
        "loading",
        "open",
        "rel",
        "reversed",
        "role",
        "rowspan",
        "scope",
        "sizes",
        "src",
        "srcset",
        "start",
        "tabindex",
        "title",
        "type",
        "value",
        "width",
    ]
)
SCHEMES = frozenset({"http", "https", "mailto", "tel", "geo"})
ID = re.compile(r"(?:h|fn|fnref|block)-.+|[a-z]{1,2}-[0-9a-z]{8}")
VOID = frozenset({"br", "hr", "img", "input"})


class _Judge(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.faults.append(f"{tag}: an attribute twice")
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag == "input" and (("type", "checkbox") not in attrs or "disabled" not in names):
            self.faults.append("an input that is no disabled box")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES:
            self.faults.append(f"{tag}[{name}]")
        if name in {"href", "src"} and not _harmless(value):
            self.faults.append(f"{tag}[{name}={value!r}]")
        if name == "srcset" and not all(one[:1] == "/" != one[1:2] for one in value.split(", ")):
            self.faults.append(f"{tag}[{name}={value!r}]")
        if name == "id" and not ID.fullmatch(value):
            self.faults.append(f"{tag}[id={value!r}]")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"<?{data}>")


def _harmless(url: str) -> bool:
    """As browsers read it: outer controls and spaces, inner tabs and line ends are dropped."""
    read = re.sub(r"[\t\n\r]", "", url.strip("".join(map(chr, range(0x21)))))
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", read, re.IGNORECASE)
    return scheme is None or scheme[1].lower() in SCHEMES


def faults(html: str) -> list[str]:
    """What in ``html`` a browser could run, load by a strange scheme, or read in two ways."""
    judge = _Judge()
    judge.feed(html)
    judge.close()
    if not NORMAL.fullmatch(html):
        judge.faults.append("not in the normal form")
    if judge.open:
        judge.faults.append(f"left open: {judge.open}")
    return judge.faults
