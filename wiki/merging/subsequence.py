"""What stays, in order, of a short sequence in another: as much as can.

difflib takes the longest run that stays first, wherever it is, and then moves all around it.
"""

from collections.abc import Sequence


def shared_ends(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many members both begin with, and how many of the rest both end with."""
    shortest = min(len(one), len(other))
    begun = 0
    while begun < shortest and one[begun] == other[begun]:
        begun += 1
    ended = 0
    while ended < shortest - begun and one[-1 - ended] == other[-1 - ended]:
        ended += 1
    return begun, ended


def stays(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Index in ``old`` → index in ``new`` of as many equal members as can stay in order.

    Takes time by the product of both lengths, without what both begin and end with.
    """
    begun, ended = shared_ends(old, new)
    kept = {at: at for at in range(begun)}
    kept |= {
        begun + one: begun + two
        for one, two in _middle(old[begun : len(old) - ended], new[begun : len(new) - ended])
    }
    kept |= {len(old) - at: len(new) - at for at in range(ended, 0, -1)}
    return kept


def _middle(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    #: how many can stay from an index of each to the ends
    most = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for one in range(len(old) - 1, -1, -1):
        for two in range(len(new) - 1, -1, -1):
            most[one][two] = (
                most[one + 1][two + 1] + 1
                if old[one] == new[two]
                else max(most[one + 1][two], most[one][two + 1])
            )
    kept: list[tuple[int, int]] = []
    one = two = 0
    while one < len(old) and two < len(new):
        if old[one] == new[two]:
            kept.append((one, two))
            one, two = one + 1, two + 1
        elif most[one + 1][two] >= most[one][two + 1]:
            one += 1
        else:
            two += 1
    return kept
