"""Until when this node knows of all that other nodes have changed, shared by its processes.

::

    who hears the others (people/store/listener.py) ──extend()──▶ index/lease ◀──holds── who keeps
                                                                                         answers

Where several machines serve one wiki, each has counts of its own (``versions.py``), and is told
what others have changed. Where nothing was heard for ``LASTS`` seconds it cannot be known whether
something was told meanwhile: then no answer stands, and none is kept, until it is heard again.
"""

import os
import struct
import time
from collections.abc import Callable
from pathlib import Path
from secrets import token_bytes

from wiki.cache.versions import Versions
from wiki.disk.open_files import open_writable

#: seconds
LASTS = 2.0
#: one that does not stand still while the machine sleeps, where the system has it
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
#: seconds for which others that were heard may have a lease, though they are not found any more:
#: theirs may have begun after ours ended, and ends after as long
_REMEMBERED = 3 * LASTS
#: what this node is called among the others, when the lease ends, how many others there were, when
_LEASE = struct.Struct("<8sQQQ")


def moment() -> int:
    """The present moment in nanoseconds, by a clock that all processes of the machine share."""
    return time.clock_gettime_ns(_CLOCK)


class Lease:
    """The lease in ``file``; thread-safe, and made again where the file is lost."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def node(self) -> str:
        """What this node is called among the others, by chance; "" while it does not listen."""
        found = self._read()
        return found[0].hex() if found else ""

    @property
    def holds(self) -> bool:
        """Whether nothing can have been changed at another node that is not known here."""
        return bool(self.ends)

    @property
    def ends(self) -> int:
        """The moment at which it ends; 0 where it does not hold."""
        found = self._read()
        # Not one of the machine's clock before it was started anew.
        return found[1] if found and 0 < found[1] - moment() <= LASTS * 1e9 else 0

    @property
    def others(self) -> int:
        """How many other nodes were heard while it held last, if that was lately."""
        found = self._read()
        return found[2] if found and 0 <= moment() - found[3] <= _REMEMBERED * 1e9 else 0

    def begin(self) -> None:
        """Gives this node a name, of this run. Raises OSError."""
        self._write(0, name=token_bytes(8))

    def extend(self, heard: int, others: int = 0) -> None:
        """All that ``others`` have changed before the moment ``heard`` is known. Raises OSError."""
        self._write(heard + round(LASTS * 1e9), (others, heard))

    def end(self) -> None:
        """From now on it is not known. Raises OSError."""
        self._write(0)

    def _write(self, until: int, others: tuple[int, int] | None = None, name: bytes = b"") -> None:
        """``others`` and ``name`` stay as they are where nothing is said of them."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        file = open_writable(self._file)
        try:
            found = os.pread(file, _LEASE.size, 0)
            whole = len(found) == _LEASE.size
            before = _LEASE.unpack(found) if whole else (token_bytes(8), 0, 0, 0)
            os.pwrite(file, _LEASE.pack(name or before[0], until, *(others or before[2:])), 0)
        finally:
            os.close(file)

    def _read(self) -> tuple[bytes, int, int, int] | None:
        try:
            name, until, others, counted = _LEASE.unpack(self._file.read_bytes())
        except (OSError, struct.error):
            return None
        return name, until, others, counted


class LeasedVersions(Versions):
    """Counts of which nothing is known while ``lease`` does not hold."""

    def __init__(self, file: Path, changed: Callable[[], object], lease: Lease) -> None:
        super().__init__(file, changed)
        self._lease = lease

    def _bytes(self, size: int) -> bytes:
        return super()._bytes(size) if self._lease.holds else b""


def versions_of(file: Path, changed: Callable[[], object], lease: Lease | None) -> Versions:
    """The counts in ``file``, alone or with other nodes."""
    return Versions(file, changed) if lease is None else LeasedVersions(file, changed, lease)
