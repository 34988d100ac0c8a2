"""Two edits of one paragraph joined by words, where they do not touch the same ones.

Each side's edit is taken as a whole: words that a rewritten sentence happens to keep do not make
room for the other's. Two edits of different sides stand apart when two words or the end of a
sentence are kept between them.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from wiki.merging.difference import changed_places

#: Tokens of a paragraph that is joined by words; a longer one is a conflict.
TOKENS = 6000
#: Words kept between two edits, so that they are two.
APART = 2
#: The share of its words that a side may have rewritten, for the other's edit to fit in.
REWRITTEN = 0.6

_TOKEN = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
#: a run of signs before a blank, or the beginning of a list's line
_BREAK = re.compile(r"(?<![^\w\s])[^\w\s]++(?=\s)|\n[ \t]*+(?:[-*+>|#]|\d++[.)])")
_MARKS = frozenset(".!?…;")


class Edit(NamedTuple):
    """``words`` in place of the base's tokens from ``start`` to ``end``, not included."""

    start: int
    end: int
    words: tuple[str, ...]


def reword(base: str, mine: str, theirs: str) -> str | None:
    """``base`` with the edits of both sides; None where they meet, or the text is too long."""
    tokens, ours, others = (_TOKEN.findall(text) for text in (base, mine, theirs))
    if max(len(tokens), len(ours), len(others)) > TOKENS:
        return None
    edits, theirs_edits = edits_of(tokens, ours), edits_of(tokens, others)
    alone = [one for one in theirs_edits if one not in edits]
    for one in edits:
        if one not in theirs_edits and any(_meet(tokens, one, two) for two in alone):
            return None
    if _rewritten(tokens, edits) or _rewritten(tokens, theirs_edits):
        return None
    written: list[str] = []
    at = 0
    for edit in sorted([*edits, *alone]):
        written += [*tokens[at : edit.start], *edit.words]
        at = edit.end
    return "".join([*written, *tokens[at:]])


def edits_of(base: Sequence[str], side: Sequence[str]) -> list[Edit]:
    """What a side did to the tokens of ``base``, in order; edits that are near are one."""
    edits: list[Edit] = []
    for start, end, new_start, new_end in changed_places(base, side):
        words = tuple(side[new_start:new_end])
        if edits and not _apart(base[edits[-1].end : start]):
            last = edits.pop()
            words = (*last.words, *base[last.end : start], *words)
            start = last.start
        edits.append(Edit(start, end, words))
    return edits


def _meet(tokens: Sequence[str], one: Edit, two: Edit) -> bool:
    first, second = sorted((one, two))
    if first.end > second.start or (first.start == second.start):
        return True
    between = tokens[first.end : second.start]
    return not _apart(between) and not _ends_a_sentence(between, tokens[second.start :][:2])


def _apart(between: Sequence[str]) -> bool:
    return sum(token[0].isalnum() for token in between) >= APART


def _ends_a_sentence(between: Sequence[str], after: Sequence[str]) -> bool:
    text = "".join(between)
    if not after:
        last = next((c for c in reversed(text) if c in _MARKS or c.isalnum() or c == "_"), "")
        return last in _MARKS
    found = (one[0] for one in _BREAK.finditer(text + "".join(after)))
    return any(one.startswith("\n") or not _MARKS.isdisjoint(one) for one in found)


def _rewritten(tokens: Sequence[str], edits: Sequence[Edit]) -> bool:
    words = sum(token[0].isalnum() for token in tokens)
    gone = sum(token[0].isalnum() for edit in edits for token in tokens[edit.start : edit.end])
    return gone > REWRITTEN * words
