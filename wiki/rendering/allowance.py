"""What laying out one page may cost: units, which are the same on every machine, and a clock.

Units decide where a page is cut, so that everybody sees it cut in one place. The clock is there for
views that cost more than what they say tells. It counts the processor's time of this thread, since
being asked for in a busy minute is no reason to be cut; whatever waits, for a lock say, uses no
processor, and is cut far beyond its time only.
"""

from time import monotonic, thread_time

#: units for each second that a page may take: one is about a millisecond on a small machine
UNITS = 1_000
#: what a view costs; one that asks about other pages; so many characters that it makes, a unit each
VIEW, QUESTION, CHARACTERS = 1, 4, 1_000
#: wiki links that are looked up for one unit
LINKS = 5
#: how many times as long as its time of the processor a page may take by the clock on the wall
PATIENCE = 30


class Allowance:
    """What is left to one page of ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds * UNITS
        self._ends = thread_time() + seconds
        self._gives_up = monotonic() + PATIENCE * seconds
        #: whether the clock ended it, which may be otherwise another time
        self.hurried = False

    def spend(self, units: float) -> None:
        """Takes ``units``, even more than are left: what was begun is not thrown away."""
        self._left -= units

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be begun."""
        if self._left <= 0:
            return True
        if thread_time() >= self._ends or monotonic() >= self._gives_up:
            self.hurried = True
        return self.hurried
