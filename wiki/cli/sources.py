"""Where `wiki check --mend --from` takes lost parts: a backup, a copied folder, a repository."""

import tarfile
from contextlib import ExitStack, closing, suppress
from functools import cache
from pathlib import Path
from sqlite3 import DatabaseError
from tempfile import TemporaryDirectory

from wiki.backups.archive import FILES, unpack
from wiki.backups.encryption import opened
from wiki.config import Settings
from wiki.disk.sqlite import open_file
from wiki.errors import BadRequest
from wiki.parts.identity import is_there, read_identity
from wiki.people.store.database import Database
from wiki.people.store.engine import read_instance
from wiki.repository.proposals import Proposed
from wiki.repository.repository import Repository


class Source:
    """The place of ``--from``.

    A backup's archive and a copy of an instance's folder have all parts; a clone or a mirror has
    the pages alone.
    """

    def __init__(self, place: str, settings: Settings, stack: ExitStack) -> None:
        """What is unpacked goes with ``stack``. Raises BadRequest."""
        self.place = place
        #: where git finds the pages; "" where there was none yet
        self.repository = place
        #: the parts of the archive, or those taken out of the copy
        self._parts = Path(stack.enter_context(TemporaryDirectory(prefix="wiki-mend-")))
        self._copy: Path | None = None
        self.part = cache(self._find)
        path = Path(place)
        if path.is_file() and tarfile.is_tarfile(
            file := stack.enter_context(opened(path, settings))
        ):
            unpack(file, self._parts)
            bundle = self._parts / "content.bundle"
            self.repository = str(bundle) if bundle.is_file() else ""
        elif is_there(path / "content.git"):
            self._copy = path
            self.repository = str(path / "content.git")

    def check_same(self, folder: Path) -> None:
        """Raises BadRequest where its accounts are not those of the instance in ``folder``."""
        identity, rows = read_identity(folder), self.part("private")
        if identity is None or rows is None:
            return
        with suppress(DatabaseError), closing(open_file(rows)) as connection:
            if read_instance(connection) not in ("", identity.id):
                raise BadRequest(f"{self.place} is of another wiki: nothing was taken from it")

    def _find(self, name: str) -> Path | None:
        """A file of the archive: ``private``, ``proposals``, ``secret`` …; None where none is."""
        path = self._parts / name
        if self._copy is not None and not path.is_file():
            self._take(name, self._copy, path)
        return path if path.is_file() else None

    @staticmethod
    def _take(name: str, copy: Path, target: Path) -> None:
        """Writes a part of a copied folder as it stands in an archive."""
        if name in FILES and (copy / name).is_file():
            target.write_bytes((copy / name).read_bytes())
        elif name == "private" and (copy / "private.db").is_file():
            with closing(Database(f"sqlite:///{copy / 'private.db'}")) as rows:
                rows.backup(target)
        elif name == "proposals" and (copy / "proposals.git").is_dir():
            content = Repository(copy / "content.git", copy / "lock")
            held = Proposed(copy / "proposals.git", content)
            held.pack(target, held.held())
            held.close()
            content.close()
