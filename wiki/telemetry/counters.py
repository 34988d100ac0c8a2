"""Numbers that all processes forked from one count in together: memory shared since the fork.

::

    place of a process:  its number, sizes │ uses │ faults │ kept │ durations │ those of 64 minutes
    the next process in that place goes on from there: nothing that was counted is lost with one

Each process writes in a place of its own, so that nothing waits: to count a kept answer is to add
one to a number. Who wants to know adds up the places. All begins at nought when the server starts.
"""

import fcntl
import mmap
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from threading import Lock
from typing import NamedTuple
from weakref import WeakSet

from wiki.telemetry.kinds import BUCKETS, FAULTS, KINDS, LOST, PUSHES, READS, USES, bucket_of

#: processes that are told apart
_PLACES = 64
_WORD = 8
#: minutes that are kept apart, of which an hour is told
_MINUTES, _HOUR = 64, 60
# Where in a place what stands.
_PID, _KEPT_SIZE, _KEPT_COUNT, _KEPT_GIVEN, _KEPT_MADE = range(5)
_USES = _KEPT_MADE + 1
_FAULTS = _USES + 2 * len(USES)
_LOST = _FAULTS + len(FAULTS)
_PUSHES = _LOST + len(LOST)
_READS = _PUSHES + len(PUSHES)
_TIMES = _READS + len(READS)
#: of a kind: its buckets, and all its durations together in microseconds
_TIME = BUCKETS + 1
_RING = _TIMES + _TIME * len(KINDS)
#: of a minute: which one it is, and the buckets of each kind
_MINUTE = 1 + BUCKETS * len(KINDS)
_WORDS = _RING + _MINUTE * _MINUTES
#: behind all places: the uses that stand in rows already
_NOTED = _PLACES * _WORDS
_END = _NOTED + 2 * len(USES)
_KIND = {name: number for number, name in enumerate(KINDS)}
_FAULT = {name: _FAULTS + number for number, name in enumerate(FAULTS)}

_all: "WeakSet[Counters]" = WeakSet()


class Kept(NamedTuple):
    """Kept answers: how often one was given, and made; how many are held now, of which size."""

    given: int
    made: int
    held: int
    size: int


class Durations(NamedTuple):
    """How long requests of a kind took: how many by bucket, all together in seconds."""

    buckets: Sequence[int]
    seconds: float


class Counters:
    """The numbers of this process and of those that it forks from now on; thread-safe."""

    def __init__(self) -> None:
        size = _END * _WORD
        # Without such files (Linux has them) each process counts alone.
        self._file = os.memfd_create("counters") if hasattr(os, "memfd_create") else -1
        if self._file >= 0:
            os.ftruncate(self._file, size)
        self._memory = memoryview(mmap.mmap(self._file, size)).cast("Q")
        self._lock = Lock()
        self._place: memoryview | None = None
        _all.add(self)

    def __del__(self) -> None:
        if self._file >= 0:
            os.close(self._file)

    def count_kept(self, use: int, *, program: bool) -> None:
        """Counts a kept answer that was given, and the use that it is (``use_of``; 0: none)."""
        place = self._place or self._take_place()
        # No lock: no other thread has the interpreter between reading a number and writing it.
        place[_KEPT_GIVEN] += 1
        if use:
            place[use + program] += 1

    def count_made(self, count: int, size: int) -> None:
        """Counts an answer that was made to be kept; this process now keeps so many."""
        place = self._place or self._take_place()
        with self._lock:
            place[_KEPT_MADE] += 1
            place[_KEPT_COUNT], place[_KEPT_SIZE] = count, size

    def count_use(self, use: int, *, program: bool) -> None:
        """Counts a use."""
        place = self._place or self._take_place()
        with self._lock:
            place[use + program] += 1

    def count_fault(self, name: str) -> None:
        """Counts an answer of one of ``FAULTS``."""
        place = self._place or self._take_place()
        with self._lock:
            place[_FAULT[name]] += 1

    def count_lost(self, number: int) -> None:
        """Counts a kept answer that does not stand any more, for what ``LOST`` has there."""
        place = self._place or self._take_place()
        with self._lock:
            place[_LOST + number] += 1

    def count_push(self, what: str) -> None:
        """Counts one of ``PUSHES``."""
        place = self._place or self._take_place()
        with self._lock:
            place[_PUSHES + PUSHES.index(what)] += 1

    def count_read(self, what: str) -> None:
        """Counts one of ``READS``."""
        place = self._place or self._take_place()
        with self._lock:
            place[_READS + READS.index(what)] += 1

    def observe(self, kind: str, seconds: float) -> None:
        """Counts a request of that kind, which took so long."""
        place = self._place or self._take_place()
        number, bucket, minute = _KIND[kind], bucket_of(seconds), int(time.time()) // 60
        with self._lock:
            at = _TIMES + _TIME * number
            place[at + bucket] += 1
            place[at + BUCKETS] += int(seconds * 1_000_000)
            at = _RING + _MINUTE * (minute % _MINUTES)
            if place[at] != minute:
                place[at : at + _MINUTE] = memoryview(bytes(_MINUTE * _WORD)).cast("Q")
                place[at] = minute
            place[at + 1 + BUCKETS * number + bucket] += 1

    def uses(self) -> dict[str, tuple[int, int]]:
        """How often each was used since the server started: by people's browsers, by programs."""
        total = self._sum(_USES, 2 * len(USES))
        return {name: (total[2 * n], total[2 * n + 1]) for n, name in enumerate(USES)}

    def noted_uses(self) -> dict[str, tuple[int, int]]:
        """Those of ``uses`` that ``note_uses`` was told last, in any process."""
        total = self._memory[_NOTED:_END].tolist()
        return {name: (total[2 * n], total[2 * n + 1]) for n, name in enumerate(USES)}

    def note_uses(self, uses: dict[str, tuple[int, int]]) -> None:
        """Notes that these are kept elsewhere by now."""
        for number, name in enumerate(USES):
            self._memory[_NOTED + 2 * number], self._memory[_NOTED + 2 * number + 1] = uses[name]

    def faults(self) -> dict[str, int]:
        """How often each fault was answered since the server started."""
        return dict(zip(FAULTS, self._sum(_FAULTS, len(FAULTS)), strict=True))

    def lost(self) -> dict[str, int]:
        """How many kept answers were let go, for what, since the server started."""
        return dict(zip(LOST, self._sum(_LOST, len(LOST)), strict=True))

    def pushes(self) -> dict[str, int]:
        """What became of pushes to what nodes share, since the server started."""
        return dict(zip(PUSHES, self._sum(_PUSHES, len(PUSHES)), strict=True))

    def reads(self) -> dict[str, int]:
        """Where reads that a replica could have had were answered, since the server started."""
        return dict(zip(READS, self._sum(_READS, len(READS)), strict=True))

    def kept(self) -> Kept:
        """Kept answers, since the server started, and those that living processes keep now."""
        given, made = self._sum(_KEPT_GIVEN, 2)
        size = held = 0
        for place in self._places():
            if _lives(place[_PID]):
                size, held = size + place[_KEPT_SIZE], held + place[_KEPT_COUNT]
        return Kept(given, made, held, size)

    def durations(self) -> dict[str, Durations]:
        """By kind, those of all requests since the server started."""
        total = self._sum(_TIMES, _TIME * len(KINDS))
        found = {}
        for number, name in enumerate(KINDS):
            part = total[_TIME * number : _TIME * (number + 1)]
            found[name] = Durations(part[:BUCKETS], part[BUCKETS] / 1_000_000)
        return found

    def last_hour(self) -> dict[str, Sequence[int]]:
        """By kind, how many requests of the last hour fell in each bucket."""
        now = int(time.time()) // 60
        total = [0] * (_MINUTE - 1)
        for place in self._places():
            for at in range(_RING, _WORDS, _MINUTE):
                if now - _HOUR < place[at] <= now:
                    one = place[at + 1 : at + _MINUTE].tolist()
                    total = [a + b for a, b in zip(total, one, strict=True)]
        return {
            name: total[BUCKETS * number : BUCKETS * (number + 1)]
            for number, name in enumerate(KINDS)
        }

    def _sum(self, at: int, size: int) -> list[int]:
        total = [0] * size
        for place in self._places():
            total = [a + b for a, b in zip(total, place[at : at + size].tolist(), strict=True)]
        return total

    def _places(self) -> Iterator[memoryview]:
        for start in range(0, _NOTED, _WORDS):
            if self._memory[start + _PID]:
                yield self._memory[start : start + _WORDS]

    def _take_place(self) -> memoryview:
        """The place of this process: the first that no living one has, held until it ends."""
        with self._lock:
            if self._place is None:
                number = next((n for n in range(_PLACES) if self._lock_place(n)), None)
                if number is None:  # more than there are places for: this one counts for itself
                    self._place = memoryview(bytearray(_WORDS * _WORD)).cast("Q")
                else:
                    self._place = self._memory[_WORDS * number : _WORDS * (number + 1)]
                self._place[_PID] = os.getpid()
                self._place[_KEPT_SIZE] = self._place[_KEPT_COUNT] = 0
            return self._place

    def _lock_place(self, number: int) -> bool:
        if self._file < 0:
            return not number
        with suppress(OSError):
            # It is let go of where its holder is killed.
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
            return True
        return False

    def _begin_anew(self) -> None:
        """In a child: its parent's place is not its own."""
        self._lock = Lock()
        self._place = None


def use_of(name: str) -> int:
    """What ``count_use`` and ``count_kept`` call one of ``USES``; never 0."""
    return _USES + 2 * USES.index(name)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _begin_all_anew() -> None:
    for one in list(_all):
        one._begin_anew()


os.register_at_fork(after_in_child=_begin_all_anew)
