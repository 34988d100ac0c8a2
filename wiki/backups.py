"""Backups: one archive with everything that cannot be worked out again, taken while others write.

It holds ``content.git`` as a git bundle, the private rows as a copy made by their database, the
settings and the secret. Derived stores are not in it: they are rebuilt.
"""

import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from wiki.config import Settings
from wiki.errors import AlreadyExists, BadRequest
from wiki.founding import database_url, exists
from wiki.instance import Instance
from wiki.people.database import Database
from wiki.repository.bundling import bundle
from wiki.repository.repository import Repository

_BUNDLE = "content.bundle"
_ROWS = "private"
_FILES = ("wiki.toml", "secret")


def write_backup(instance: Instance, file: Path) -> None:
    """Writes the archive; it appears under its name only once it is whole."""
    folder = instance.settings.instance
    with TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as temporary:
        work = Path(temporary)
        # Private rows first: a row may speak of a page that is there, never of one that is not.
        instance.private.backup(work / _ROWS)
        bundle(instance.repository, work / _BUNDLE)
        partial = work / "archive"
        with tarfile.open(partial, "w:gz") as archive:
            for path in (work / _ROWS, work / _BUNDLE, *(folder / name for name in _FILES)):
                if path.is_file():
                    archive.add(path, path.name)
        partial.chmod(0o600)
        partial.replace(file)


def read_backup(settings: Settings, file: Path) -> None:
    """Makes the instance of an archive. Raises AlreadyExists, or BadRequest for another file."""
    if exists(settings):
        raise AlreadyExists(f"there is an instance in {settings.instance} already")
    folder = settings.instance
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".restore-") as temporary:
        work = Path(temporary)
        try:
            with tarfile.open(file, "r:*") as archive:
                archive.extractall(work, filter="data")
        except tarfile.TarError as error:
            raise BadRequest(f"{file} is not a backup: {error}") from error
        if not (work / _ROWS).is_file():
            raise BadRequest(f"{file} is not a backup of a wiki")
        for name in _FILES:
            if (work / name).is_file():
                (work / name).replace(folder / name)
        private = Database(database_url(settings))
        try:
            private.restore(work / _ROWS)
            private.migrate()
        finally:
            private.close()
        git, lock = folder / "content.git", folder / "lock"
        if (work / _BUNDLE).is_file():
            repository = Repository.clone_from(str(work / _BUNDLE), git, lock)
        else:  # a wiki without a page
            repository = Repository.create(git, lock)
        repository.close()
