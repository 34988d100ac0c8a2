"""An instance made of an archive: whole, or nothing of it is left."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from wiki.backups.archive import BUNDLE, FILES, OBJECTS, PROPOSALS, ROWS, unpack
from wiki.backups.manifest import Manifest
from wiki.config import Settings, load_settings
from wiki.disk.sqlite import open_file
from wiki.errors import AlreadyExists, RowsNewer
from wiki.files.object_store import ObjectStore
from wiki.files.objects import folder_of, store_of
from wiki.parts.creation import new_folder
from wiki.parts.identity import database_url, exists, has_key, make_key
from wiki.people.copies import new_copy, write_copy
from wiki.people.store.database import Database
from wiki.people.store.engine import read_instance
from wiki.repository.proposals import Proposed
from wiki.repository.repository import Repository


def read_backup(settings: Settings, file: Path, *, url: str = "") -> Manifest | None:
    """Makes the instance of an archive; what the archive says of itself, where it does.

    Private rows go where the archive's own settings say, or to ``url``. Raises AlreadyExists where
    anything lies in the folder, or there are private rows there, BadRequest for a file that is no
    backup, and RowsNewer for one of newer code.
    """
    folder = settings.instance
    if exists(settings):
        raise AlreadyExists(f"there is an instance in {folder} already")
    if folder.exists() and any(folder.iterdir()):
        raise AlreadyExists(f"{folder} is not empty: restore into an empty folder, or a new one")
    with new_folder(folder), TemporaryDirectory(dir=folder, prefix=".restore-") as temporary:
        work = Path(temporary)
        manifest = unpack(file, work)
        for name in FILES:
            if (work / name).is_file():
                (work / name).replace(folder / name)
        if not has_key(folder):
            make_key(folder)
        begun, lock = work / "content.git", folder / "lock"
        if (work / BUNDLE).is_file():
            repository = Repository.clone_from(str(work / BUNDLE), begun, lock)
        else:  # a wiki without a page
            repository = Repository.create(begun, lock)
        if (work / PROPOSALS).is_file():
            texts = work / "proposals.git"
            Proposed(texts, repository).unpack(work / PROPOSALS)
            texts.rename(folder / "proposals.git")
        repository.close()
        copy = new_copy()
        if (work / OBJECTS).is_dir():
            there = load_settings(folder) if not url else settings
            store = store_of(there, _identity_in(work / ROWS), lambda: copy)
            _restore_objects(there, work / OBJECTS, store)
        rows = url or database_url(load_settings(folder))
        _restore_rows(rows, work / ROWS, manifest, copy)
        # Last: where this is killed before, nobody takes what is there for a wiki.
        begun.rename(folder / "content.git")
    return manifest


def _identity_in(rows: Path) -> str:
    """Of the wiki whose rows these are: what is in a bucket of its own is read again."""
    with closing(open_file(rows)) as connection:
        return read_instance(connection)


def _restore_objects(settings: Settings, found: Path, store: ObjectStore | None) -> None:
    """Large files into the bucket of the settings; else into the instance's folder."""
    if store is None:
        found.rename(folder_of(settings.instance))
        return
    for file in found.iterdir():
        with file.open("rb") as source:
            store.put(source, restored=True)
        file.unlink()


def _restore_rows(url: str, rows: Path, manifest: Manifest | None, copy: str) -> None:
    private = Database(url)
    try:
        if private.path is not None and private.path.stat().st_size:
            raise AlreadyExists(f"there are private rows in {private.path} already")
        if private.read_identity():
            raise AlreadyExists("the database holds the private rows of another instance already")
        if private.outage is not None:
            # What was worked out from the pages of the site before.
            from wiki.projections.tables.schemas import Schemas

            stores = Schemas(private)
            stores.discard()
            stores.close()
        private.restore(rows)
        write_copy(private, copy)
    except RowsNewer as error:
        if manifest is None:
            raise
        raise RowsNewer(
            f"the backup was made by version {manifest.version}, which is newer: install that "
            "version, then restore"
        ) from error
    finally:
        private.close()
