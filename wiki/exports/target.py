"""Where an export is written: a ZIP, or a folder; as it comes, and whole or not at all.

Nothing is kept in memory: a site of any size is written file by file.
"""

import errno
import io
import os
import secrets
import shutil
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from wiki.errors import BadRequest, StorageFailed
from wiki.translation import gettext as _

#: one day that is in every archive: the same wiki makes the same file
_DAY = (2000, 1, 1, 0, 0, 0)
#: what is packed already
_PACKED = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".zip", ".pdf", ".woff2", ".mp4", ".mp3")


class Target(ABC):
    """What takes the files of an export; names are relative, with slashes, given once each."""

    def __init__(self) -> None:
        self.files = 0

    @abstractmethod
    def add(self, name: str, data: bytes) -> None:
        """Writes the file ``name``."""

    @abstractmethod
    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """Lends the file ``name`` to write into; no other is written meanwhile."""
        raise NotImplementedError

    def add_pieces(self, name: str, pieces: Iterable[bytes]) -> None:
        """Writes the file ``name`` as it comes."""
        with self.opened(name) as file:
            file.writelines(pieces)


class _Zip(Target):
    def __init__(self, archive: zipfile.ZipFile) -> None:
        super().__init__()
        self._archive = archive

    def add(self, name: str, data: bytes) -> None:
        self._archive.writestr(_entry(name), data)
        self.files += 1

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        with (
            self._archive.open(_entry(name), "w", force_zip64=True) as raw,
            io.BufferedWriter(raw, 1 << 16) as file,
        ):
            yield file
        self.files += 1


class _Folder(Target):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def add(self, name: str, data: bytes) -> None:
        self._place(name).write_bytes(data)
        self.files += 1

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        with self._place(name).open("wb") as file:
            yield file
        self.files += 1

    def _place(self, name: str) -> Path:
        place = self._folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        return place


@contextmanager
def archive_at(file: Path) -> Iterator[Target]:
    """A ZIP that stands at ``file`` once all is in it. Raises StorageFailed, and leaves nothing."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with _told(file):
        try:
            with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
                yield _Zip(archive)
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def folder_at(folder: Path) -> Iterator[Target]:
    """A folder that stands at ``folder``, new or empty, once all is in it.

    Raises BadRequest where something is in it already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadRequest(f"{folder} is there already and not empty: name a new folder")
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    with _told(folder):
        try:
            beside.mkdir(parents=True)
            yield _Folder(beside)
            if folder.exists():
                folder.rmdir()
            beside.replace(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def target_at(path: Path) -> Iterator[Target]:
    """The ZIP or, where the name does not end so, the folder ``path``."""
    with (archive_at if path.suffix.lower() == ".zip" else folder_at)(path) as target:
        yield target


@contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            words = _(
                "There is not enough room on the disk for this export. Nothing was kept of it."
            )
        else:
            reason = os.strerror(error.errno) if error.errno else str(error)
            words = _("The export could not be written ({reason}).").format(reason=reason)
        raise StorageFailed(words) from error


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.external_attr = 0o644 << 16
    packed = name.lower().endswith(_PACKED)
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    return entry
