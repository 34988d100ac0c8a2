"""Runs the tasks that follow the pages, once the branch has moved and rests.

Whoever moved it: a save, a push, a command in another process. Looking is one read of a small file.
Who has saved reads on at once, and wants the processor and the tables then: tasks come after that,
one after the other, and rest from it.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread

from wiki.errors import StorageFailed
from wiki.hookspecs.background import Task

#: Seconds between looks.
_LOOK = 0.1
#: Seconds that the branch has to stand still: with the work itself, less than the second of a
#: reader's click. Where it never does, at most so many seconds are waited.
CALM, LONGEST_WAIT = 0.3, 10.0
#: So many times as long as its work took, a lane rests before it works again: what several saves
#: ask for is then done at once, and not at the cost of those who write. At most so many seconds.
_REST, _LONGEST_REST = 9, 10.0
#: Seconds that who is at work has to end by itself; it may be killed anywhere.
_GRACE = 1


class Pace:
    """Says when what follows a branch is to be done, told where the branch is, and when.

    ``calm``: seconds that it has to stand still.
    """

    def __init__(self, calm: float = CALM) -> None:
        self._calm = calm
        self._done: str | None = None
        self._seen: str | None = None
        #: when it moved first since the last work, and when last
        self._first = self._last = 0.0
        self._rests_until = 0.0

    def is_due(self, head: str | None, now: float) -> bool:
        """Whether to work now, for ``head``; to be asked again and again. None: it is not known."""
        if head != self._seen:
            self._first = now if self._seen == self._done else self._first
            self._seen, self._last = head, now
        waited = now - self._last >= self._calm or now - self._first >= LONGEST_WAIT
        return head != self._done and now >= self._rests_until and waited

    def note_done(self, head: str | None, begun: float, now: float) -> None:
        """``head`` has been followed, from ``begun`` until ``now``."""
        self._done = head
        self._rests_until = now + min(_REST * (now - begun), _LONGEST_REST)


@dataclass
class Lane:
    """Tasks that run one after the other, once ``head`` has moved and stood still for ``calm`` s.

    ``head`` gives None where it is not known yet.
    """

    names: Sequence[str]
    head: Callable[[], str | None]
    calm: float = CALM
    #: what its first task was last run for
    ready: str | None = None


def lanes_of(tasks: Iterable[Task], head: Callable[[], str]) -> list[Lane]:
    """Those of ``tasks`` that follow the pages: one lane of what keeps nothing in memory, first.

    What keeps the same in memory is a lane too, which follows the first task of that one. It steps
    back far for others, and would hold long what it has to bring up to date itself. So is what
    waits outside: it may do so for long.
    """
    names: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
    for task in tasks:
        if task.follows:
            names[task.keeps, task.outside].append(task.name)
    first = Lane(names.pop(("", False), []), head)
    return [first, *(Lane(some, lambda: first.ready, calm=0) for some in names.values())]


@contextmanager
def watching(
    lanes: Sequence[Lane], run: Callable[[str], object], stopped: Event, after: float = 0
) -> Iterator[None]:
    """Runs the tasks of each lane in ``after`` seconds, then after moves, until ``stopped``.

    Each lane has a thread of its own, so that one which takes long keeps no other waiting.
    """
    threads = [
        Thread(target=_watch, args=(lane, run, stopped, after), name="follow", daemon=True)
        for lane in lanes
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join(_GRACE)


def _watch(lane: Lane, run: Callable[[str], object], stopped: Event, after: float) -> None:
    pace, head = Pace(lane.calm), None
    stopped.wait(after)
    while not stopped.is_set():
        # A damaged branch is told to whoever reads; it may be mended while this goes on.
        with suppress(StorageFailed):
            head = lane.head()
        begun = time.monotonic()
        if pace.is_due(head, begun):
            for name in lane.names:
                run(name)
                lane.ready = head
            pace.note_done(head, begun, time.monotonic())
        stopped.wait(_LOOK)
