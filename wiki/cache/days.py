"""The day as something that answers depend on."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta, tzinfo

from wiki.cache.topics import DAY


class Days:
    """Days of a site in ``zone``, by the clock ``now``. A source of ``Cache``."""

    def __init__(self, now: Callable[[], datetime], zone: Callable[[], tzinfo]) -> None:
        self._now = now
        self._zone = zone
        #: where it is, its number, its first second, and the first of the next
        self._day: tuple[tzinfo | None, int, float, float] = (None, 1, 0.0, 0.0)

    def now(self) -> int:
        """The number of the day that it is."""
        there, number, begins, ends = self._day
        moment, zone = self._now(), self._zone()
        if zone is not there or not begins <= moment.timestamp() < ends:
            first = datetime.combine(moment.astimezone(zone), datetime.min.time(), zone)
            number, ends = first.toordinal(), (first + timedelta(days=1)).timestamp()
            self._day = zone, number, first.timestamp(), ends
        return number

    @staticmethod
    def pick(topics: Collection[str]) -> frozenset[str]:
        """See ``Source``."""
        return frozenset(topics) & {DAY}

    def stands(self, then: int, topics: Collection[str]) -> int | None:
        """See ``Source``."""
        return self.glance()(then, topics)

    def glance(self) -> Callable[[int, Collection[str]], int | None]:
        """See ``Source``."""
        now = self.now()
        return lambda then, topics: now if then == now or not topics else None
