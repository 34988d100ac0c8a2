"""Boxes around paragraphs as this wiki's callouts: ``:::info``, ``<aside>``, ``!!! note``,
``{{% notice tip %}}``."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wiki.pages.lines import code_lines
from wiki.pages.markdown.dialects import KINDS, box_head, callout_head

#: a line with its number from 0, and whether it belongs to a block of code
Line = tuple[int, str, bool]

_CLOSES = re.compile(r"[ \t]{0,3}(:{3,})[ \t]*$")
#: Notion's box, and Outline's folded passage, whose text stays in sight
_ASIDE, _ASIDE_ENDS, _FOLD = "<aside>", "</aside>", re.compile(r"\+{3,}$")
_DEEPEST = 20
#: those of Hugo: ``{{% notice tip "Words" %}}``, ``{{< callout type="info" >}}``
_SHORT = re.compile(
    r"[ \t]*\{\{[<%][ \t]*(/?)(notice|callout|alert|admonition|hint)\b([^{}\n]*?)[>%]\}\}[ \t]*"
)
_WORD = re.compile(rf"\b({KINDS})\b", re.I)
_QUOTED = re.compile(r"title=\"([^\"]*)\"|(?<![=\w])\"([^\"]*)\"[ \t]*$")
#: those of MkDocs, whose text is indented, and its tabs
_INDENTED = re.compile(
    r"(?:!!!|\?\?\?\+?)[ \t]+(?P<kind>[\w-]++)[^\"\n]*+(?:\"(?P<title>[^\"\n]*)\")?[ \t]*"
    r"|===[!+]?[ \t]+\"(?P<tab>[^\"\n]+)\"[ \t]*"
)


@dataclass(frozen=True)
class _Box:
    """A box: its last line, and its head; None for a fold, of which only the marks go."""

    end: int
    head: str | None


def boxed(lines: Sequence[Line]) -> Iterator[tuple[Line, str, str | None]]:
    """Each line with what stands before it; and what it becomes where it begins or ends a box."""
    boxes, inside = _boxes(lines), list[_Box]()
    for line in lines:
        quote = "> " * sum(box.head is not None for box in inside)
        if inside and line[0] == inside[-1].end:
            folded = inside.pop().head is None
            yield line, quote if folded else quote[2:], ""
        elif (box := boxes.get(line[0])) is not None:
            inside.append(box)
            yield line, quote, box.head or ""
        else:
            yield line, quote, None


def _boxes(lines: Sequence[Line]) -> dict[int, _Box]:
    """By the lines where they begin; one that nothing ends is none."""
    found: dict[int, _Box] = {}
    waiting: list[tuple[str, int, str | None]] = []
    # The head of a file may stand between such lines too.
    in_head = bool(lines) and lines[0][1].strip() == "+++"
    for number, line, in_code in lines:
        words = line.strip()
        if in_head or in_code:
            in_head = in_head and (not number or words != "+++")
            continue
        begins = _begins(line, words)
        if begins is not None and begins[1] is None and any(begins[0] == one[0] for one in waiting):
            begins = None  # the same mark ends it
        if begins is not None:
            if len(waiting) < _DEEPEST:
                waiting.append((begins[0], number, begins[1]))
        elif (mark := _ends(line, words)) and any(_fits(mark, one) for one, *_ in waiting):
            while not _fits(mark, waiting[-1][0]):
                waiting.pop()
            _mark, start, head = waiting.pop()
            found[start] = _Box(number, head)
    return found


def _begins(line: str, words: str) -> tuple[str, str | None] | None:
    if head := box_head(line):
        return words[: len(words) - len(words.lstrip(":"))], head
    if (short := _SHORT.fullmatch(line)) and not short[1]:
        kind, title = _WORD.search(short[3]), _QUOTED.search(short[3])
        words = (title[1] or title[2] or "") if title else ""
        return "{{" + short[2], callout_head(kind[1] if kind else "note", words)
    if words == _ASIDE:
        return _ASIDE, "> [!note]"
    return (words, None) if _FOLD.match(words) else None


def _ends(line: str, words: str) -> str:
    if (short := _SHORT.fullmatch(line)) and short[1]:
        return "{{" + short[2]
    if words == _ASIDE_ENDS or _FOLD.match(words):
        return words
    closes = _CLOSES.match(line)
    return closes[1] if closes else ""


def _fits(mark: str, opened: str) -> bool:
    """Whether a line with ``mark`` ends what ``opened``."""
    if mark == _ASIDE_ENDS:
        return opened == _ASIDE
    if mark.startswith("{{"):
        return mark == opened
    return opened.startswith(mark[0]) and len(mark) >= len(opened)


class _Indented(NamedTuple):
    """An indented passage: the column at which its lines begin, and what stands before them."""

    column: int
    before: str


def outdented(lines: Sequence[str]) -> list[str]:
    """``lines`` with the boxes of MkDocs as callouts, and its tabs as passages below their words.

    A line stays one, but where a passage would run into what stands beside it.
    """
    found, inside = list[str](), [_Indented(0, "")]
    follows = _indents(lines)
    for number, line, in_code in code_lines(list(lines)):
        blank, column = not line.strip(), _indent(line)
        left = False
        while len(inside) > 1 and (follows[number] if blank else column) < inside[-1].column:
            left = bool(inside.pop().before)
        at, before = inside[-1]
        if blank:
            found.append(before.rstrip() if before else line)
            continue
        opens = None if in_code else _INDENTED.fullmatch(line[column:])
        if opens is None or follows[number] < column + 4 or len(inside) > _DEEPEST:
            apart = "\n" if left and lines[number - 1].strip() else ""
            found.append(f"{apart}{before}{line[at:]}")
            continue
        before += " " * (column - at)
        if opens["tab"]:
            apart = f"\n{before.rstrip()}" if lines[number + 1].strip() else ""
            found.append(f"{before}**{opens['tab']}**{apart}")
        else:
            found.append(before + callout_head(opens["kind"], opens["title"] or ""))
            before += "> "
        inside.append(_Indented(column + 4, before))
    return found


def _indents(lines: Sequence[str]) -> list[int]:
    """Of each line, how far the next one is indented that is not blank; -1 for none."""
    found, last = list[int](), -1
    for line in reversed(lines):
        found.append(last)
        last = _indent(line) if line.strip() else last
    return found[::-1]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
