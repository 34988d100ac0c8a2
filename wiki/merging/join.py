"""Two sides' edits of one text joined by paragraph; where both wrote, by line, then by word.

::

    base ─┬─ mine       paragraphs that both sides kept, perhaps changed, are the anchors
          └─ theirs
             anchor      changed by one side: that; by both: its parts, its words, or a Conflict
             between     changed by one side: that; by both: new ones of both where nothing went,
                         else a Conflict

Joining is the same from both sides: what both put in one place stands in an order that does not
depend on who asks. Every edit of a side is in the result or in a Conflict.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wiki.merging.difference import changed_places
from wiki.merging.flow import join_flow
from wiki.merging.pairs import alike, pair
from wiki.merging.parts import key_of, parts_of
from wiki.merging.units import Paragraph, paragraphs_of
from wiki.merging.window import window_of
from wiki.merging.words import reword

#: How alike two new paragraphs, and two new lines, are that two people wrote to say one thing.
SAME_THING = 0.5
SAME_LINE = 0.8
#: Comparisons that it takes at most to see that two people did not add the same.
COMPARED = 400


@dataclass(frozen=True)
class Clash:
    """Whole lines that both sides changed: the three texts."""

    base: str
    mine: str
    theirs: str


Segment = str | Clash
Side = Sequence[Paragraph]
_Two = tuple[Paragraph, Paragraph]
#: The paragraphs of one text that are those of another, by index, in order.
Match = Callable[[Side, Side], dict[int, int]]


@dataclass(frozen=True)
class _Place:
    """What is written in one place, and from where to where it stands in each of the three texts.

    ``spans``: for base, mine and theirs the first index and the one after the last, None where it
    is not of that text.
    """

    segments: Sequence[Segment]
    spans: tuple[tuple[int, int] | None, ...]
    kind: str = "other"


def join(base: str, mine: str, theirs: str) -> list[Segment]:
    """The joined text in segments; those that are texts, put together, are the result."""
    ahead, three, behind = window_of(base, mine, theirs)
    return [ahead, *_join([paragraphs_of(text) for text in three], _paired), behind]


def _paired(old: Side, new: Side) -> dict[int, int]:
    return pair(old, new).stayed


def _by_key(old: Side, new: Side) -> dict[int, int]:
    pairs: dict[int, int] = {}
    at = 0
    places = list(changed_places([key_of(one) for one in old], [key_of(one) for one in new]))
    for old_start, old_end, new_start, _new_end in [*places, (len(old), 0, len(new), 0)]:
        for index in range(at, old_start):
            pairs[index] = new_start - (old_start - index)
        at = old_end
    return pairs


def _join(sides: Sequence[Side], match: Match) -> list[Segment]:
    places = [one for one in _places(sides, match) if one.segments]
    end = _Place((), tuple((len(side), len(side)) for side in sides))
    segments: list[Segment] = []
    for place, after in pairwise([*places, end]):
        segments += [*place.segments, _gap(sides, place, after)]
    return segments


def _places(sides: Sequence[Side], match: Match) -> Iterator[_Place]:
    base, mine, theirs = sides
    ours, others = match(base, mine), match(base, theirs)
    at = [0, 0, 0]
    for old in [*(old for old in sorted(ours) if old in others), len(base)]:
        anchor = [old, ours.get(old, len(mine)), others.get(old, len(theirs))]
        if at != anchor:
            yield from _Between(sides, ours, others, at, anchor).places()
        if old < len(base):
            three = base[old], mine[anchor[1]], theirs[anchor[2]]
            yield _Place(_one(*three), tuple((one, one + 1) for one in anchor), three[1].kind)
        at = [one + 1 for one in anchor]


def _one(base: Paragraph, mine: Paragraph, theirs: Paragraph) -> list[Segment]:
    """A paragraph that all three texts have."""
    if mine.text == theirs.text or _sense(base) == _sense(theirs):
        return [theirs.text if _sense(base) == _sense(mine) else mine.text]
    if _sense(base) == _sense(mine):
        return [theirs.text]
    three = base, mine, theirs
    texts = [one.text for one in three]
    joined: str | None = None
    if "key" in (kinds := {one.kind for one in three}):
        joined = join_flow(*texts) or _entries(three)
    elif len(kinds) == 1 and all(parts := [parts_of(one) for one in three]):
        return _join(parts, _by_key if parts[0][0].kind == "key" else _paired)
    elif "code" not in kinds:
        joined = reword(*texts)
    return [Clash(*texts) if joined is None else joined]


def _entries(three: Side) -> str | None:
    """A key with a list below it, entry by entry; None where it is none or both sides meet."""
    sides: list[Side] = []
    for one in three:
        name, *entries = one.text.split("\n")
        if not entries or any(not entry.lstrip().startswith("- ") for entry in entries):
            return None
        sides.append(
            [Paragraph(at, "line", 0, line, "\n") for at, line in enumerate([name, *entries])]
        )
    segments = _join(sides, _paired)
    joined = "".join(one for one in segments if isinstance(one, str))
    return None if any(isinstance(one, Clash) for one in segments) else joined.rstrip("\n")


class _Between:
    """What stands between two anchors, from ``at`` to ``to`` in each of the three texts."""

    def __init__(
        self,
        sides: Sequence[Side],
        ours: dict[int, int],
        others: dict[int, int],
        at: Sequence[int],
        to: Sequence[int],
    ) -> None:
        self.whole = sides[0]
        self.base, self.mine, self.theirs = (
            side[start:end] for side, start, end in zip(sides, at, to, strict=True)
        )
        #: new index → old one
        self.from_mine = {new: old for old, new in ours.items()}
        self.from_theirs = {new: old for old, new in others.items()}

    def places(self) -> Iterator[_Place]:
        """The paragraphs that stand there in the end, or a Clash."""
        ahead, behind = self._peel()
        for one, two in ahead:
            yield _both(one, two)
        yield from self._rest()
        for one, two in behind:
            yield _both(one, two)

    def _peel(self) -> tuple[list[_Two], list[_Two]]:
        """Takes off what both sides wrote, to the letter, at the beginning and at the end."""
        ahead: list[_Two] = []
        behind: list[_Two] = []
        while self.mine and self.theirs and self.mine[0].text == self.theirs[0].text:
            ahead.append((self.mine[0], self.theirs[0]))
            self.mine, self.theirs = self.mine[1:], self.theirs[1:]
        while self.mine and self.theirs and self.mine[-1].text == self.theirs[-1].text:
            behind.insert(0, (self.mine[-1], self.theirs[-1]))
            self.mine, self.theirs = self.mine[:-1], self.theirs[:-1]
        return ahead, behind

    def _rest(self) -> Iterator[_Place]:
        base, mine, theirs = self.base, self.mine, self.theirs
        if _same(base, mine) or _same(mine, theirs):
            yield from _as_written(theirs, 2)
        elif _same(base, theirs):
            yield from _as_written(mine, 1)
        elif not base and not _say_one_thing(mine, theirs):
            # New ones of both, and nothing went: all stay.
            both = [(mine, 1), (theirs, 2)]
            for side, number in sorted(both, key=lambda one: [each.text for each in one[0]]):
                yield from _as_written(side, number)
        elif (kept := self._thinned(mine, self.from_mine, theirs, self.from_theirs)) is not None:
            yield from _as_written(kept, 1)
        elif (kept := self._thinned(theirs, self.from_theirs, mine, self.from_mine)) is not None:
            yield from _as_written(kept, 2)
        elif len({tuple(one.kind for one in side) for side in (base, mine, theirs)}) == 1:
            # As many of the same kinds on each side: one became the other.
            for three in zip(base, mine, theirs, strict=True):
                where = tuple((one.index, one.index + 1) for one in three)
                yield _Place(_one(*three), where, three[0].kind)
        else:
            spans = tuple(
                (side[0].index, side[-1].index + 1) if side else None
                for side in (base, mine, theirs)
            )
            yield _Place([Clash(*map(_text, (base, mine, theirs)))], spans)

    def _thinned(
        self, writing: Side, from_it: dict[int, int], thinning: Side, from_thin: dict[int, int]
    ) -> list[Paragraph] | None:
        """``writing`` without what the other side took out, where that is all that it did.

        None where it did more, or where the side that writes changed what the other took out.
        """
        for one in thinning:
            if (old := from_thin.get(one.index)) is None or _sense(self.whole[old]) != _sense(one):
                return None
        left = {from_thin[one.index] for one in thinning}
        kept: list[Paragraph] = []
        for one in writing:
            old = from_it.get(one.index)
            if old is None or old in left:
                kept.append(one)
            elif _sense(self.whole[old]) != _sense(one):
                return None
        return kept


def _same(one: Side, two: Side) -> bool:
    return [_sense(each) for each in one] == [_sense(each) for each in two]


def _sense(one: Paragraph) -> str:
    """The text without spaces at its end, or at the end of each line of front matter."""
    if one.kind in ("head", "key"):
        return "\n".join(line.rstrip() for line in one.text.split("\n"))
    return one.text.rstrip()


def _both(mine: Paragraph, theirs: Paragraph) -> _Place:
    """What both sides wrote."""
    spans = (None, (mine.index, mine.index + 1), (theirs.index, theirs.index + 1))
    return _Place([mine.text], spans, mine.kind)


def _text(side: Side) -> str:
    """Paragraphs as one text, up to the last one's end."""
    parts = [part for one in side for part in (one.text, one.gap)]
    return "".join(parts[:-1])


def _as_written(side: Side, number: int) -> Iterator[_Place]:
    """The paragraphs of one side, each in its own place."""
    for one in side:
        spans: list[tuple[int, int] | None] = [None, None, None]
        spans[number] = (one.index, one.index + 1)
        yield _Place([one.text], tuple(spans), one.kind)


def _say_one_thing(mine: Side, theirs: Side) -> bool:
    """Whether two people seem to have added the same, each in their own words."""
    return len(mine) * len(theirs) > COMPARED or any(
        _are_one_thing(one, two) for one in mine for two in theirs
    )


def _are_one_thing(one: Paragraph, two: Paragraph) -> bool:
    if one.kind in ("head", "key", "code") and one.kind == two.kind:
        # Two lines of code in one place would make a program that nobody wrote.
        return one.kind != "key" or key_of(one) == key_of(two)
    lines = {one.kind, two.kind} <= {"line", "item"}
    alike_enough = SAME_LINE if lines else SAME_THING
    return one.key == two.key or alike(one, two) >= alike_enough


def _gap(sides: Sequence[Side], place: _Place, after: _Place) -> str:
    """What stands between two places: what does so in the texts where they are neighbours."""
    base, mine, theirs = (
        side[span[1] - 1].gap if span and then and span[0] < span[1] == then[0] else None
        for side, span, then in zip(sides, place.spans, after.spans, strict=True)
    )
    if mine is not None and theirs is not None:
        if mine in (base, theirs):
            return theirs
        return mine if theirs == base else max(mine, theirs)
    for one in (mine, theirs, base):
        if one is not None:
            return one
    if not after.segments:
        return sides[0][-1].gap if sides[0] else ""
    return "\n" if place.kind == after.kind and place.kind in ("item", "line", "key") else "\n\n"
