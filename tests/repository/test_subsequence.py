"""As much stays of a sequence as can: against all that could."""

from collections.abc import Sequence
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from wiki.merging.subsequence import stays

short = st.lists(st.sampled_from("abcd"), max_size=7)


def longest(old: Sequence[str], new: Sequence[str]) -> int:
    """How many can stay, by trying all."""
    for size in range(min(len(old), len(new)), 0, -1):
        there = set(combinations(new, size))
        if any(one in there for one in combinations(old, size)):
            return size
    return 0


@given(old=short, new=short)
def test_as_many_stay_as_can_in_order(old: list[str], new: list[str]) -> None:
    kept = list(stays(old, new).items())
    assert all(old[one] == new[two] for one, two in kept)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(kept))
    assert len(kept) == longest(old, new)


def test_one_that_moved_to_the_end_moves_nothing_else() -> None:
    assert stays("abcdef", "abdefc") == {0: 0, 1: 1, 3: 2, 4: 3, 5: 4}
