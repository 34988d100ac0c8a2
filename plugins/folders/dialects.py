"""What Obsidian, HedgeDoc and Outline write beyond Markdown, as this wiki says it (pure)."""

import re
from collections.abc import Callable

from wiki.api.translation import gettext as _

from .links import code_lines

#: called with the kind of what is lost, its line, and itself
Lose = Callable[[str, int, str], None]

_COMMENT = re.compile(r"%%.*?%%")
_BLOCK_NAME = re.compile(r"(?<=\S)[ \t]+\^[A-Za-z0-9-]{1,60}[ \t]*$")
_CONTENTS = re.compile(r"[ \t]*(?:\[toc\]|\[\[_?toc_?\]\])[ \t]*", re.I)
_FILM = re.compile(r"\{%[ \t]*(youtube|vimeo)[ \t]+([\w-]{1,40})[ \t]*%\}", re.I)
_MACRO = re.compile(r"\{%[^{}\n]*%\}")
_OPENS = re.compile(r":::[ \t]*(info|tip|note|success|warning|danger|spoiler)\b[ \t]*(.*)", re.I)
_CLOSES = re.compile(r":::[ \t]*$")
_FENCE = re.compile(r"[ \t>]*(?:`{3,}|~{3,})[ \t]*([\w-]+)")
_FILMS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
_QUERIES = frozenset({"dataview", "dataviewjs", "tasks", "query", "base"})
_DRAWINGS = frozenset({"mermaid", "plantuml", "graphviz", "flow", "sequence", "vega", "excalidraw"})


def ours(text: str, lose: Lose) -> str:
    """``text`` in this wiki's words; what it cannot say is told to ``lose``."""
    lines = text.split("\n")
    closed = _blocks(lines)
    kept: list[str] = []
    quoted, in_comment = 0, False
    for number, line, in_code in code_lines(lines):
        if in_code:
            _lose_code(line, number, lose)
        elif in_comment or _is_open(line):
            if not in_comment:
                lose(_("A comment, which readers did not see"), number + 1, line.strip("% "))
            in_comment = "%%" not in line if in_comment else True
            continue
        elif number in closed and (found := _OPENS.match(line)):
            quoted = closed[number]
            kept.append(f"> [!{found[1].lower()}] {found[2]}".rstrip())
            continue
        elif quoted == number and number:
            quoted = 0
            kept.append("")
            continue
        else:
            line = _line(line, number + 1, lose)
        kept.append(f"> {line}".rstrip() if quoted else line)
    return "\n".join(kept)


def _blocks(lines: list[str]) -> dict[int, int]:
    """The lines where blocks open, and where each is closed; one that is not is none."""
    found: dict[int, int] = {}
    start: int | None = None
    for number, line, in_code in code_lines(lines):
        if in_code:
            continue
        if start is None and _OPENS.match(line):
            start = number
        elif start is not None and _CLOSES.match(line):
            found[start], start = number, None
    return found


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
    if _CONTENTS.fullmatch(line):
        return ""
    return _BLOCK_NAME.sub("", line)
