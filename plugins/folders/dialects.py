"""What Obsidian, HedgeDoc, Outline, Notion write beyond Markdown, as this wiki says it (pure)."""

import re
from collections.abc import Callable

from wiki.api.translation import gettext as _

from .callouts import boxed
from .links import code_lines

#: called with the kind of what is lost, its line, and itself
Lose = Callable[[str, int, str], None]

_COMMENT = re.compile(r"%%.*?%%")
_BLOCK_NAME = re.compile(r"(?<=\S)[ \t]+\^[A-Za-z0-9-]{1,60}[ \t]*$")
_CONTENTS = re.compile(r"[ \t]*(?:\[toc\]|\[\[_?toc_?\]\])[ \t]*", re.I)
_FILM = re.compile(r"\{%[ \t]*(youtube|vimeo)[ \t]+([\w-]{1,40})[ \t]*%\}", re.I)
_MACRO = re.compile(r"\{%[^{}\n]*%\}")
#: in Outline: how wide a picture is, how long a file, what somebody mentions, and a blank line
_WIDTH = re.compile(r'(\]\([^\s()\[\]]{1,400}) "(?:[\w-]{1,40})?(?: ?=(\d{1,5}x\d{1,5}))?"\)')
_LENGTH = re.compile(r"(?<!!)\[([^\[\]\n]+?) \d{1,15}\](?=\(<?(?:\./)?uploads/)")
_MENTION = re.compile(r"@\[([^\[\]\n]+)\]\(mention://[^\s()/]+/(\w+)/[^\s()]+\)")
_BLANK = re.compile(r"[ \t]*\\[ \t]*")
_FENCE = re.compile(r"[ \t>]*(?:`{3,}|~{3,})[ \t]*([\w-]+)")
_FILMS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
_QUERIES = frozenset({"dataview", "dataviewjs", "tasks", "query", "base"})
_DRAWINGS = frozenset({"mermaid", "plantuml", "graphviz", "flow", "sequence", "vega", "excalidraw"})


def ours(text: str, lose: Lose) -> str:
    """``text`` in this wiki's words; what it cannot say is told to ``lose``."""
    kept: list[str] = []
    in_comment = False
    for (number, line, in_code), before, instead in boxed(list(code_lines(text.split("\n")))):
        if instead is not None and not in_comment:
            line = instead
        elif in_code:
            _lose_code(line, number, lose)
        elif in_comment or _is_open(line):
            if not in_comment:
                lose(_("A comment, which readers did not see"), number + 1, line.strip("% "))
            in_comment = "%%" not in line if in_comment else True
            continue
        else:
            line = _line(line, number + 1, lose)
        kept.append(f"{before}{line}".rstrip() if before else line)
    return "\n".join(kept)


def _is_open(line: str) -> bool:
    """Whether a comment of several lines begins in it."""
    words = line.strip()
    return words.startswith("%%") and "%%" not in words[2:]


def _lose_code(line: str, number: int, lose: Lose) -> None:
    kind = found[1].lower() if (found := _FENCE.match(line)) else ""
    if kind in _QUERIES:
        lose(_("A query, which stays as its text"), number + 1, kind)
    elif kind in _DRAWINGS:
        lose(_("A drawing that is written as text, and stays so"), number + 1, kind)


def _line(line: str, number: int, lose: Lose) -> str:
    def hidden(found: re.Match[str]) -> str:
        lose(_("A comment, which readers did not see"), number, found[0].strip("% "))
        return ""

    def macro(found: re.Match[str]) -> str:
        lose(_("A macro, which stays as its text"), number, found[0])
        return found[0]

    if "%%" in line:
        line = _COMMENT.sub(hidden, line)
    if "{%" in line:
        line = _FILM.sub(lambda film: f"<{_FILMS[film[1].lower()]}{film[2]}>", line)
        _MACRO.sub(macro, line)
    if "mention://" in line:
        line = _MENTION.sub(lambda one: f"[[{one[1]}]]" if one[2] == "document" else one[1], line)
    if "uploads/" in line:
        line = _LENGTH.sub(r"[\1]", line)
        line = _WIDTH.sub(lambda one: f"{one[1]}{f' ={one[2]}' if one[2] else ''})", line)
    if _CONTENTS.fullmatch(line) or _BLANK.fullmatch(line):
        return ""
    return _BLOCK_NAME.sub("", line)
