"""Chapters of a page that say how far they are: a heading that ends with its state in brackets.

::

    ## Budget [à relire]        state "review"; text, anchor and table of contents say “Budget”

Pure: no page is changed here, a text is given back. Names are read folded, in both languages.
"""

import re
from collections.abc import Sequence
from typing import Literal, get_args

from wiki.errors import BadField, NotFound
from wiki.pages.document import read_document
from wiki.pages.lines import split_lines
from wiki.pages.markdown.walk import Heading
from wiki.pages.states import STATE_NAMES, State, split_state
from wiki.translation import gettext as _

#: from not begun to done
STATES: tuple[State, ...] = get_args(State)

_ATX = re.compile(r" {0,3}#{1,6}[ \t]+")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_END = re.compile(r"(.*?)(\r?\n?)", re.S)


def chapters(headings: Sequence[Heading]) -> list[Heading]:
    """The headings that are followed: those of each level of which at least one has a state.

    So “settled: 1 of 8” counts the seven neighbours that say nothing yet. Empty where none has one.
    """
    levels = {one.level for one in headings if one.state}
    return [one for one in headings if one.level in levels]


def with_section_state(text: str, anchor: str, state: State | Literal[""], lang: str = "fr") -> str:
    """``text`` with the chapter ``anchor`` saying ``state``; "" takes it away.

    Nothing else changes: the text is read again before it is given back. Raises NotFound where
    there is no such heading, BadField where it cannot say that.
    """
    headings = read_document(text).headings
    at = next((at for at, one in enumerate(headings) if one.anchor == anchor), None)
    if at is None:
        raise NotFound(_("This page has no such section any more."))
    if headings[at].state == state:
        return text
    lines = split_lines(text)
    line, start, written = _heading_line(lines, headings[at].line)
    bare = split_state(written)[0].rstrip()
    word = STATE_NAMES[state][1 if lang == "en" else 0] if state else ""
    changed = f"{bare} [{word}]" if word else bare
    lines[line] = lines[line][:start] + changed + lines[line][start + len(written) :]
    new = "".join(lines)
    if _say(read_document(new).headings) != _say(headings, at, state):
        raise BadField("state", _("This heading cannot say that. Open the page to edit it."))
    return new


def _heading_line(lines: list[str], line: int) -> tuple[int, int, str]:
    """The line that holds the end of a heading's words, where they begin in it, and these words."""
    if atx := _ATX.match(lines[line]):
        words = _without_end(lines[line])[atx.end() :].rstrip(" \t")
        closed = words.rstrip("#")
        if closed != words and closed.endswith((" ", "\t")):
            words = closed.rstrip(" \t")
        return line, atx.end(), words
    # Underlined: its words may go over several lines, the last of which has the state.
    below = line + 1
    while below < len(lines) and not _UNDERLINE.fullmatch(_without_end(lines[below])):
        below += 1
    written = _without_end(lines[below - 1])
    return below - 1, len(written) - len(written.lstrip()), written.strip()


def _without_end(line: str) -> str:
    found = _END.fullmatch(line)
    return found[1] if found else line


def _say(
    headings: Sequence[Heading], at: int = -1, state: State | Literal[""] = ""
) -> list[tuple[object, ...]]:
    """All that headings say; with ``at``, as if that one had ``state``."""
    return [
        (one.level, one.text, one.anchor, one.line, state if index == at else one.state)
        for index, one in enumerate(headings)
    ]
