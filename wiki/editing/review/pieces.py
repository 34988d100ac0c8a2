"""A proposal taken apart: each changed paragraph by itself, put into the page as it is today.

::

    before ──align──▶ pieces ──┬─ accepted so far ──▶ base ─┐
       text ─┘                 ├─ and now these ────▶ mine ─┼─ merge ─▶ the page, or a collision
                               └─ declined: left out        │
                                       the page today ──────┘

What was accepted before is in the base *and* in the page, so that it is no change any more: pieces
may be taken in any order, with other people's saves between them.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from wiki.cache.properties import cached_property
from wiki.merging.difference import Run, word_diff
from wiki.merging.merge import Conflict, Merge, merge
from wiki.merging.paragraphs import ParagraphChange, align, apply, numbers_of
from wiki.merging.units import Paragraph
from wiki.people.review.choices import Choice
from wiki.people.review.proposals import DECLINED

#: pieces that are tried one by one where not all of them go with the page
_TRIED = 40
_EXCERPT = 120


@dataclass(frozen=True)
class Piece:
    """One changed paragraph; ``key`` names the change by its words, whatever stands around it.

    ``kind`` is ``changed``, ``added``, ``removed`` or ``moved``; ``heading`` is the one that the
    paragraph stands under, "" above the first; ``numbers`` are those of ``align``.
    """

    key: str
    kind: str
    numbers: frozenset[int]
    old: Paragraph | None
    new: Paragraph | None
    runs: tuple[Run, ...]
    #: what the new text has before it, if anything
    above: Paragraph | None = None

    @property
    def heading(self) -> str:
        """The heading that it stands under, "" above the first one."""
        paragraph = self.new or self.old
        return paragraph.heading if paragraph else ""

    @property
    def excerpt(self) -> str:
        """How the paragraph begins, in one line, for who is told what became of it."""
        return beginning(self.new or self.old, _EXCERPT)


def beginning(paragraph: Paragraph | None, length: int) -> str:
    """How a paragraph begins, in one line of so many characters at most."""
    line = " ".join(paragraph.text.split()) if paragraph else ""
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


@dataclass(frozen=True)
class Collision:
    """What the proposal and the page say in the same place; ``mark`` names what the page says."""

    mine: str
    theirs: str
    mark: str


def pieces_of(before: str, text: str) -> list[Piece]:
    """What changes from ``before`` to ``text``, paragraph by paragraph, in the order of the text.

    Blank lines and the numbers of lists go with all the rest, unless there is nothing else. One
    that went and one that came in its place are one change: half of it is what nobody wrote.
    """
    changes = align(before, text)
    groups = list(_together(changes))
    seen = [one for one in groups if not one[0].unseen] or groups
    times: Counter[str] = Counter()
    stands = {one.new.index: one.new for one in changes if one.new and one.kind != "left"}
    return [_piece(one, times, stands) for one in seen]


def _together(changes: Sequence[ParagraphChange]) -> Iterator[tuple[ParagraphChange, ...]]:
    """The changes, each that came with the one that went from its place, if any did."""
    instead: dict[int, ParagraphChange] = {}
    gone: list[ParagraphChange] = []
    for one in changes:
        if one.kind == "removed":
            gone.append(one)
        elif one.kind == "added":
            if gone and one.new and gone[0].old and one.new.kind == gone[0].old.kind:
                instead[gone.pop(0).number] = one
        elif one.kind != "left":
            gone = []
    taken = {one.number for one in instead.values()}
    for one in changes:
        if one.number in instead:
            yield one, instead[one.number]
        elif one.number and one.kind != "left" and one.number not in taken:
            yield (one,)


def _piece(
    changes: Sequence[ParagraphChange], times: Counter[str], stands: Mapping[int, Paragraph]
) -> Piece:
    first, last = changes[0], changes[-1]
    kind = first.kind if first is last else "changed"
    old, new = first.old, last.new
    words = "\0".join([kind, old.text if old else "", new.text if new else ""])
    times[words] += 1  # the same change twice is two
    digest = sha256(f"{words}\0{times[words]}".encode("utf-8", "surrogatepass"))
    runs = tuple(run for one in changes for run in one.runs)
    if first is not last and old and new:
        runs = word_diff(old.text, new.text, context=None)[0].runs
    numbers = frozenset(one.number for one in changes)
    above = stands.get(new.index - 1) if new else None
    return Piece(digest.hexdigest()[:32], kind, numbers, old, new, runs, above)


@dataclass(frozen=True)
class Review:
    """A proposal beside the page ``here``, as it stands, and what was said of it so far."""

    before: str
    text: str
    here: str
    choices: Mapping[str, Choice] = field(default_factory=dict)

    @cached_property
    def pieces(self) -> list[Piece]:
        """All its changes."""
        return pieces_of(self.before, self.text)

    @cached_property
    def waiting(self) -> list[Piece]:
        """The changes that nothing was said of yet."""
        return [one for one in self.pieces if one.key not in self.choices]

    def merged(self, chosen: Collection[Piece] | None = None) -> Merge:
        """The page with these changes, or with all that wait; a Conflict where they collide."""
        taken = self._taken
        declined = any(one.state == DECLINED for one in self.choices.values())
        wanted = taken | _numbers(self.waiting if chosen is None else chosen)
        if chosen is None and not declined:
            mine = self.text
        else:
            mine = apply(self.before, self.text, wanted)
        return merge(self.base, mine, self.here)

    @cached_property
    def base(self) -> str:
        """The text that its writer started from, with what was accepted of theirs."""
        return apply(self.before, self.text, self._taken) if self._taken else self.before

    def target(self) -> str:
        """What its writer would have, without what was declined."""
        out = _numbers(one for one in self.pieces if self._is_declined(one))
        if not out:
            return self.text
        return apply(self.before, self.text, set(numbers_of(align(self.before, self.text))) - out)

    def collision(self, piece: Piece) -> Collision | None:
        """What stands in the way of a change; None where it goes with the page."""
        found = self.merged([piece])
        return None if found.text is not None else collision_of(found)

    def collisions(self) -> dict[str, Collision]:
        """What stands in the way of those that wait, by their keys; the first ones."""
        if self.merged().text is not None:
            return {}
        tried = ((one.key, self.collision(one)) for one in self.waiting[:_TRIED])
        return {key: found for key, found in tried if found is not None}

    @cached_property
    def _taken(self) -> frozenset[int]:
        said = (one for one in self.pieces if one.key in self.choices)
        return _numbers(one for one in said if not self._is_declined(one))

    def _is_declined(self, piece: Piece) -> bool:
        choice = self.choices.get(piece.key)
        return choice is not None and choice.state == DECLINED


def _numbers(pieces: Iterable[Piece]) -> frozenset[int]:
    return frozenset(number for one in pieces for number in one.numbers)


def collision_of(merged: Merge) -> Collision:
    """The places where both sides say something else, as one."""
    conflicts = [one for one in merged.pieces if isinstance(one, Conflict)]
    mine, theirs = (
        "\n\n".join("\n".join(getattr(one, side)).strip("\n") for one in conflicts)
        for side in ("mine", "theirs")
    )
    return Collision(mine, theirs, sha256(theirs.encode("utf-8", "surrogatepass")).hexdigest()[:32])


def settled(merged: Merge, how: Literal["mine", "both"]) -> str:
    """The text where the proposal's lines stand in place of the page's, or after them."""
    return "\n".join(line for piece in merged.pieces for line in _lines(piece, how))


def _lines(piece: object, how: Literal["mine", "both"]) -> Iterator[str]:
    if not isinstance(piece, Conflict):
        yield from getattr(piece, "lines", ())
        return
    if how == "both":
        yield from piece.theirs
        if piece.theirs and piece.mine and piece.theirs[-1].strip() and piece.mine[0].strip():
            yield ""
    yield from piece.mine
