"""Texts joined without losing a word, and the least edits that make one of another. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from wiki.api.reading.history import MergedLines, merge, shared_ends

#: lines between the ends that are alike, beyond which they are exchanged in one piece
_COMPARED = 4_000


@dataclass(frozen=True)
class Edit:
    """At ``at`` of the old text, in bytes, ``removed`` bytes become ``added``."""

    at: int
    removed: int
    added: str


def joined(base: str, mine: str, theirs: str) -> str:
    """Both sides' edits of ``base`` in one text; where they collide, mine, then theirs.

    What follows the last word is as ``mine`` has it: someone is typing there.
    """
    if mine.rstrip() == theirs.rstrip() or base.rstrip() == theirs.rstrip():
        return mine
    tail = mine[len(mine.rstrip()) :]
    sides = [f"{text.rstrip()}\n" for text in (base, mine, theirs)]
    lines: list[str] = []
    for piece in merge(*sides).pieces:
        if isinstance(piece, MergedLines):
            lines += piece.lines
        else:
            lines += piece.mine
            lines += _not_alike(piece.mine, piece.theirs)
    return "\n".join(lines).rstrip() + tail


def _not_alike(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """Their lines, but for those at the ends that both have."""
    first, last = shared_ends(mine, theirs)
    return theirs[first : len(theirs) - last]


def edits(old: str, new: str) -> list[Edit]:
    """What makes ``new`` of ``old``, last first: to be done in this order."""
    return list(_edits(old, new))[::-1]


def _edits(old: str, new: str) -> Iterator[Edit]:
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    first, last = shared_ends(before, after)
    middle, fresh = before[first : len(before) - last], after[first : len(after) - last]
    at = len("".join(before[:first]).encode())
    if max(len(middle), len(fresh)) > _COMPARED:
        yield from _within(at, "".join(middle), "".join(fresh))
        return
    done = 0
    for tag, a, b, c, d in SequenceMatcher(None, middle, fresh, autojunk=False).get_opcodes():
        start = at + len("".join(middle[done:a]).encode())
        if tag != "equal":
            yield from _within(start, "".join(middle[a:b]), "".join(fresh[c:d]))
        at, done = start, a


def _within(at: int, old: str, new: str) -> Iterator[Edit]:
    """One edit: what differs between the ends that are alike."""
    first, last = shared_ends(old, new)
    gone, come = old[first : len(old) - last], new[first : len(new) - last]
    if gone or come:
        yield Edit(at + len(old[:first].encode()), len(gone.encode()), come)
