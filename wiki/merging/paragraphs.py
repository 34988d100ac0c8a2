"""Two texts compared by paragraph: kept, changed, added, removed, and moved as moved.

::

    text ─▶ paragraphs (wiki/merging/units.py)     old ┐
                                                      new ┴▶ align ─▶ changes, numbered
    apply(old, new, numbers) ─▶ the old text with those changes alone

``apply`` with every number gives the new text to the letter, with none the old one; with some, each
paragraph stands there once. The blank lines between two paragraphs are those of the text in which
they are neighbours.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from wiki.merging.difference import Run, word_diff
from wiki.merging.pairs import Pairs, pair
from wiki.merging.units import Paragraph, paragraphs_of

ChangeKind = Literal["kept", "changed", "added", "removed", "moved", "left"]


@dataclass(frozen=True)
class ParagraphChange:
    """One paragraph of the old text, of the new one, or of both.

    ``moved`` stands where the paragraph has come to, perhaps changed on its way; ``left``, of the
    same number, where it went from. ``number`` is 0 for one that is ``kept``, else from 1 on.
    """

    kind: ChangeKind
    number: int
    old: Paragraph | None
    new: Paragraph | None

    @property
    def runs(self) -> tuple[Run, ...]:
        """What stayed, came and went in words; of a paragraph that was only moved, all stayed."""
        if self.kind == "left" or self.old is None or self.new is None:
            one = self.old or self.new
            kind: Literal["same", "added", "removed"] = "same"
            if self.kind in ("added", "removed"):
                kind = "added" if self.kind == "added" else "removed"
            return (Run(kind, one.text),) if one else ()
        hunks = word_diff(self.old.text, self.new.text, context=None)
        return hunks[0].runs if hunks else (Run("same", self.new.text),)

    @property
    def unseen(self) -> bool:
        """Whether no reader of the page sees it: blank lines, the numbers of a list."""
        return (
            self.kind in ("kept", "changed")
            and self.old is not None
            and self.new is not None
            and self.old.key == self.new.key
        )


def align(old: str, new: str) -> list[ParagraphChange]:
    """The paragraphs of both texts in one order; what went stands before what came."""
    return _align(paragraphs_of(old), paragraphs_of(new))


def numbers_of(changes: Sequence[ParagraphChange]) -> list[int]:
    """The numbers of what changed, each once, in order."""
    return sorted({one.number for one in changes if one.number})


def apply(old: str, new: str, numbers: Collection[int]) -> str:
    """``old`` with those of the changes that ``align`` numbered so; others are left out."""
    olds, news = paragraphs_of(old), paragraphs_of(new)
    wanted = frozenset(numbers)
    standing = [
        (one, taken)
        for one in _align(olds, news)
        if _stands(one.kind, taken := not one.number or one.number in wanted)
    ]
    written: list[str] = []
    for at, (one, taken) in enumerate(standing):
        shown = one.new if taken and one.new else one.old
        after = standing[at + 1][0] if at + 1 < len(standing) else None
        if shown is not None:
            written += [shown.text, _gap(one, taken, after, len(olds), len(news))]
    return "".join(written)


def _stands(kind: ChangeKind, taken: bool) -> bool:
    return kind in ("kept", "changed") or taken == (kind in ("added", "moved"))


def _align(olds: Sequence[Paragraph], news: Sequence[Paragraph]) -> list[ParagraphChange]:
    pairs = pair(olds, news)
    numbers: dict[int, int] = {}
    changes: list[ParagraphChange] = []
    count = 0
    for kind, old, new in _in_order(olds, news, pairs):
        number = 0
        if kind != "kept":
            moved = new.index if kind in ("moved", "left") and new else None
            number = numbers.get(moved, count + 1) if moved is not None else count + 1
            count = max(count, number)
            if moved is not None:
                numbers[moved] = number
        changes.append(ParagraphChange(kind, number, old, new))
    return changes


def _in_order(
    olds: Sequence[Paragraph], news: Sequence[Paragraph], pairs: Pairs
) -> Iterator[tuple[ChangeKind, Paragraph | None, Paragraph | None]]:
    places = [*sorted(pairs.stayed.items()), (len(olds), len(news))]
    arrived = {new: old for old, new in pairs.moved.items()}
    old_at = new_at = 0
    for old_index, new_index in places:
        for old in olds[old_at:old_index]:
            if old.index in pairs.moved:
                yield "left", old, news[pairs.moved[old.index]]
            else:
                yield "removed", old, None
        for new in news[new_at:new_index]:
            if new.index in arrived:
                yield "moved", olds[arrived[new.index]], new
            else:
                yield "added", None, new
        if old_index < len(olds):
            old, new = olds[old_index], news[new_index]
            same = old.text == new.text and not _spaced_otherwise(old, new, olds, news, pairs)
            yield "kept" if same else "changed", old, new
        old_at, new_at = old_index + 1, new_index + 1


def _spaced_otherwise(
    old: Paragraph,
    new: Paragraph,
    olds: Sequence[Paragraph],
    news: Sequence[Paragraph],
    pairs: Pairs,
) -> bool:
    """Whether a paragraph has the same one after it in both texts, at another distance."""
    if old.gap == new.gap:
        return False
    last = old.index + 1 == len(olds), new.index + 1 == len(news)
    return all(last) or pairs.stayed.get(old.index + 1) == new.index + 1


def _gap(
    one: ParagraphChange, taken: bool, after: ParagraphChange | None, olds: int, news: int
) -> str:
    """What stands between a paragraph that is written and the one after it, or the end."""
    first, second = _places(one), _places(after) if after else (olds, news)
    before = now = None
    if one.old and first[0] + 1 == second[0]:
        before = one.old.gap
    if one.new and first[1] + 1 == second[1]:
        now = one.new.gap
    if now is not None and (taken or before is None):
        return now
    if before is not None:
        return before
    return _usual_gap(one, after)


def _places(one: ParagraphChange) -> tuple[int, int]:
    """Where it stands in the old text and in the new one; far off where it does not."""
    old = one.old.index if one.old and one.kind != "moved" else -9
    new = one.new.index if one.new and one.kind != "left" else -9
    return old, new


def _usual_gap(one: ParagraphChange, after: ParagraphChange | None) -> str:
    if after is None:
        return "\n"
    first, second = one.new or one.old, after.new or after.old
    together = first and second and first.kind == second.kind == "item"
    return "\n" if together else "\n\n"
