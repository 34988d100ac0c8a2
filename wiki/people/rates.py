"""Rates of what is frequent and harmless, kept in the memory of one process.

Log-ins and mails are counted in the database (``limits.py``): a restart must not forgive them, and
they are rare. A write to disk for each search or save would cost more than what it guards.
"""

from collections.abc import Callable
from threading import Lock
from time import monotonic

from wiki.errors import TooMany
from wiki.translation import ngettext

#: How many keys are kept before the idle ones are dropped.
MOST = 20_000


def too_many(wait: int) -> TooMany:
    """The refusal that says when to come back: in ``wait`` seconds."""
    minutes = -(-wait // 60)
    words = ngettext(
        "That was often enough for now. Please come back in a minute.",
        "That was often enough for now. Please come back in {count} minutes.",
        minutes,
    )
    return TooMany(words.format(count=minutes), retry_after=wait)


class Rates:
    """Counts tries by key; thread-safe.

    Two counters a key, of this window and of the one before, weighed by how much of that one is
    still within reach (the sliding window counter of network gateways): a few numbers a key,
    however high the limit.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lock = Lock()
        #: key → (number of the window, tries in it, tries in the one before, its length)
        self._counts: dict[str, tuple[int, int, int, int]] = {}

    def attempt(self, key: str, limit: int, window: int) -> None:
        """Counts one try of ``key``. Raises TooMany beyond ``limit`` in ``window`` seconds."""
        now = self._now()
        number, passed = int(now // window), now % window
        with self._lock:
            last, count, before, _window = self._counts.get(key, (number, 0, 0, window))
            if last == number - 1:
                count, before = 0, count
            elif last != number:
                count, before = 0, 0
            if count + before * (1 - passed / window) + 1 > limit:
                raise too_many(max(1, round(window - passed)))
            if len(self._counts) >= MOST and key not in self._counts:
                self._drop_idle(now)
            self._counts[key] = (number, count + 1, before, window)

    def _drop_idle(self, now: float) -> None:
        self._counts = {
            key: value for key, value in self._counts.items() if value[0] >= now // value[3] - 1
        }
        if len(self._counts) >= MOST:
            # A flood of keys: forgetting them all is the bound that remains.
            self._counts.clear()
