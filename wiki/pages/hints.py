"""Hints: what a template says should be written in a chapter, and what is never text itself (pure).

In a template, words in italics that make up a line, a list item or the end of either are a hint::

    ## A scene                          →  chapter “A scene”
    *Tell a moment, in the present.*       hint “Tell a moment, in the present.”
    **When all is well.** *One person.*    text “**When all is well.**”, hint “One person.”

A page that is made from the template has the chapters and no hints; the editor shows them beside
chapters that are still empty.
"""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from wiki.pages.words import slug

_HEADING = re.compile(r"#{1,6}[ \t]+(.*)")
#: what may end a heading and is none of its words
_CLOSING = "# \t"
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,}|:{3,})(.*)$")
_MARK = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?")
_HINT = re.compile(r"(?<![*\w\\])\*(?![*\s])([^*\n]+)(?<!\s)\*(?![*\w])")
#: what may stand before a hint and stay: words in bold, words that are filled in, a day
_KEPT = re.compile(r"(?:\*\*[^*\n]++\*\*|\$\w++|\$\{\w++\}|[-\d\s·—–:,.])*+")
_JOINED = " \t·—–:,"


@dataclass(frozen=True)
class Hint:
    """What a template says of the chapter ``heading``, "" before the first; ``lines`` Markdown."""

    heading: str
    lines: tuple[str, ...]

    @property
    def chapter(self) -> str:
        """The heading as it is compared: capitals and accents left out."""
        return slug(self.heading)


def hints_of(body: str) -> list[Hint]:
    """The hints of a template, in their order, those of one chapter together."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line, text in _lines(body):
        if text and (head := _HEADING.fullmatch(line)):
            heading = head[1].rstrip(_CLOSING)
        elif text and (words := _split(line)[1]):
            found.setdefault(heading, []).append(words)
    return [Hint(heading, tuple(lines)) for heading, lines in found.items()]


def has_hints(body: str) -> bool:
    """Whether anything in ``body`` is written as a hint is."""
    return any(text and _split(line)[1] for line, text in _lines(body))


def without_hints(body: str, known: Container[str] | None = None) -> str:
    """``body`` without its hints, or without those among ``known``; a line of nothing else goes."""
    kept: list[str] = []
    gone = False
    for line, text in _lines(body):
        rest, words = _split(line) if text else (line, "")
        if words and known is not None and words not in known:
            rest, words = line, ""
        if words and not rest:
            gone = True
            continue
        # A line that went leaves no hole.
        if gone and not rest.strip() and (not kept or not kept[-1].strip()):
            continue
        gone = False
        kept.append(rest)
    return "\n".join(kept)


def _lines(body: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it is text: neither code nor inside a ``:::`` block."""
    closing = ""
    for line in body.split("\n"):
        fence = _FENCE.fullmatch(line)
        if closing:
            yield line, False
            if fence and fence[1].startswith(closing) and not fence[2].strip():
                closing = ""
        elif fence:
            closing = fence[1]
            yield line, False
        else:
            yield line, True


def _split(line: str) -> tuple[str, str]:
    """What of a line stays, and the words of its hint; a line without one stays as it is."""
    if line.lstrip().startswith("|"):
        return line, ""
    mark = _MARK.match(line)
    start = mark.end() if mark else 0
    hints = list(_HINT.finditer(line, start))
    if not hints or line[hints[-1].end() :].strip():
        return line, ""
    before = _HINT.sub("", line[start : hints[-1].end()])
    if not _KEPT.fullmatch(before):
        # Italics in a sentence are the writer's.
        return line, ""
    words = " · ".join(one[1] for one in hints)
    rest = before.strip().rstrip(_JOINED)
    if not rest or (mark and not rest.startswith("**")):
        return "", words
    return line[:start] + rest, words
