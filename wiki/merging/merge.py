"""Three texts made one: by lines, as git does; where those collide, by paragraph, item and word.

A conflict is told in pieces, never in markers.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from wiki.merging.join import Segment, join
from wiki.repository.process import run

_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class MergedLines:
    """Lines that stand in the result, whoever wrote them."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Conflict:
    """Lines that both sides changed, each in its own way."""

    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True)
class Merge:
    """``text`` is the merged text, or None where there is a Conflict among the pieces.

    Lines are without their end: ``"\\n".join`` of all the lines of all the pieces is a text.
    """

    text: str | None
    pieces: tuple[MergedLines | Conflict, ...]


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Both sides' edits of ``base`` in one text; the same, whichever of them is ``mine``."""
    if mine == theirs or base == theirs:
        return _whole(mine)
    if base == mine:
        return _whole(theirs)
    by_lines = tuple(_pieces(_merge_file(base, mine, theirs)))
    three = base, mine, theirs
    if any("\r" in text for text in three):
        return _merged(by_lines)
    if not _asks(by_lines) and not _brought_back(*three, by_lines):
        return _merged(by_lines)
    joined = tuple(_joined(join(*three)))
    if not _loses(*three, joined) and (_asks(joined) or not _brought_back(*three, joined)):
        return _merged(joined)
    return _merged(by_lines if _asks(by_lines) else tuple(_apart(*three)))


def _merged(pieces: tuple[MergedLines | Conflict, ...]) -> Merge:
    if _asks(pieces):
        return Merge(None, pieces)
    return Merge("\n".join(_decided(pieces, "mine")), pieces)


def _asks(pieces: Iterable[MergedLines | Conflict]) -> bool:
    return any(isinstance(piece, Conflict) for piece in pieces)


def _decided(pieces: Iterable[MergedLines | Conflict], side: str) -> list[str]:
    """The lines, where every conflict is decided for one side."""
    return [
        line
        for piece in pieces
        for line in (piece.lines if isinstance(piece, MergedLines) else getattr(piece, side))
    ]


def _loses(base: str, mine: str, theirs: str, pieces: Iterable[MergedLines | Conflict]) -> bool:
    """Whether a line that all three have is gone where one side is chosen everywhere.

    Two paragraphs that one side put together are one that changed and one that went: whoever
    chooses the other side would lose the one that went, which nobody took out.
    """
    before, ours, others = (Counter(text.split("\n")) for text in (base, mine, theirs))
    pieces = tuple(pieces)
    for side in ("mine", "theirs"):
        now = Counter(_decided(pieces, side))
        for line, count in before.items():
            if _WORD.search(line) and now[line] < min(count, ours[line], others[line]):
                return True
    return False


def _brought_back(
    base: str, mine: str, theirs: str, pieces: Iterable[MergedLines | Conflict]
) -> bool:
    """Whether a line that one side took out, and the other moved, stands there again.

    To git a line that moved is one taken out, as both did, and another written, as one did.
    """
    before, ours, others = (Counter(text.split("\n")) for text in (base, mine, theirs))
    now = Counter(
        line for piece in pieces if isinstance(piece, MergedLines) for line in piece.lines
    )
    return any(
        taken < count <= kept and now[line] > kept - (count - taken)
        for line, count in before.items()
        if _WORD.search(line)
        for taken, kept in ((ours[line], others[line]), (others[line], ours[line]))
    )


def _apart(base: str, mine: str, theirs: str) -> Iterator[MergedLines | Conflict]:
    """The three texts as one conflict, without the lines that all begin and end with."""
    sides = [tuple(text.split("\n")) for text in (base, mine, theirs)]
    shortest = min(map(len, sides))
    begun = 0
    while begun < shortest and len({side[begun] for side in sides}) == 1:
        begun += 1
    ended = 0
    while ended < shortest - begun and len({side[-1 - ended] for side in sides}) == 1:
        ended += 1
    if begun:
        yield MergedLines(sides[0][:begun])
    yield Conflict(*(side[begun : len(side) - ended] for side in sides))
    if ended:
        yield MergedLines(sides[0][-ended:])


def _whole(text: str) -> Merge:
    return Merge(text, (MergedLines(tuple(text.split("\n"))),))


def _merge_file(base: str, mine: str, theirs: str) -> list[str]:
    """git's output, line by line: its own marks, and the texts' lines after one space each.

    The space is why no line of a text can pass for a mark, and why an unfinished last line is a
    line like any other.
    """
    with TemporaryDirectory() as folder:
        for side, text in (("mine", mine), ("base", base), ("theirs", theirs)):
            lines = "".join(f" {line}\n" for line in _escape(text).split("\n"))
            (Path(folder) / side).write_bytes(lines.encode("utf-8", "surrogatepass"))
        _status, output = run(
            None,
            *("merge-file", "--stdout", "--quiet", "--zdiff3", "mine", "base", "theirs"),
            accept=range(128),  # the number of conflicts
            cwd=folder,
        )
    return _restore(output.decode("utf-8", "surrogatepass")).split("\n")[:-1]


def _pieces(lines: Iterable[str]) -> Iterator[MergedLines | Conflict]:
    agreed: list[str] = []
    sides: list[list[str]] = []
    for line in lines:
        if line.startswith(" "):
            (sides[-1] if sides else agreed).append(line[1:])
        elif line.startswith("<"):
            if agreed:
                yield MergedLines(tuple(agreed))
            agreed, sides = [], [[]]
        elif line.startswith(">"):
            mine, base, theirs = map(tuple, sides)
            yield Conflict(base=base, mine=mine, theirs=theirs)
            sides = []
        else:  # | before the base, = before theirs
            sides.append([])
    if agreed:
        yield MergedLines(tuple(agreed))


def _joined(segments: Iterable[Segment]) -> Iterator[MergedLines | Conflict]:
    """Segments as pieces in whole lines: a conflict begins and ends with its lines."""
    text = ""
    after_conflict = False
    for segment in segments:
        if isinstance(segment, str):
            text += segment
            continue
        if text or after_conflict:
            yield from _agreed(text, after_conflict, before_conflict=True)
        yield Conflict(*(_lines_of(one) for one in (segment.base, segment.mine, segment.theirs)))
        text, after_conflict = "", True
    yield from _agreed(text, after_conflict, before_conflict=False)


def _agreed(text: str, after_conflict: bool, *, before_conflict: bool) -> Iterator[MergedLines]:
    lines = text.split("\n")
    # The line ends next to a conflict are those that join the pieces.
    lines = lines[1 if after_conflict else 0 : -1 if before_conflict else None]
    if lines:
        yield MergedLines(tuple(lines))


def _lines_of(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def _escape(text: str) -> str:
    """Without NUL, at which git would take a text for a picture."""
    return text.replace("\1", "\1a").replace("\0", "\1b")


def _restore(text: str) -> str:
    return text.replace("\1b", "\0").replace("\1a", "\1")
