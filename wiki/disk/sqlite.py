"""SQLite files on a disk that may take no writing: full, mounted read-only, or of another user.

SQLite reads a file in WAL mode by way of two files beside it (``-wal``, ``-shm``), which it makes.
Where it cannot, and no log is there, nobody writes to the file: it may be read as it stands
(``immutable``), until it is another one or can be written again.
"""

import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from wiki.disk.space import is_writable

Kind = TypeVar("Kind", bound=sqlite3.Connection)

#: what SQLite says of a file that it cannot read
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
#: what it says where it can make no file, or none larger
_NO_ROOM = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}
#: what it says of a write that the disk refuses
_REFUSED = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY}
#: what it says of a file that it cannot read
_DISKS = {*_NO_ROOM, *_REFUSED, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_BUSY}
#: bytes of a log that is to be emptied, and seconds that this waits for readers, and writers for it
_LONG_LOG, _PATIENCE = 16_000_000, 0.1
#: seconds after which it is tried again whether a disk that was full takes the files
_TRY_AGAIN = 0.05


class Frozen(sqlite3.Connection):
    """A connection that reads, opened where nothing could be written."""

    path: Path
    #: the file as it was, and when it was looked at
    state: object
    since: float

    def is_outdated(self) -> bool:
        """Whether another connection is to be opened: for writing, or since the file may differ."""
        if _state(self.path) != self.state:
            return True
        late = time.monotonic() - self.since > _TRY_AGAIN
        return late and is_writable(self.path)


def is_outdated(connection: object) -> bool:
    """Whether another connection is to be opened in place of this one."""
    return isinstance(connection, Frozen) and connection.is_outdated()


def open_file(path: Path, *, make: bool = False, patience: float = 5.0) -> sqlite3.Connection:
    """A connection to an SQLite file, for any thread, in autocommit mode; ``Frozen`` if need be.

    One that is missing is made only where ``make`` says so. Who waits for another writer does so
    for ``patience`` seconds. Raises sqlite3.DatabaseError.
    """
    address = f"file:{quote(str(path.absolute()))}?mode="
    if is_writable(path):
        found = _connect(f"{address}rw{'c' if make else ''}", sqlite3.Connection, patience)
        try:
            found.execute("PRAGMA schema_version")
        except sqlite3.DatabaseError as error:
            if error_code(error) not in _NO_ROOM:
                return found  # whoever asks next is told
            found.close()
            if not path.exists():
                raise
        else:
            return found
    still = "" if _has_log(path) else "&immutable=1"
    state, since = _state(path), time.monotonic()
    frozen = _connect(f"{address}ro{still}", Frozen, patience)
    frozen.path, frozen.state, frozen.since = path, state, since
    return frozen


def is_log_long(path: Path) -> bool:
    """Whether the log beside the file has grown far beyond what SQLite leaves of it."""
    with suppress(OSError):
        return _log(path).stat().st_size > _LONG_LOG
    return False


def empty_log(path: Path) -> bool:
    """Moves the log into the file and empties it; False if not now.

    SQLite does the first by itself, and begins anew where nobody reads just then: where readers
    come one over the other for hours, nobody ever does, and the log grows without end.
    """
    try:
        with closing(open_file(path, patience=_PATIENCE)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False  # somebody is at it
    return not busy


def is_refused(error: BaseException | None) -> bool:
    """Whether it says that the disk took no writing."""
    return isinstance(error, sqlite3.Error) and error_code(error) in _REFUSED


def is_disks(error: sqlite3.Error) -> bool:
    """Whether the file cannot be read, or not now: a fault of the disk, and none of a statement.

    A file that was just thrown away, damaged, has no tables before it is made again.
    """
    return error_code(error) in _DISKS or "no such table" in str(error)


def error_code(error: sqlite3.Error) -> int:
    """The primary result code: extended codes carry more in the upper bits."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _connect(address: str, factory: type[Kind], patience: float) -> Kind:
    return sqlite3.connect(
        address,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=patience,
        factory=factory,
    )


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _has_log(path: Path) -> bool:
    with suppress(OSError):
        return _log(path).stat().st_size > 0
    return False


def _state(path: Path) -> object:
    """What is another one once somebody has written to the file."""
    with suppress(OSError):
        found = path.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns, _has_log(path)
    return None
