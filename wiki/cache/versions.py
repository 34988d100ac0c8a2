"""How often what is not in git has changed, by topic, for all processes of an instance.

One small file counts: a clock that rises with each change, and for each topic when it changed
last. A topic's place is its hash; two that share one are changed together, which is never wrong.
The file may be deleted or cut: a new one has another name for its time, so that no answer outlasts
it. What is about to change is marked first: where its writer is killed, nothing that depends on it
stands until it changes again.
"""

import fcntl
import os
import struct
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from secrets import randbits, token_bytes
from threading import Lock, local

from wiki.cache.topics import SITE
from wiki.disk.open_files import open_shared
from wiki.errors import StorageFailed
from wiki.translation import gettext as _

#: topics that are told apart
PLACES = 4096
_NAME = 16
_NUMBER = struct.Struct("<Q")
#: the clock, and how many changes are announced that have not come, or whose writer was killed
_COUNTS = struct.Struct("<QQ")
_HEADER = _NAME + _COUNTS.size
_SIZE = _HEADER + PLACES * _NUMBER.size
_ALL_PLACES = range(_HEADER, _SIZE, _NUMBER.size)
#: when a topic changed last that is about to change: later than any moment, and whose changes
_ABOUT_TO = 2**63

#: name of the file's time, clock; None: it cannot be read
Moment = tuple[bytes, int] | None


class Versions:
    """The counts in ``file``; thread-safe. A source of ``Cache``."""

    def __init__(self, file: Path, changed: Callable[[], object] = bool) -> None:
        """``changed`` is called after each change."""
        self._path = os.fspath(file)
        self._changed = changed
        self._lock = Lock()
        self._descriptor: int | None = None
        self._writable = False
        self._identity = (0, 0, 0)
        self._local = local()
        #: whether those who announce do so in turn: who does leaves none but the dead behind
        self.in_turn = True

    def announce(self, topics: Iterable[str]) -> int:
        """Lets no answer that depends on ``topics`` stand, or be kept, until ``bump``.

        To be called before they change; gives what ``bump`` is told then. Raises StorageFailed.
        """
        mine = randbits(63) or 1
        self._write(topics, begins=mine)
        return mine

    def bump(self, topics: Iterable[str], *, announced: int = 0) -> None:
        """Lets no answer stand that depends on ``topics``; call it once they are otherwise.

        ``announced``: what ``announce`` gave for the same. What another has announced stays so
        until it has changed too. Raises StorageFailed.
        """
        self._write(topics, ends=announced)

    def bump_places(self, places: Iterable[int]) -> None:
        """As ``bump``, by ``place_of`` of topics: those that another machine has changed."""
        self._write_at({one for one in places if one in _ALL_PLACES})

    def begin_anew(self) -> None:
        """Lets nothing stand that was kept so far, and forgets what the dead have announced.

        For the start of a server: who has announced something then and dies is not known.
        """
        with suppress(OSError):
            Path(self._path).unlink()
        self._changed()

    def _write(self, topics: Iterable[str], begins: int = 0, ends: int = 0) -> None:
        self._write_at({place_of(topic) for topic in topics}, begins, ends)

    def _write_at(self, places: Collection[int], begins: int = 0, ends: int = 0) -> None:
        """Moves the clock, and puts it, or who announces, at ``places``."""
        try:
            with self._lock:
                file = self._open(write=True)
                fcntl.lockf(file, fcntl.LOCK_EX)
                try:
                    clock, waits = _COUNTS.unpack(os.pread(file, _COUNTS.size, _NAME))
                    for place in places:
                        (last,) = _NUMBER.unpack(os.pread(file, _NUMBER.size, place))
                        whose = self._whose(last, begins, ends)
                        at = _ABOUT_TO + whose if whose else clock + 1
                        os.pwrite(file, _NUMBER.pack(at), place)
                    waits = max(waits + bool(begins) - bool(ends), 0)
                    # Last: who reads the new clock finds what changed with it.
                    os.pwrite(file, _COUNTS.pack(clock + 1, waits), _NAME)
                finally:
                    fcntl.lockf(file, fcntl.LOCK_UN)
        except (OSError, struct.error) as error:
            raise StorageFailed(_("The disk is full or read-only: nothing was saved.")) from error
        finally:
            self._changed()

    def _whose(self, last: int, begins: int, ends: int) -> int:
        """Who has announced a change where ``last`` stands that has not come; 0 for nobody.

        Several at a time are told apart by what all of theirs make together (XOR).
        """
        before = max(last - _ABOUT_TO, 0)
        if self.in_turn:
            return begins or (0 if before == ends else before)
        return before ^ begins ^ (ends if before else 0)

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Inside, ``now`` is the moment of this call: what is read later is no older than that."""
        before = getattr(self._local, "moment", None)
        self._local.moment = before or self._read()
        try:
            yield
        finally:
            self._local.moment = before

    def now(self) -> Moment:
        """The present moment, or that which this thread is pinned to."""
        return getattr(self._local, "moment", None) or self._read()

    def _read(self) -> Moment:
        """The present moment. Takes some microseconds."""
        header = self._bytes(_HEADER)
        return (header[:_NAME], _COUNTS.unpack_from(header, _NAME)[0]) if header else None

    def _bytes(self, size: int) -> bytes:
        """The first bytes of the file; none where it cannot be read."""
        try:
            with self._lock:
                found = os.pread(self._open(), size, 0)
        except OSError:
            return b""
        return found if len(found) == size else b""

    @staticmethod
    def pick(topics: Collection[str]) -> frozenset[str]:
        """Those of ``topics`` that are counted here."""
        return frozenset((SITE, *(one for one in topics if one.startswith(("rows:", "own:")))))

    def stands(self, then: Moment, topics: Collection[str]) -> Moment:
        """The present moment if none of ``topics`` changed since ``then``; else None.

        One that is about to change did, though the clock may stand still until it has.
        """
        return self.glance()(then, topics)

    def glance(self) -> Callable[[Moment, Collection[str]], Moment]:
        """See ``Source``. Takes some microseconds."""
        header, found = self._bytes(_HEADER), b""
        if not header:
            return lambda _then, _topics: None
        name, (clock, waits) = header[:_NAME], _COUNTS.unpack_from(header, _NAME)

        def stands(then: Moment, topics: Collection[str]) -> Moment:
            nonlocal found
            if then is None or then[0] != name:
                return None
            if then[1] != clock or waits:
                found = found or self._bytes(_SIZE)
                if not found.startswith(name):
                    return None
                changed = (_NUMBER.unpack_from(found, place_of(topic))[0] for topic in topics)
                if not all(one <= then[1] for one in changed):
                    return None
            return name, clock

        return stands

    def close(self) -> None:
        """Lets go of the file; it is opened again where it is asked for."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _open(self, *, write: bool = False) -> int:
        """The open file, made where there is none; another one where it was replaced.

        Where it cannot be written it is read, and opened again by who writes to it.
        """
        try:
            found = os.stat(self._path)  # noqa: PTH116 - for each request: a path object costs more
            identity = found.st_dev, found.st_ino, found.st_size
            fits = identity == self._identity and (self._writable or not write)
            if fits and self._descriptor is not None:
                return self._descriptor
        except FileNotFoundError:
            Path(self._path).parent.mkdir(parents=True, exist_ok=True)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        file, self._writable = open_shared(self._path)
        try:
            if self._writable:
                _begin(file)
            status = os.fstat(file)
        except BaseException:
            os.close(file)
            raise
        self._descriptor, self._identity = file, (status.st_dev, status.st_ino, status.st_size)
        return file


def _begin(file: int) -> None:
    """Fills the file where it is new, or was cut."""
    fcntl.lockf(file, fcntl.LOCK_EX)
    try:
        if os.fstat(file).st_size != _SIZE:
            os.ftruncate(file, 0)
            os.pwrite(file, token_bytes(_NAME) + bytes(_SIZE - _NAME), 0)
    finally:
        fcntl.lockf(file, fcntl.LOCK_UN)


@lru_cache(maxsize=4 * PLACES)
def place_of(topic: str) -> int:
    """Where the number of ``topic`` stands in the file."""
    hashed = int.from_bytes(blake2b(topic.encode(), digest_size=4).digest(), "little")
    return _HEADER + 8 * (hashed % PLACES)
