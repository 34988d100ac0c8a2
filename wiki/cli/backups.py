"""Backups: one archive with everything that cannot be worked out again, taken while others write.

It holds ``content.git`` as a git bundle, the texts that wait for someone as one file beside it, the
private rows as a copy made by their database, the settings and the secret. Derived stores are not
in it: they are rebuilt.
"""

import lzma
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from wiki.config import Settings, load_settings
from wiki.errors import AlreadyExists, BadRequest, NotFound
from wiki.instance import Instance
from wiki.parts.creation import new_folder
from wiki.parts.identity import database_url, exists, has_key, make_key
from wiki.people.store.database import Database
from wiki.repository.proposals import Proposed
from wiki.repository.remote.bundle import bundle
from wiki.repository.repository import Repository

_BUNDLE = "content.bundle"
_PROPOSALS = "proposals"
_ROWS = "private"
_FILES = ("wiki.toml", "secret")
_CHUNK = 1 << 20
#: what the archive's readers say of bytes that are none, an OSError without a number among it
_NO_ARCHIVE = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, ValueError)


def write_backup(instance: Instance, file: Path) -> int:
    """Writes the archive; it appears under its name only once it is whole. Returns its bytes.

    Raises NotFound where its folder is not there.
    """
    folder = instance.settings.instance
    if not file.absolute().parent.is_dir():
        raise NotFound(f"there is no folder {file.absolute().parent}")
    with TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as temporary:
        work = Path(temporary)
        # Texts that wait are taken on both sides of the rows: none of them is a row without a text.
        held = instance.proposed.held()
        # Private rows first: a row may speak of a page that is there, never of one that is not.
        instance.private.backup(work / _ROWS)
        instance.proposed.pack(work / _PROPOSALS, {**held, **instance.proposed.held()})
        bundle(instance.repository, work / _BUNDLE)
        partial = work / "archive"
        with tarfile.open(partial, "w:gz") as archive:
            parts = (work / name for name in (_ROWS, _BUNDLE, _PROPOSALS))
            for path in (*parts, *(folder / name for name in _FILES)):
                if path.is_file():
                    archive.add(path, path.name)
        partial.chmod(0o600)
        size = partial.stat().st_size
        partial.replace(file)
    return size


def read_backup(settings: Settings, file: Path) -> None:
    """Makes the instance of an archive; where that fails, nothing of it is left.

    Raises AlreadyExists where anything lies in the folder, or there are private rows where the
    archive's settings say, and BadRequest for a file that is no backup.
    """
    folder = settings.instance
    if exists(settings):
        raise AlreadyExists(f"there is an instance in {folder} already")
    if folder.exists() and any(folder.iterdir()):
        raise AlreadyExists(f"{folder} is not empty: restore into an empty folder, or a new one")
    with new_folder(folder), TemporaryDirectory(dir=folder, prefix=".restore-") as temporary:
        work = Path(temporary)
        unpack(file, work)
        for name in _FILES:
            if (work / name).is_file():
                (work / name).replace(folder / name)
        if not has_key(folder):
            make_key(folder)
        # The archive's own settings say where the private rows belong.
        _restore_rows(load_settings(folder), work / _ROWS)
        git, lock = folder / "content.git", folder / "lock"
        if (work / _BUNDLE).is_file():
            repository = Repository.clone_from(str(work / _BUNDLE), git, lock)
        else:  # a wiki without a page
            repository = Repository.create(git, lock)
        if (work / _PROPOSALS).is_file():
            Proposed(folder / "proposals.git", repository).unpack(work / _PROPOSALS)
        repository.close()


def unpack(file: Path, work: Path) -> None:
    """The parts of a backup, and nothing else that an archive may hold.

    Raises BadRequest where its bytes are not those that were written.
    """
    with _reading(file), tarfile.open(file, "r:*") as archive:
        for member in archive:
            if member.isfile() and member.name in (_ROWS, _BUNDLE, _PROPOSALS, *_FILES):
                archive.extract(member, work, filter="data")
        # The sum at the end of what is compressed is looked at only by who reads as far.
        while archive.fileobj is not None and archive.fileobj.read(_CHUNK):
            pass
    if not (work / _ROWS).is_file():
        raise BadRequest(f"{file} is not a backup of a wiki")


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    try:
        yield
    except _NO_ARCHIVE as error:
        raise BadRequest(f"{file} is not a backup of a wiki, or is damaged") from error
    except OSError as error:
        if error.errno is not None:  # the disk's fault, not the file's
            raise
        raise BadRequest(f"{file} is not a backup of a wiki, or is damaged") from error


def _restore_rows(settings: Settings, rows: Path) -> None:
    private = Database(database_url(settings))
    try:
        if private.path is not None and private.path.stat().st_size:
            raise AlreadyExists(f"there are private rows in {private.path} already")
        private.restore(rows)
        private.migrate()
    finally:
        private.close()
