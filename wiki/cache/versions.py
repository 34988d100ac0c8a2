"""How often what is not in git has changed, by topic, for all processes of an instance.

One small file counts: a clock that rises with each change, and for each topic when it changed
last. A topic's place is its hash; two that share one are changed together, which is never wrong.
The file may be deleted: a new one has another name for its time, so that no answer outlasts it.
"""

import fcntl
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from struct import Struct
from threading import Lock, local

from wiki.cache.topics import SITE
from wiki.errors import StorageFailed
from wiki.translation import gettext as _

#: topics that are told apart
PLACES = 4096
_NAME = 16
_NUMBER = Struct("<Q")
_HEADER = _NAME + _NUMBER.size

#: name of the file's time, clock; None: it cannot be read
Moment = tuple[bytes, int] | None


class Versions:
    """The counts in ``file``; thread-safe. A source of ``Cache``."""

    def __init__(self, file: Path) -> None:
        self._path = os.fspath(file)
        self._lock = Lock()
        self._descriptor: int | None = None
        self._identity = (0, 0)
        self._local = local()

    def bump(self, topics: Iterable[str]) -> None:
        """Lets no answer stand that depends on ``topics``; call it once they are otherwise.

        Raises StorageFailed.
        """
        try:
            with self._lock:
                file = self._open()
                fcntl.lockf(file, fcntl.LOCK_EX)
                try:
                    clock = _NUMBER.pack(_NUMBER.unpack(os.pread(file, 8, _NAME))[0] + 1)
                    for topic in topics:
                        os.pwrite(file, clock, place_of(topic))
                    # Last: who reads the new clock finds what changed with it.
                    os.pwrite(file, clock, _NAME)
                finally:
                    fcntl.lockf(file, fcntl.LOCK_UN)
        except OSError as error:
            raise StorageFailed(
                _(
                    "The disk is full or read-only:"
                    " pages may show for a while what they showed before."
                )
            ) from error

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
        try:
            with self._lock:
                header = os.pread(self._open(), _HEADER, 0)
        except OSError:
            return None
        return header[:_NAME], _NUMBER.unpack(header[_NAME:])[0]

    @staticmethod
    def pick(topics: Collection[str]) -> frozenset[str]:
        """Those of ``topics`` that are counted here."""
        return frozenset((SITE, *(one for one in topics if one.startswith(("rows:", "own:")))))

    def stands(self, then: Moment, topics: Collection[str]) -> Moment:
        """The present moment if none of ``topics`` changed since ``then``; else None."""
        now = self._read()
        if then is None or now is None or then == now:
            return now if then == now else None
        if then[0] != now[0]:
            return None
        try:
            places = os.pread(self._descriptor or 0, PLACES * 8, _HEADER)
        except OSError:
            return None
        for topic in topics:
            if _NUMBER.unpack_from(places, place_of(topic) - _HEADER)[0] > then[1]:
                return None
        return now

    def close(self) -> None:
        """Lets go of the file; it is opened again where it is asked for."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _open(self) -> int:
        """The open file, made where there is none; another one where it was replaced."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - for each request: a path object costs more
            if self._descriptor is not None and (found.st_dev, found.st_ino) == self._identity:
                return self._descriptor
        except FileNotFoundError:
            Path(self._path).parent.mkdir(parents=True, exist_ok=True)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.lockf(file, fcntl.LOCK_EX)
        if os.fstat(file).st_size != _HEADER + PLACES * 8:
            os.ftruncate(file, 0)
            os.pwrite(file, bytes(_HEADER + PLACES * 8), 0)
            os.pwrite(file, token_bytes(_NAME), 0)
        fcntl.lockf(file, fcntl.LOCK_UN)
        status = os.fstat(file)
        self._descriptor, self._identity = file, (status.st_dev, status.st_ino)
        return file


def place_of(topic: str) -> int:
    """Where the number of ``topic`` stands in the file."""
    hashed = int.from_bytes(blake2b(topic.encode(), digest_size=4).digest(), "little")
    return _HEADER + 8 * (hashed % PLACES)
