"""What Gollum and An Otter Wiki write beyond Markdown, as this wiki says it (pure)."""

import re

from wiki.api.translation import gettext as _

from .dialects import Lose
from .links import code_lines

#: pages that stand beside each other page there
_BESIDE = re.compile(r"_(?:sidebar|footer|header)", re.I)
_METADATA = re.compile(r"\A\s*<!-- ---\r?\n(.{0,5000}?)\r?\n ?-->[ \t]*\r?\n?", re.S)
_LISTS = re.compile(r"[ \t]*\[\[_(?:TOC|SUBPAGES)_(?:[ \t]*\|[^\]\n]*)?\]\][ \t]*", re.I)
_SUBPAGES = re.compile(r"_SUBPAGES_", re.I)
_INCLUDE = re.compile(r"\[\[include:[ \t]*([^\[\]|\n]+)\]\]", re.I)
_MACRO = re.compile(r"<<\w+\([^<>\n]*\)>>|\{\{[a-z-]+[^{}\n]*\}\}", re.I)
_SPOILER = re.compile(r"(?P<quote>>)(?:!|\|) ?")


def stands_beside(name: str) -> bool:
    """Whether a file, named without its ending, is what these show beside each page."""
    return _BESIDE.fullmatch(name.rpartition("/")[2]) is not None


def attached(target: str) -> str:
    """An address of an attachment of An Otter Wiki as the file lies in git; else itself."""
    page, sign, file = target.rpartition("/a/")
    return f"{page}/{file}" if sign and "/" not in file else target


def markdown_of(text: str, lose: Lose) -> str:
    """``text`` without their own marks; what cannot be said is told to ``lose``."""
    if found := _METADATA.match(text):
        text = f"---\n{found[1]}\n---\n{text[found.end() :]}"
    lines = text.split("\n")
    for number, line, in_code in code_lines(lines):
        if not in_code:
            lines[number] = _line(line, number + 1, lose)
    return "\n".join(lines)


def _line(line: str, number: int, lose: Lose) -> str:
    def included(found: re.Match[str]) -> str:
        lose(_("A page put into another, which is a link to it now"), number, found[1])
        return f"[[{found[1].strip()}]]"

    if _LISTS.fullmatch(line):
        if _SUBPAGES.search(line):
            lose(_("A macro, which goes"), number, line.strip())
        return ""
    if "[[" in line:
        line = _INCLUDE.sub(included, line)
    for macro in _MACRO.findall(line):
        lose(_("A macro, which stays as its text"), number, macro)
    if _SPOILER.match(line):
        lose(_("A passage that was folded, which is open now"), number, line)
        line = _SPOILER.sub("> ", line, count=1)
    return line
