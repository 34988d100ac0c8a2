"""What is told apart in counting: kinds of requests, of faults, of use; and durations by bucket."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

#: kinds of requests, by what is asked of a view
KINDS = (
    *("page", "search", "edit", "save", "history", "file", "feed"),
    *("api", "git", "form", "account", "admin", "other"),
)
#: upper bounds of durations, in seconds; what takes longer has a bucket of its own
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
BUCKETS = len(BOUNDS) + 1

#: what is used, each counted twice: by people's browsers, and by programs that say they are some
USES = ("view", "search", "search_without_result")
#: answers that tell of a fault, or refuse
FAULTS = ("fault", "storage", "rows", "busy", "too_many", "forged")
#: what became of pushes to the repository that nodes share: taken, tried again since it refused or
#: could not be heard, given back since another node was first
PUSHES = ("taken", "again", "overtaken")
#: where what a replica could have been asked was read: there; at the primary, since the replica
#: lacked it, or since it is not asked (it does not answer, or lags for long)
READS = ("replica", "late", "away")
#: what kept answers were let go for: pages or rows that they show, or the day
LOST = ("pages", "rows", "day")


def bucket_of(seconds: float) -> int:
    """The bucket that a duration falls in."""
    return bisect_left(BOUNDS, seconds)


def quantile(buckets: Sequence[int], part: float) -> float | None:
    """About how long that part of all durations took at most; None where there are none.

    Within a bucket they are taken as spread evenly; of the last one its lower bound is told.
    """
    total = sum(buckets)
    if not total:
        return None
    wanted = part * total
    for number, reached in enumerate(accumulate(buckets)):
        if reached >= wanted and buckets[number]:
            break
    if number == len(BOUNDS):
        return BOUNDS[-1]
    lower = BOUNDS[number - 1] if number else 0.0
    inside = (wanted - (reached - buckets[number])) / buckets[number]
    return lower + (BOUNDS[number] - lower) * inside
