"""Which parts of the index become one with what is added, so that a question looks into few.

Parts of about one size are merged when there are some, so that each document is copied a few times
at most, and few at once. A logarithmic merge policy (S. Büttcher, C. Clarke, G. Cormack:
*Information Retrieval*, 2010, 7.1), with a bound on what a question waits for.
"""

from collections.abc import Sequence

#: parts of about one size, the largest less than four times the smallest, that are made one …
_SIBLINGS = 4
#: … if they hold no more documents than a question can wait for (each takes some milliseconds) …
_MERGED_AT_ONCE = 500
#: … or if there are so many that every question pays for them
_MANY = 16


def merged(sizes: Sequence[int], added: int) -> set[int]:
    """Which of the parts with so many documents are merged with the ``added`` ones, by number."""
    limit = max(_MERGED_AT_ONCE, added)
    tiers: dict[int, list[int]] = {}
    for number, size in enumerate(sizes):
        tiers.setdefault((size.bit_length() - 1) // 2, []).append(number)
    carried = added
    chosen: set[int] = set()
    for tier in sorted(tiers):
        group = tiers[tier]
        size = sum(sizes[number] for number in group)
        if (len(group) >= _SIBLINGS or size <= carried) and carried + size <= limit:
            chosen.update(group)
            carried += size
        elif len(group) >= _SIBLINGS and len(sizes) > _MANY:
            return chosen.union(group[:_SIBLINGS])
    return chosen
