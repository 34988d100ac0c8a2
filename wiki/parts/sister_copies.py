"""``index/sisters``: copies of other sites' public pages in one repository, and what is worked out
of it by the same projections as from ours.

Where there is no copy, nothing is opened: finding that out is one look at the disk. All of it may
be deleted whenever one likes; it is made again from the sites.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

from wiki.cache.store import Cache
from wiki.projections.base import Projections
from wiki.projections.interface import Projection
from wiki.projections.tables.file import FileTables
from wiki.projections.tables.store import Stores
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository

#: bytes of git's objects that a process keeps of it
_ROOM = 4_000_000


@dataclass(frozen=True)
class Copies:
    """The repository of copies, open, with what is worked out of it."""

    repository: Repository
    projections: Projections
    cache: Cache

    def close(self) -> None:
        """Lets go of processes and files."""
        self.projections.close()
        self.repository.close()


class SisterCopies:
    """Where the copies lie; thread-safe. ``folder`` is ``index/sisters`` of an instance.

    ``parts`` makes the projections, ``cache`` what is kept of answers from them.
    """

    def __init__(
        self,
        folder: Path,
        parts: Callable[[], Iterable[Projection]],
        cache: Callable[[Projections], Cache],
        stores: Stores = FileTables,
    ) -> None:
        self.folder = folder.absolute()
        self._git = self.folder / "content.git"
        self._head = os.fspath(self._git / "HEAD")
        self._parts, self._cache, self._stores = parts, cache, stores
        self._lock = RLock()
        self._open: Copies | None = None
        self._identity: tuple[int, int] | None = None

    def find(self) -> Copies | None:
        """The copies; None where there are none."""
        try:
            found = os.stat(self._head)  # noqa: PTH116 - for each page: a path object costs more
        except OSError:
            self.close()
            return None
        identity = found.st_dev, found.st_ino
        opened = self._open
        if opened is None or identity != self._identity:
            opened = self._opened(identity)
        return None if opened.repository.head() == EMPTY else opened

    def make(self) -> Copies:
        """Likewise, made where they are missing."""
        with self._lock:
            if not (self._git / "HEAD").is_file():
                Repository.create(self._git, self.folder / "lock").close()
            identity = os.stat(self._head)  # noqa: PTH116 - likewise
            return self._opened((identity.st_dev, identity.st_ino))

    def close(self) -> None:
        """Lets go of them; they are opened again where they are asked for."""
        if self._open is None:
            return
        with self._lock:
            if self._open is not None:
                self._open.close()
            self._open = None

    def _opened(self, identity: tuple[int, int]) -> Copies:
        with self._lock:
            if self._open is not None and identity == self._identity:
                return self._open
            self.close()
            repository = Repository.open(self._git, self.folder / "lock", _ROOM)
            projections = Projections(repository, self.folder, self._parts(), stores=self._stores)
            self._identity = identity
            self._open = Copies(repository, projections, self._cache(projections))
            return self._open
