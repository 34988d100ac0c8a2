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
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Literal

from wiki.people.choices import Choice
from wiki.people.proposals import DECLINED
from wiki.repository.difference import Run
from wiki.repository.merge import Conflict, Merge, merge
from wiki.repository.paragraphs import ParagraphChange, align, apply, numbers_of

#: pieces that are tried one by one where not all of them go with the page
_TRIED = 40
_EXCERPT = 120


@dataclass(frozen=True)
class Piece:
    """One changed paragraph; ``key`` names the change by its words, whatever stands around it."""

    key: str
    number: int
    change: ParagraphChange

    @property
    def kind(self) -> str:
        """``changed``, ``added``, ``removed`` or ``moved``."""
        return self.change.kind

    @property
    def heading(self) -> str:
        """The heading that it stands under, "" above the first one."""
        paragraph = self.change.new or self.change.old
        return paragraph.heading if paragraph else ""

    @property
    def runs(self) -> tuple[Run, ...]:
        """What stays, comes and goes, in words."""
        return self.change.runs

    @property
    def excerpt(self) -> str:
        """How the paragraph begins, in one line, for who is told what became of it."""
        paragraph = self.change.new or self.change.old
        line = " ".join(paragraph.text.split()) if paragraph else ""
        return line if len(line) <= _EXCERPT else f"{line[: _EXCERPT - 1].rstrip()}…"


@dataclass(frozen=True)
class Collision:
    """What the proposal and the page say in the same place; ``mark`` names what the page says."""

    mine: str
    theirs: str
    mark: str


def pieces_of(before: str, text: str) -> list[Piece]:
    """What changes from ``before`` to ``text``, paragraph by paragraph, in the order of the text.

    Blank lines and the numbers of lists go with all the rest, unless there is nothing else.
    """
    changes = [one for one in align(before, text) if one.number and one.kind != "left"]
    seen = [one for one in changes if not one.unseen] or changes
    times: Counter[str] = Counter()
    return [Piece(_key(one, times), one.number, one) for one in seen]


def _key(change: ParagraphChange, times: Counter[str]) -> str:
    old, new = (one.text if one else "" for one in (change.old, change.new))
    words = f"{change.kind}\0{old}\0{new}"
    times[words] += 1  # the same change twice is two
    digest = sha256(f"{words}\0{times[words]}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


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
        wanted = taken | {one.number for one in (self.waiting if chosen is None else chosen)}
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
        out = {one.number for one in self.pieces if self._is_declined(one)}
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
        said = {one.number for one in self.pieces if one.key in self.choices}
        return frozenset(said - {one.number for one in self.pieces if self._is_declined(one)})

    def _is_declined(self, piece: Piece) -> bool:
        choice = self.choices.get(piece.key)
        return choice is not None and choice.state == DECLINED


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
