"""A damaged clone, made whole from the shared repository."""

import logging
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from wiki.errors import StorageFailed
from wiki.repository.creation import inspect
from wiki.repository.marks import clear_lost, has_lost
from wiki.repository.repository import Repository
from wiki.repository.shared.central import Shared
from wiki.repository.writes.repair import (
    find_forgotten,
    find_newest,
    move_branch,
    restore_objects,
)

_log = logging.getLogger(__name__)


def heal(shared: Shared) -> None:
    """Puts back what was missed in the clone since it was last whole; mostly there is nothing.

    Readers are answered meanwhile as far as can be, and who saves waits. Raises HostFailed, and
    StorageFailed where it cannot be mended.
    """
    repository = shared.repository
    if not has_lost(repository.folder) and _has_head(repository):
        return
    _log.warning("the clone %s is damaged: it is made whole", repository.folder)
    with TemporaryDirectory(prefix="clone-", dir=repository.folder.parent) as name:
        copy = Repository.create(Path(name) / "content.git", Path(name) / "lock")
        try:
            whole = Shared(copy, shared.host)
            whole.arrive()
            with repository.lock():
                clear_lost(repository.folder)
                found = restore_objects(repository.folder, [copy.folder])
                newest = find_newest(repository.folder, [copy.head()])
                if newest and not _has_head(repository):
                    move_branch(repository.folder, newest)
                repository.close()
        finally:
            copy.close()
    _log.warning("%s objects of the clone are there again", len(found))


def lay_damaged_aside(folder: Path) -> bool:
    """Renames a clone that git cannot use, or that has lost its branch; whether it did."""
    repository = Repository(folder, folder.with_name("lock"))
    try:
        inspect(folder)
        repository.tree_of(repository.head())
        if not find_forgotten(folder):
            return False
    except (StorageFailed, LookupError):
        pass
    finally:
        repository.close()
    aside = folder.with_name(f"{folder.name}.damaged")
    shutil.rmtree(aside, ignore_errors=True)
    folder.rename(aside)
    _log.warning("the clone %s was damaged: it lies in %s now", folder, aside)
    return True


def _has_head(repository: Repository) -> bool:
    with suppress(StorageFailed, LookupError):
        repository.tree_of(repository.head())
        return True
    return False
