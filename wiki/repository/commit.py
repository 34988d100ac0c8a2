"""A save: one ``git fast-import`` process that writes blobs, trees, commit and branch.

fast-import refuses a commit that does not *contain* the branch, which is no compare-and-swap: after
the branch moved back (a purge, a restore) a stale writer would bring the old commits back. So the
writer queues, reads the head again, compares, and only then starts git. Objects are on disk before
the branch names them, and the branch is on disk before ``commit`` returns.
"""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1

from wiki.errors import AlreadyExists, BadPath
from wiki.repository.faults import not_saved
from wiki.repository.importstream import commit_command, delete_command, write_command
from wiki.repository.objects import BRANCH, EMPTY, Author
from wiki.repository.process import GitFailed, run
from wiki.repository.repository import Repository
from wiki.translation import _

ARGUMENTS = ("fast-import", "--quiet", "--done", "--date-format=raw")
#: A save stays the one small pack that it is; making loose objects of it takes twice the time.
SETTINGS = {"fastimport.unpackLimit": "1", "pack.compression": "1"}
_MARK = 1


class HeadMoved(Exception):
    """The branch is not where the writer saw it; ``head`` is where it is. Nothing was written."""

    def __init__(self, head: str) -> None:
        super().__init__(head)
        self.head = head


@dataclass(frozen=True)
class Moved:
    """The file or the whole folder ``source``, which leaves its place for this one.

    As it stands at the commit that is written onto; what is moved below a folder that moves, or
    changed in it, is given beside it.
    """

    source: str


#: New bytes, None to delete (a file or a folder), or what moved here from elsewhere.
Change = bytes | None | Moved


def commit(
    repository: Repository,
    onto: str,
    changes: Mapping[str, Change],
    author: Author,
    message: str,
    when: datetime | None = None,
    co_authors: Sequence[Author] = (),
) -> str:
    """Saves ``changes`` (file → what stands there now) on top of ``onto``; returns the new commit.

    Where they change nothing, there is no commit: ``onto`` is returned. Raises HeadMoved where
    ``onto`` is not the head, AlreadyExists where a file would take a folder's place or the reverse,
    BadPath where git could not keep a name, StorageFailed where the disk fails. In each case
    nothing was saved.
    """
    for name in changes:
        check_name(name)
    with repository.lock():
        head = repository.head()
        if head != onto:
            raise HeadMoved(head)
        commands = b"".join(_commands(repository, onto, changes))
        if not commands:
            return onto
        who = commit_command(author, message, when or datetime.now(UTC), co_authors)
        first = b"" if onto == EMPTY else b"from %s\n" % onto.encode("ascii")
        script = b"commit %s\nmark :%d\n" % (BRANCH.encode("ascii"), _MARK) + who + first
        new = _import(repository, script + commands + b"\nget-mark :%d\ndone\n" % _MARK)
    repository.upkeep.start_if_due()
    return new


def check_name(name: str) -> None:
    """Raises BadPath for a name that git could not keep; the wiki's own rules are stricter."""
    parts = name.split("/")
    if "\0" in name or any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        raise BadPath(_("A file cannot have that name."))


def sync_folder(folder: "os.PathLike[str]") -> None:
    """Makes the names in ``folder`` last a power failure; git syncs the files alone."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _commands(repository: Repository, onto: str, changes: Mapping[str, Change]) -> Iterator[bytes]:
    """fast-import's lines for what differs from ``onto``: first what goes, then what comes."""
    moves = {name: change for name, change in changes.items() if isinstance(change, Moved)}
    deleted = [name for name, change in changes.items() if change is None]
    leaving = {move.source for move in moves.values()} - changes.keys()
    gone = [name for name in sorted({*leaving, *deleted}) if repository.stands(name, onto)]
    for name, change in changes.items():
        if change is not None:
            _check_place(repository, onto, name, change, gone)
    yield from map(delete_command, gone)
    for name, move in moves.items():
        what = repository.stands(move.source, onto)
        if what is None:
            raise BadPath(_("There is nothing to move under that name."))
        yield write_command(name, *what)
    # What was deleted inside a folder that has just moved there.
    yield from (delete_command(name) for name in deleted if _within(name, moves))
    for name, change in changes.items():
        if isinstance(change, bytes) and (
            _within(name, [*gone, *moves]) or repository.blob_id(name, onto) != blob_hash(change)
        ):
            yield write_command(name, "blob", change)


def _check_place(
    repository: Repository, onto: str, name: str, change: bytes | Moved, gone: Collection[str]
) -> None:
    """git would silently put a file in a folder's place, and everything in it would be gone."""
    parents = [name[:at] for at, char in enumerate(name) if char == "/"]
    wrong: list[tuple[str, tuple[str, ...]]] = [(parent, ("blob",)) for parent in parents]
    wrong.append((name, ("blob", "tree") if isinstance(change, Moved) else ("tree",)))
    for place, kinds in wrong:
        what = repository.stands(place, onto)
        if what is not None and what[0] in kinds and not _within(place, gone):
            raise AlreadyExists(_("Something else stands at {place}.").format(place=place))


def _within(name: str, places: Collection[str]) -> bool:
    """Whether ``name`` is one of ``places`` or below one."""
    return any(name == place or name.startswith(f"{place}/") for place in places)


def blob_hash(data: bytes) -> str:
    """The id git gives to these bytes."""
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _import(repository: Repository, script: bytes) -> str:
    """Runs fast-import; once more where a dead git's lock stood in the way and is now removed."""
    for attempt in (1, 2):
        try:
            with repository.write_lock.writing():
                _status, said = run(
                    repository.folder,
                    *ARGUMENTS,
                    given=script,
                    settings=SETTINGS,
                    pass_fds=[repository.write_lock.file],
                    cwd="/",
                )
                sync_folder((repository.folder / BRANCH).parent)
            return said.decode("ascii").strip()
        except GitFailed as error:
            if attempt == 2 or "lock" not in error.said:
                raise not_saved() from error
        except OSError as error:
            raise not_saved() from error
    raise AssertionError
