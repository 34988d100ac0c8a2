"""HTML in a wikitext, written as wikitext: tables, lists, headings, quotations, breaks.

Tags of words (``<b>``, ``<sub>``) stay for ``inline.py``; those of layout (``<div>``, ``<span>``)
go, and what they hold stays. A tag that MediaWiki does not know is text, there as here.
"""

import re

from wiki.api.imports.dialects import Losses
from wiki.api.translation import gettext as _

from .inline import WORD_TAGS

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,15})(?P<rest>(?:[\s/][^<>]{0,2000})?)>"
)
_SPAN = re.compile(r"""\b(?P<name>(?:col|row)span)\s*=\s*["']?(?P<number>\d{1,3})""", re.I)
_GONE = frozenset(
    [
        "span",
        "font",
        "abbr",
        "cite",
        "dfn",
        "q",
        "mark",
        "bdi",
        "bdo",
        "time",
        "data",
        "wbr",
        "ruby",
        "rb",
        "rp",
        "rt",
        "rtc",
        "center",
    ]
)
_PARAGRAPHS = frozenset(
    ["div", "p", "section", "article", "figure", "figcaption", "main", "header", "footer", "aside"]
)
_MOST_NESTED = 20
_PROGRAMS = frozenset(
    [
        "script",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "button",
        "link",
        "meta",
        "base",
        "svg",
    ]
)
_RUNS = re.compile(r"\s(on[a-z]{3,30}\s*=|href\s*=\s*[\"']?\s*(?:javascript|data|vbscript):)", re.I)


def html_as_wikitext(text: str, losses: Losses) -> str:
    """``text`` with its HTML in the words of MediaWiki."""
    if "<" not in text:
        return text
    return _Rewriting(losses).rewrite(text)


class _Rewriting:
    """One text, and the lists and quotations that are open in it."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses
        self._lists: list[str] = []

    def rewrite(self, text: str) -> str:
        """See the module."""
        made: list[str] = []
        at = 0
        for tag in _TAG.finditer(text):
            made.append(self._quoted(text[at : tag.start()]))
            made.append(self._tag(tag["name"].lower(), bool(tag["end"]), tag["rest"], tag[0]))
            at = tag.end()
        made.append(self._quoted(text[at:]))
        return "".join(made)

    def _quoted(self, words: str) -> str:
        """Words between tags: in a list or a quotation each of their lines belongs to it."""
        if not self._lists:
            return words
        lead = "".join(self._lists)
        if lead.strip(":"):
            return " ".join(words.split("\n")) if words.strip() else " " * bool(words)
        first, *more = words.split("\n")
        return "\n".join((first, *(f"{lead}{line}" if line.strip() else "" for line in more)))

    def _tag(self, name: str, end: bool, rest: str, source: str) -> str:
        if rest and _RUNS.search(rest):
            self._losses.add(_("A program in the text"), source)
        if name in WORD_TAGS:
            return f"</{name}>" if end else f"<{name}>"
        if name in _GONE:
            return ""
        if name in _PARAGRAPHS:
            return "\n\n" if not self._lists else " "
        if name == "br":
            return "<br>"
        if name == "hr":
            return "\n----\n"
        if name in ("ul", "ol", "dl", "blockquote"):
            return self._open_or_close(name, end)
        if name in ("li", "dt", "dd"):
            return self._item(name, end)
        if len(name) == 2 and name[0] == "h" and name[1] in "123456":
            sign = "=" * int(name[1])
            return f" {sign}\n" if end else f"\n{sign} "
        if name in ("table", "tr", "td", "th", "caption", "thead", "tbody", "tfoot"):
            return _table(name, end, rest)
        if name in _PROGRAMS:
            self._losses.add(_("A program in the text"), source)
        return source

    def _open_or_close(self, name: str, end: bool) -> str:
        if end:
            if self._lists:
                self._lists.pop()
            return "" if self._lists else "\n\n"
        before = "" if self._lists else "\n\n"
        if len(self._lists) < _MOST_NESTED:
            self._lists.append({"ul": "*", "ol": "#"}.get(name, ":"))
        return f"\n{before}{''.join(self._lists)}" if name == "blockquote" else before

    def _item(self, name: str, end: bool) -> str:
        if end:
            return ""
        lead = "".join(self._lists) or "*"
        if name == "dt":
            lead = f"{lead[:-1]};"
        return f"\n{lead} "


def _table(name: str, end: bool, rest: str) -> str:
    if name == "table":
        return "\n|}\n" if end else "\n{|\n"
    if end:
        return ""
    if name == "tr":
        return "\n|-\n"
    if name == "caption":
        return "\n|+ "
    if name not in ("td", "th"):
        return ""
    spans = " ".join(f'{one["name"].lower()}="{one["number"]}"' for one in _SPAN.finditer(rest))
    sign = "!" if name == "th" else "|"
    return f"\n{sign} {spans} | " if spans else f"\n{sign} "
