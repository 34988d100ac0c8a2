"""Which paragraph of one text is which of another: in its place, or moved, perhaps changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wiki.merging.difference import changed_places
from wiki.merging.subsequence import stays
from wiki.merging.units import Paragraph

#: How alike two paragraphs are of which one is the other, changed: in its place, and elsewhere.
ALIKE = 0.4
ALIKE_ELSEWHERE = 0.6
#: Words that a paragraph has at least, to be known again elsewhere: "---" is anywhere.
KNOWN_BY = 3
#: Comparisons that finding changed paragraphs may take; the rest came and went.
COMPARED = 20_000
#: The product of how many paragraphs two texts have, of which as many stay as can.
IN_FULL = 40_000


@dataclass
class Pairs:
    """Indices of the old paragraphs with those of the new ones that they are.

    ``stayed`` is in the same order in both texts, ``moved`` is out of it.
    """

    stayed: dict[int, int] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)


def pair(olds: Sequence[Paragraph], news: Sequence[Paragraph]) -> Pairs:
    """Finds them: equal and in order, equal elsewhere, alike in place, alike elsewhere."""
    pairs = Pairs(_stayed([one.key for one in olds], [one.key for one in news]))
    _equal_elsewhere(olds, news, pairs)
    left = [COMPARED]
    _alike_in_place(olds, news, pairs, left)
    _alike_elsewhere(olds, news, pairs, left)
    return pairs


def _stayed(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    if len(old) * len(new) <= IN_FULL:
        return stays(old, new)
    stayed: dict[int, int] = {}
    at = 0
    ends = len(old), len(old), len(new), len(new)
    for old_start, old_end, new_start, _new_end in [*changed_places(old, new), ends]:
        for index in range(at, old_start):
            stayed[index] = new_start - (old_start - index)
        at = old_end
    return stayed


def _free(
    olds: Iterable[Paragraph], news: Iterable[Paragraph], pairs: Pairs
) -> tuple[list[Paragraph], list[Paragraph]]:
    """Those that are in no pair yet."""
    taken = {*pairs.stayed.values(), *pairs.moved.values()}
    return (
        [one for one in olds if one.index not in pairs.stayed and one.index not in pairs.moved],
        [one for one in news if one.index not in taken],
    )


def _equal_elsewhere(olds: Sequence[Paragraph], news: Sequence[Paragraph], pairs: Pairs) -> None:
    free_olds, free_news = _free(olds, news, pairs)
    places: defaultdict[str, list[Paragraph]] = defaultdict(list)
    for new in reversed(free_news):
        places[new.key].append(new)
    for old in free_olds:
        if old.kind != "head" and len(old.words) >= KNOWN_BY and places[old.key]:
            pairs.moved[old.index] = places[old.key].pop().index


def _alike_in_place(
    olds: Sequence[Paragraph], news: Sequence[Paragraph], pairs: Pairs, left: list[int]
) -> None:
    """Between two paragraphs that stayed: the pairs, in order, that are most alike together."""
    ends = [*sorted(pairs.stayed.items()), (len(olds), len(news))]
    old_at = new_at = 0
    for old_end, new_end in ends:
        ours, theirs = _free(olds[old_at:old_end], news[new_at:new_end], pairs)
        left[0] -= len(ours) * len(theirs)
        if ours and theirs and left[0] >= 0:
            pairs.stayed.update(_best(ours, theirs))
        old_at, new_at = old_end + 1, new_end + 1


def _best(olds: Sequence[Paragraph], news: Sequence[Paragraph]) -> Iterable[tuple[int, int]]:
    """The best common sequence, each pair weighing how alike it is."""
    best = [[0.0] * (len(news) + 1) for _old in range(len(olds) + 1)]
    weight = [[alike(old, new) for new in news] for old in olds]
    for i in reversed(range(len(olds))):
        for j in reversed(range(len(news))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1])
            if weight[i][j] >= ALIKE:
                best[i][j] = max(best[i][j], weight[i][j] + best[i + 1][j + 1])
    i = j = 0
    while i < len(olds) and j < len(news):
        if weight[i][j] >= ALIKE and best[i][j] == weight[i][j] + best[i + 1][j + 1]:
            yield olds[i].index, news[j].index
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _alike_elsewhere(
    olds: Sequence[Paragraph], news: Sequence[Paragraph], pairs: Pairs, left: list[int]
) -> None:
    free_olds, free_news = _free(olds, news, pairs)
    free_olds = [one for one in free_olds if one.kind != "head" and len(one.words) > KNOWN_BY]
    left[0] -= len(free_olds) * len(free_news)
    if left[0] < 0:
        return
    found = [
        (how, old.index, new.index)
        for old in free_olds
        for new in free_news
        if (how := alike(old, new)) >= ALIKE_ELSEWHERE
    ]
    taken: set[int] = set()
    for _how, old_index, new_index in sorted(found, key=lambda one: (-one[0], one[1], one[2])):
        if old_index not in pairs.moved and new_index not in taken:
            pairs.moved[old_index] = new_index
            taken.add(new_index)


def alike(one: Paragraph, two: Paragraph) -> float:
    """How much of their words two paragraphs share, from 0 to 1; 1 for two heads."""
    if "head" in (one.kind, two.kind):
        return float(one.kind == two.kind)
    if (one.kind == "heading") != (two.kind == "heading"):
        return 0.0
    total = len(one.words) + len(two.words)
    if not total:
        return float(one.text == two.text)
    return 2 * (one.bag & two.bag).total() / total
