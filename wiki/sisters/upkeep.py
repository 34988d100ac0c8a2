"""What sisters show no more is thrown away: from their copies, and from what they sent.

A moment later, since who reads a page at that moment is not to find it half gone; where a sister or
a page is blocked, at once. The repository of copies has the past of its last commit cut off
(``shallow``), which needs no new commit: what projections reflect still stands.
"""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import cast

from wiki.disk.durable import write_file
from wiki.disk.sqlite import empty_log
from wiki.instance import Instance
from wiki.parts.sister_copies import Copies
from wiki.people.sisters import registry
from wiki.projections.histories.erasure import erase_gone
from wiki.projections.search import SearchProjection
from wiki.projections.tables.projection import TableProjection
from wiki.repository.process import GitFailed
from wiki.repository.process import run as run_git
from wiki.sisters.fetch import remote_folder
from wiki.sisters.mount import catch_up, gone_file, unmount

#: seconds that what is gone stays on the disk
_MOMENT = 120.0
_SECONDS = 600.0
_DAY = 86_400.0


def is_due(instance: Instance) -> bool:
    """Whether something was changed a moment ago, or stands in files that should not any more."""
    changed = _time(_head(instance))
    if changed > _time(_done(instance)):
        return time.time() - changed > _MOMENT
    return bool(changed) and _is_unclean(instance)


def run(instance: Instance) -> None:
    """Throws away what nothing names any more, of sisters that are none as well."""
    clean = _is_unclean(instance)
    known = registry.by_name(instance.private)
    folder = instance.copies.folder
    for left in (folder / "sources").glob("*.json"):
        if left.stem not in known:
            unmount(instance, left.stem)
    for remote in (folder / "remotes").glob("*.git"):
        if remote.stem in known:
            _empty(remote)
    if (copies := instance.copies.find()) is not None:
        with copies.repository.lock():
            _write_search(copies, clean=clean)
            head = copies.repository.head()
            write_file(copies.repository.folder / "shallow", f"{head}\n".encode("ascii"))
            _empty(copies.repository.folder)
            if clean and _clean_tables(copies):
                _cleaned(instance).touch()
    _done(instance).touch()


def remove(instance: Instance, name: str) -> None:
    """Takes all of a sister's away at once; the last takes the place itself along."""
    unmount(instance, name)
    shutil.rmtree(remote_folder(instance, name), ignore_errors=True)
    if any(not one.blocked and one.name != name for one in registry.listed(instance.private)):
        run(instance)
        return
    instance.copies.close()
    shutil.rmtree(instance.copies.folder, ignore_errors=True)


def _write_search(copies: Copies, *, clean: bool) -> None:
    """Has the index be of the last commit: once the one that it was written of is cut off, what has
    changed since could not be told, and each new process would make all of it again.
    """
    catch_up(copies)
    search = cast(SearchProjection, copies.projections.part("search"))
    search.write_recent(copies.repository, clean=clean)


def _clean_tables(copies: Copies) -> bool:
    """Writes the tables anew, without the rows of what is gone; False if not now."""
    parts = [copies.projections.part(name) for name in copies.projections]
    found = [part for part in parts if isinstance(part, TableProjection)]
    with found[0].tables.writing() as rows:
        erase_gone(rows, [table for part in found for table in part.schema.tables.values()])
    found[0].tables.compact()
    file = copies.repository.folder.parent / "tables.db"
    return not file.is_file() or empty_log(file)


def _is_unclean(instance: Instance) -> bool:
    """Whether files still hold words of what is gone: at once for pages, for edits once a day."""
    cleaned = _time(_cleaned(instance))
    if _time(gone_file(instance.copies.folder)) > cleaned:
        return True
    return _time(_head(instance)) > cleaned and time.time() - cleaned > _DAY


def _empty(folder: Path) -> None:
    """Keeps what the branch of the repository reaches, and nothing else."""
    for log in (folder / "logs").rglob("*"):
        if log.is_file():
            log.unlink()
    with suppress(GitFailed):
        run_git(folder, "repack", "-a", "-d", "-q", timeout=_SECONDS)
        run_git(folder, "prune", "--expire=now", timeout=_SECONDS)


def _head(instance: Instance) -> Path:
    return instance.copies.folder / "content.git" / "refs" / "heads" / "main"


def _done(instance: Instance) -> Path:
    return instance.copies.folder / "emptied"


def _cleaned(instance: Instance) -> Path:
    return instance.copies.folder / "cleaned"


def _time(file: Path) -> float:
    """When the file was written; 0 where there is none."""
    try:
        return os.stat(file).st_mtime  # noqa: PTH116 - once a minute
    except OSError:
        return 0.0
