"""A folder: on this disk, on another one, or on one that is mounted from elsewhere."""

import os
import shutil
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wiki.backups.targets.target import TargetFailed, key_of
from wiki.disk.durable import sync_folder
from wiki.translation import gettext as _

#: says that this is the folder, and not the empty place where a disk is not mounted
_MARK = "carrefour.backups"
#: bytes, and a part of the disk, that stay free beside the wiki itself
_ROOM, _PART = 500_000_000, 0.05
_CHUNK = 1 << 20
#: seconds after which what is unfinished is nobody's any more, be it another wiki's
_LEFT = 86_400.0


class Folder:
    """Backups as files of a folder.

    One ``beside`` the instance is made where it is missing, and takes none where the disk is short.
    """

    packs = False
    known = False

    def __init__(self, path: Path, *, beside: bool) -> None:
        self.path = path
        self.key = key_of("folder", str(path))
        self.label = str(path)
        self.is_beside = beside

    def check(self, size: int) -> None:
        """See Target."""
        with self._faults():
            if self.is_beside:
                self.path.mkdir(mode=0o700, exist_ok=True)
            if not self.path.is_dir():
                words = _("The folder for backups is not there: {folder}. Make it, or mount it.")
                raise TargetFailed(words.format(folder=self.path))
            mark = self.path / _MARK
            # One of the instance's own cannot be away by itself.
            if self.known and not self.is_beside and not mark.exists():
                words = _(
                    "The folder for backups holds none of those that were made: {folder}. Mount its"
                    " disk; if it is the right one, make an empty file {mark} in it."
                )
                raise TargetFailed(words.format(folder=self.path, mark=_MARK))
            disk = shutil.disk_usage(self.path)
            spare = min(_ROOM, disk.total * _PART) if self.is_beside else 0
            if disk.free < size + spare:
                words = _("There is not enough room for a backup in {folder}.")
                raise TargetFailed(words.format(folder=self.path))
            mark.touch()

    def put(self, file: Path, name: str) -> None:
        """See Target."""
        unfinished = self.path / f".{name}.part"
        with self._faults():
            try:
                with file.open("rb") as source, unfinished.open("wb") as target:
                    unfinished.chmod(0o600)
                    shutil.copyfileobj(source, target, _CHUNK)
                    target.flush()
                    os.fsync(target.fileno())
                unfinished.replace(self.path / name)
                sync_folder(self.path)
            finally:
                unfinished.unlink(missing_ok=True)

    def names(self) -> Collection[str]:
        """See Target."""
        with self._faults():
            if self.is_beside and not self.path.exists():
                return []
            return [path.name for path in self.path.iterdir() if path.is_file()]

    def fetch(self, name: str, file: Path) -> None:
        """See Target."""
        with self._faults():
            shutil.copyfile(self.path / name, file)

    def remove(self, names: Sequence[str]) -> None:
        """See Target; and what one that was killed has left unfinished."""
        with self._faults():
            for name in names:
                (self.path / name).unlink(missing_ok=True)
            for path in self.path.glob(".carrefour-*.part"):
                if time.time() - path.stat().st_mtime > _LEFT:
                    path.unlink(missing_ok=True)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            words = _("The folder for backups cannot be used: {folder} ({why}).")
            why = error.strerror or type(error).__name__
            raise TargetFailed(words.format(folder=self.path, why=why)) from error
