"""Boxes around paragraphs (``:::info``, ``<aside>``) as this wiki's callouts (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: a line with its number from 0, and whether it belongs to a block of code
Line = tuple[int, str, bool]

_KINDS = "info|tip|note|success|warning|danger|important|caution|spoiler"
_OPENS = re.compile(rf"[ \t]{{0,3}}(:{{3,}})[ \t]*({_KINDS})\b[ \t]*(.*)", re.I)
_CLOSES = re.compile(r"[ \t]{0,3}(:{3,})[ \t]*$")
#: Notion's box, and Outline's folded passage, whose text stays in sight
_ASIDE, _ASIDE_ENDS, _FOLD = "<aside>", "</aside>", re.compile(r"\+{3,}$")
_DEEPEST = 20
#: those that have no name here
_CALLED = {"success": "tip", "spoiler": "note"}


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
    if opens := _OPENS.match(line):
        kind = _CALLED.get(opens[2].lower(), opens[2].lower())
        return opens[1], f"> [!{kind}] {opens[3]}".rstrip()
    if words == _ASIDE:
        return _ASIDE, "> [!note]"
    return (words, None) if _FOLD.match(words) else None


def _ends(line: str, words: str) -> str:
    if words == _ASIDE_ENDS or _FOLD.match(words):
        return words
    closes = _CLOSES.match(line)
    return closes[1] if closes else ""


def _fits(mark: str, opened: str) -> bool:
    """Whether a line with ``mark`` ends what ``opened``."""
    if mark == _ASIDE_ENDS:
        return opened == _ASIDE
    return opened.startswith(mark[0]) and len(mark) >= len(opened)
