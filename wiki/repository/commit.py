"""A save: blobs, trees and a commit in one small pack, then the branch, by git's own protocol.

git's lock on a branch is no compare-and-swap over what was read before: after the branch moved back
(a purge, a restore) a stale writer would bring the old commits back. So the writer queues, reads
the head again and compares, and once more when it holds git's lock. Objects are on disk before the
branch names them, and the branch is on disk before ``commit`` returns.

No process is started for it: that of ``git fast-import`` took longer than all else of a save.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from wiki.errors import AlreadyExists, BadPath
from wiki.repository.faults import too_busy
from wiki.repository.importstream import commit_object
from wiki.repository.objects import Author, object_hash
from wiki.repository.repository import Repository
from wiki.repository.writes.branch import HeadMoved, Overtaken, rest_from
from wiki.repository.writes.group import write
from wiki.repository.writes.pack import Pack
from wiki.repository.writes.times import time_on
from wiki.repository.writes.tree import Tree
from wiki.translation import _


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
    *,
    empty: bool = False,
) -> str:
    """Saves ``changes`` (file → what stands there now) on top of ``onto``; returns the new commit.

    Where they change nothing, there is no commit, unless it may be ``empty``: ``onto`` is returned.
    Raises HeadMoved where
    ``onto`` is not the head, AlreadyExists where a file would take a folder's place or the reverse,
    BadPath where git could not keep a name, StorageFailed where the disk fails. In each case
    nothing was saved.

    Where another node was first with other pages, and nobody's rights changed, it stands on top of
    those; where it might not have been allowed then, StorageFailed is raised.
    """
    for name in changes:
        check_name(name)
    with repository.lock():
        head = repository.head()
        if head != onto:
            raise HeadMoved(head)
        for attempt in count(1):
            tree, pack = repository.tree_of(onto), Pack()
            if not _put_changes(repository, onto, changes, tree, pack) and not empty:
                return onto
            root, now = tree.save(pack.add), when or time_on(repository, onto)
            new = pack.add("commit", commit_object(root, onto, author, message, now, co_authors))
            try:
                write(repository, pack, onto, new)
                break
            except Overtaken as error:
                if not _stand_apart(repository, onto, error.head, changes):
                    raise too_busy() from error
                rest_from(attempt, error)
                onto = error.head
    repository.upkeep.start_if_due()
    return new


def _stand_apart(repository: Repository, old: str, new: str, changes: Mapping[str, Change]) -> bool:
    """Whether ``changes`` mean the same at ``new`` as they did at ``old``."""
    theirs = repository.differing_files(old, new)
    if theirs is None or repository.shared is None:
        return False
    ours = {*changes, *(one.source for one in changes.values() if isinstance(one, Moved))}
    return repository.shared.only_bodies(old, new) and not any(
        _within(name, ours) or _within(one, [name]) for name, *_ids in theirs for one in ours
    )


def check_name(name: str) -> None:
    """Raises BadPath for a name that git could not keep; the wiki's own rules are stricter."""
    parts = name.split("/")
    if "\0" in name or any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        raise BadPath(_("A file cannot have that name."))


def _put_changes(
    repository: Repository, onto: str, changes: Mapping[str, Change], tree: Tree, pack: Pack
) -> bool:
    """Puts what differs from ``onto``, first what goes, then what comes; whether anything does."""
    moves = {name: change for name, change in changes.items() if isinstance(change, Moved)}
    deleted = [name for name, change in changes.items() if change is None]
    leaving = {move.source for move in moves.values()} - changes.keys()
    gone = [name for name in sorted({*leaving, *deleted}) if repository.stands(name, onto)]
    for name, change in changes.items():
        if change is not None:
            _check_place(repository, onto, name, change, gone)
    for name in gone:
        tree.drop(name)
    for name, move in moves.items():
        what = repository.stands(move.source, onto)
        if what is None:
            raise BadPath(_("There is nothing to move under that name."))
        tree.put(name, *what)
    # What was deleted inside a folder that has just moved there.
    for name in deleted:
        if _within(name, moves):
            tree.drop(name)
    written = {
        name: change
        for name, change in changes.items()
        if isinstance(change, bytes)
        and (_within(name, [*gone, *moves]) or repository.blob_id(name, onto) != blob_hash(change))
    }
    for name, change in written.items():
        tree.put(name, "blob", pack.add("blob", change))
    return bool(gone or moves or written)


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
    return object_hash("blob", data)
