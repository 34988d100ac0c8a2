"""The moment that an answer is made for: while it lasts, whatever was answered still stands.

A moment is the head, the site generation, the day, and how often something worked out from git was
too old when it was asked. Whoever keeps an answer reads the moment before it is made and after, and
keeps it only where both are one: then it was made from nothing else.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from wiki.instance import Instance
from wiki.people.store.generation import generation_file, read_generation

#: head, site generation, day, answers given from an old state
Moment = tuple[str, bytes, int, int]


class Moments:
    """Tells the moment of ``instance``, in some microseconds.

    The site generation changes with each private write that shows on a public page.
    """

    def __init__(self, instance: Instance, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._head = instance.repository.head
        self._generation = generation_file(instance.settings.instance)
        self._zone = instance.settings.zone
        self._projections = instance.projections
        self._day, self._day_ends = 0, 0.0

    def now(self) -> Moment:
        """The moment that it is. Raises StorageFailed where the branch is damaged."""
        if (now := self._clock()) >= self._day_ends:
            today = datetime.fromtimestamp(now, self._zone).date()
            midnight = datetime.combine(today + timedelta(days=1), datetime.min.time(), self._zone)
            self._day, self._day_ends = today.toordinal(), midnight.timestamp()
        return self._head(), read_generation(self._generation), self._day, self._projections.lagged
