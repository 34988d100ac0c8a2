"""Rates of what is frequent, counted by all processes of the wiki together.

Log-ins and mails are counted in the database (``durable.py``): they are rare, and must be counted
together with what they write. A write to the database for each search or save would cost more than
what it guards. These are counted in one file of fixed size, which all processes have open::

    key ──▶ a group of slots ──▶ the slot of the key ──▶ its tries, by eighths of the window

What the file holds of a key is a hash with the wiki's secret: neither a name nor an address. It
outlasts a restart of the wiki, but not of the machine, whose clock it goes by. Where it cannot be
read or written, each process counts alone.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from math import ceil
from pathlib import Path
from struct import Struct
from threading import Lock
from time import monotonic

from wiki.disk.open_files import open_writable
from wiki.errors import TooMany
from wiki.translation import ngettext

#: the parts of a window that are counted apart, so that tries are forgotten one part at a time
PARTS = 8
#: slots in a group, and groups: where a group is full, the key makes room that was used longest ago
SLOTS, GROUPS = 8, 4096

#: hash of the key, number of its newest part, length of the window, tries by part, newest first
_SLOT = Struct(f"<QQI{PARTS + 1}I")
_GROUP = SLOTS * _SLOT.size


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
    """Counts tries by key, in ``file`` or, without one, in this process; thread-safe.

    A window slides by eighths and looks back one eighth further than it is long. So in no window
    are there more tries than the limit, wherever it begins, and each is forgotten an eighth of a
    window late at most. That takes a few numbers a key, however high the limit.
    """

    def __init__(
        self, file: Path | None = None, secret: bytes = b"", now: Callable[[], float] = monotonic
    ) -> None:
        self._file = file
        self._secret = secret[:64]
        self._now = now
        self._lock = Lock()
        self._descriptor: int | None = None
        self._alone: dict[int, bytearray] = {}

    def attempt(self, key: str, limit: int, window: int) -> None:
        """Counts one try of ``key``. Raises TooMany beyond ``limit`` in ``window`` seconds."""
        name = self._name(key, window)
        with self._lock, self._group(name % GROUPS) as group:
            # Looked at here: nobody who had the group before was later than this.
            wait = _count(group, name, self._now(), limit, window)
        if wait:
            raise too_many(wait)

    def _name(self, key: str, window: int) -> int:
        """What stands for a key: it tells neither a name nor an address."""
        said = f"{window} {key}".encode("utf-8", "surrogatepass")
        hashed = blake2b(said, key=self._secret, digest_size=8)
        return int.from_bytes(hashed.digest(), "little") or 1

    def forget_all(self) -> None:
        """Forgets every try of every key."""
        with self._lock:
            self._alone.clear()
            if self._descriptor is not None:
                os.ftruncate(self._descriptor, 0)

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    @contextmanager
    def _group(self, number: int) -> Iterator[bytearray]:
        """A group of slots that nobody else has meanwhile; what is changed in it stays."""
        start = number * _GROUP
        try:
            group = self._take(start)
        except OSError:
            # The disk is full, or may not be written to.
            group = None
        if group is None:
            yield self._alone.setdefault(number, bytearray(_GROUP))
            return
        try:
            yield group
            os.pwrite(self._file_open(), group, start)
        except OSError:
            self._alone[number] = group
        finally:
            fcntl.lockf(self._file_open(), fcntl.LOCK_UN, _GROUP, start)

    def _take(self, start: int) -> bytearray | None:
        if start // _GROUP in self._alone:
            return None
        descriptor = self._file_open()
        fcntl.lockf(descriptor, fcntl.LOCK_EX, _GROUP, start)
        # What lies behind the end of the file has not been counted in yet.
        return bytearray(os.pread(descriptor, _GROUP, start).ljust(_GROUP, b"\0"))

    def _file_open(self) -> int:
        if self._descriptor is None:
            # Without a file there is none to open: an OSError like any other.
            self._descriptor = open_writable(self._file or "")
        return self._descriptor


def _count(group: bytearray, name: int, now: float, limit: int, window: int) -> int:
    """Counts a try of ``name`` in its group; where there is no room, in how many seconds there is.

    0 where it was counted.
    """
    part = window / PARTS
    slot = _slot_of(group, name, now)
    number, counts = _aged(group, slot, name, int(now // part))
    for after in range(PARTS + 2):
        if sum(counts[: PARTS + 1 - after]) < limit or after > PARTS:
            break
    if after:
        return max(1, ceil((number + after) * part - now))
    counts[0] += 1
    _SLOT.pack_into(group, slot, name, number, window, *counts)
    return 0


def _slot_of(group: bytearray, name: int, now: float) -> int:
    """Where ``name`` is counted in the group: its slot, else the one that was used longest ago."""
    ages: list[tuple[float, int]] = []
    for start in range(0, _GROUP, _SLOT.size):
        known, number, window, *_counts = _SLOT.unpack_from(group, start)
        if known == name:
            return start
        used = number * window / PARTS if known else -1.0
        # Of a clock before this one.
        ages.append((used if used <= now + window else -1.0, start))
    return min(ages)[1]


def _aged(group: bytearray, slot: int, name: int, number: int) -> tuple[int, list[int]]:
    """The number of the part that a try at ``number`` falls in, and the tries as of then."""
    known, last, _window, *counts = _SLOT.unpack_from(group, slot)
    passed = number - last
    if known != name or passed > PARTS or passed < -PARTS:
        # Another's, too old, or counted by the clock of a machine that has started again since.
        return number, [0] * (PARTS + 1)
    if passed <= 0:
        return last, counts
    return number, [*[0] * passed, *counts][: PARTS + 1]
