"""A merge that asks, answered: which side stands in each place where both wrote.

What agrees stands as it is, to the letter; nothing is written but what was chosen.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from wiki.merging.merge import Conflict, MergedLines

Side = Literal["mine", "theirs", "both", "own"]


@dataclass(frozen=True)
class Answer:
    """What stands in one place: a side, both, or the words that were written for it."""

    side: Side
    own: str = ""


BOTH = Answer("both")


def resolve(pieces: Iterable[MergedLines | Conflict], answers: Sequence[Answer]) -> str:
    """The text with each conflict answered in turn; where answers are missing, both sides stand."""
    left = iter(answers)
    lines: list[str] = []
    for piece in pieces:
        if isinstance(piece, MergedLines):
            lines += piece.lines
        else:
            lines += _chosen(piece, next(left, BOTH), in_head=is_in_head(lines))
    return "\n".join(lines)


def is_in_head(lines: Sequence[str]) -> bool:
    """Whether what comes after these lines of a text stands in its front matter."""
    mark = lines[0].strip() if lines else ""
    return mark in ("---", "+++") and all(one.rstrip() != mark for one in lines[1:])


def _chosen(piece: Conflict, answer: Answer, *, in_head: bool) -> Iterator[str]:
    if answer.side == "own":
        yield from _lines(answer.own)
    elif answer.side == "mine":
        yield from piece.mine
    elif answer.side == "theirs":
        yield from piece.theirs
    else:
        yield from piece.mine
        if piece.mine and piece.theirs and not in_head and _are_prose(piece):
            yield ""  # two paragraphs stay two
        yield from piece.theirs


def _are_prose(piece: Conflict) -> bool:
    """Whether lines of prose meet where both sides stand."""
    return piece.mine[-1][:1].isalpha() and piece.theirs[0][:1].isalpha()


def _lines(text: str) -> list[str]:
    """Its lines, without the ends that it has below them; none where it says nothing."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    return plain.split("\n") if plain else []
