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
from wiki.instance import Instance
from wiki.parts.sister_copies import Copies
from wiki.people.sisters import registry
from wiki.projections.search import SearchProjection
from wiki.repository.process import GitFailed
from wiki.repository.process import run as run_git
from wiki.sisters.fetch import remote_folder
from wiki.sisters.mount import catch_up, unmount

#: seconds that what is gone stays on the disk
_MOMENT = 120.0
_SECONDS = 600.0


def is_due(instance: Instance) -> bool:
    """Whether something was changed a moment ago."""
    try:
        changed = os.stat(_head(instance)).st_mtime  # noqa: PTH116 - once a minute
    except OSError:
        return False
    with suppress(OSError):
        if os.stat(_done(instance)).st_mtime >= changed:  # noqa: PTH116 - likewise
            return False
    return time.time() - changed > _MOMENT


def run(instance: Instance) -> None:
    """Throws away what nothing names any more, of sisters that are none as well."""
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
            _write_search(copies)
            head = copies.repository.head()
            write_file(copies.repository.folder / "shallow", f"{head}\n".encode("ascii"))
            _empty(copies.repository.folder)
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


def _write_search(copies: Copies) -> None:
    """Has the index be of the last commit: once the one that it was written of is cut off, what has
    changed since could not be told, and each new process would make all of it again.
    """
    catch_up(copies)
    cast(SearchProjection, copies.projections.part("search")).write_recent(copies.repository)


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
