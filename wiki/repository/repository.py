"""The bare repository: what stands at a commit, read from any thread and any process.

    objects.py     what git holds, as values         environment.py  what a git child may know
    reads/         objects by name (GitPython)       process.py      how git is started
    repository.py  THIS: head, read, list, blame     lock.py         one writer at a time
    commit.py      a save                            importing.py    thousands of them
    writes/        what it writes, in groups too     rewrite.py      commits made anew elsewhere
    creation.py    a new repository, a copy          span.py         what differs between commits
    marks.py       whose it is, and that it began    remote/         repositories elsewhere
    upkeep.py      packing, checking                 shared/         one that nodes share

Never here: a git index or a work tree (``IndexFile`` leaves a zero-byte ``index`` behind in a bare
repository, which later git commands trip over), and a revision that is not a full hash: what people
write in an address passes ``resolve`` first.
"""

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from wiki.cache.topics import HEAD, note, noted
from wiki.errors import NotFound, StorageFailed
from wiki.repository import upkeep
from wiki.repository.blame import read_blame
from wiki.repository.commits import read_branch, read_commit, read_packed_branch
from wiki.repository.creation import clone, create, inspect
from wiki.repository.faults import damaged
from wiki.repository.lock import WriteLock
from wiki.repository.marks import has_begun, mark_begun, note_lost
from wiki.repository.objects import (
    BRANCH,
    EMPTY,
    FOLDER,
    LINK,
    REGULAR,
    SUBMODULE,
    BlameLine,
    Blob,
    Commit,
    Entry,
    decode_name,
    encode_name,
    is_hash,
)
from wiki.repository.process import GitFailed, fields, output_of, run
from wiki.repository.reads.catfile import MAX_OBJECT, ROOM, CatFile, Object
from wiki.repository.reads.comparison import Difference, differing_files
from wiki.repository.reads.trees import TreeEntry
from wiki.repository.writes.group import Group
from wiki.repository.writes.tree import Tree
from wiki.translation import _

if TYPE_CHECKING:
    from wiki.repository.shared.central import Shared

_KINDS = {LINK: "symbolic link", SUBMODULE: "submodule"}
_REVISION = re.compile(r"[0-9a-f]{7,40}")


class Repository:
    """A bare git repository with one branch, ``main``; shared by threads and processes.

    ``commit`` is everywhere a full hash, or EMPTY; another word raises NotFound. What is read
    notes what stands there as ``file:NAME``, a folder with all that lies in it.
    """

    def __init__(self, folder: Path, lock: Path, room: int = ROOM) -> None:
        self.folder = folder.absolute()
        self.write_lock = WriteLock(lock.absolute(), self.folder)
        self.upkeep = upkeep.Upkeep(self.folder)
        self.group = Group(self)
        self.shared: Shared | None = None  #: what nodes share, where there are several
        self._branch = str(self.folder / BRANCH)
        self._objects = CatFile(self.folder, room, self._missed)
        self._on_branch = lru_cache(maxsize=4096)(self.is_ancestor)
        self.commit_info = lru_cache(maxsize=256)(self._read_commit)

    @classmethod
    def open(cls, folder: Path, lock: Path, room: int = ROOM) -> "Repository":
        """The repository at ``folder``; ``lock`` is the file its writers queue on.

        ``room``: bytes of objects that each process keeps.
        Removes what a crashed writer left. Raises StorageFailed where there is no repository.
        """
        inspect(folder)
        repository = cls(folder, lock, room)
        repository.write_lock.recover_if_free()
        if repository.head() != EMPTY:
            mark_begun(folder)
        return repository

    @classmethod
    def create(cls, folder: Path, lock: Path) -> "Repository":
        """A new repository without a commit. Raises AlreadyExists where the folder holds files."""
        create(folder)
        return cls(folder, lock)

    @classmethod
    def clone_from(cls, source: str, folder: Path, lock: Path) -> "Repository":
        """A copy of ``source`` (a folder, a bundle, an https, ssh or git address) with its history.

        Its branch becomes ``main``. Raises BadRequest where it cannot be had.
        """
        clone(source, folder)
        return cls(folder, lock)

    def head(self) -> str:
        """The newest commit, or EMPTY before the first; one small file is read.

        Raises StorageFailed where the branch is damaged.
        """
        head = read_branch(self._branch) or read_packed_branch(self.folder)
        if head == EMPTY and has_begun(self.folder):
            # Perhaps just now, by another: then it is written by now.
            if (written := read_branch(self._branch)) is None:
                raise damaged()
            return written
        return head

    def read(self, file: str, commit: str, limit: int = MAX_OBJECT) -> Blob | None:
        """The file as of ``commit``; None where none stands there. TooLarge beyond ``limit``.

        Raises StorageFailed where git cannot give what stands there.
        """
        id = self.blob_id(file, commit)
        return None if id is None else Blob(id, self.read_blob(id, limit))

    def read_blob(self, id: str, limit: int = MAX_OBJECT) -> bytes:
        """The bytes of the blob ``id``, which something names.

        Raises StorageFailed where git cannot give it, and TooLarge beyond ``limit``.
        """
        found = self._objects.read(_known(id), limit)
        if found is None or found.type != "blob":
            raise self._missed(id)
        return found.data

    def read_ahead(self, ids: Sequence[str]) -> None:
        """Has later ``read_blob`` of ``ids``, a thousand at most, find them in memory."""
        self._objects.read_ahead(ids)

    def blob_size(self, id: str) -> int:
        """How many bytes the blob ``id`` has; 0 where there is none."""
        header = self._objects.header(id) if is_hash(id) else None
        return header.size if header is not None else 0

    def stored_bytes(self) -> int:
        """What it takes on disk."""
        total = 0
        for folder, _folders, files in os.walk(self.folder):
            for name in files:
                with suppress(FileNotFoundError):  # packed meanwhile
                    total += Path(folder, name).stat().st_size
        return total

    def blob_id(self, file: str, commit: str) -> str | None:
        """The id of the file's bytes as of ``commit``, without reading them.

        What a symbolic link leads to is no business of a reader's.
        """
        entry = self._find(file, commit)
        return entry.id if entry is not None and entry.mode in REGULAR else None

    def stands(self, name: str, commit: str) -> tuple[str, str] | None:
        """What stands at ``name``: (``blob`` or ``tree``, id); None where nothing does.

        A symbolic link, which is no file to read, stands in the way as a blob.
        """
        entry = self._find(name, commit)
        if entry is None or entry.mode == SUBMODULE:
            return None
        return "tree" if entry.mode == FOLDER else "blob", entry.id

    def entries(self, folder: str, commit: str, after: str = "", limit: int = 100) -> list[Entry]:
        """At most ``limit`` names of ``folder`` (``""``: the root) that come after ``after``.

        In the order of their bytes; nothing where there is no such folder. Symbolic links and
        submodules are left out.
        """
        return self._list(folder, commit, after, limit, lambda _entry: True)

    def other_files(
        self, folder: str, commit: str, ending: str, after: str = "", limit: int = 100
    ) -> list[Entry]:
        """Likewise, files alone: not those in ``ending``, nor names with a dot before them."""
        last = encode_name(ending)
        return self._list(
            folder,
            commit,
            after,
            limit,
            lambda one: one.mode != FOLDER and not one.raw.endswith(last) and one.raw[:1] != b".",
        )

    def _list(
        self,
        folder: str,
        commit: str,
        after: str,
        limit: int,
        wanted: Callable[[TreeEntry], bool],
    ) -> list[Entry]:
        note((f"file:{folder}",))
        kept = sorted(
            (entry.raw, entry.mode, entry.id)
            for entry in self._objects.tree(_known(commit), folder)
            if (entry.mode in REGULAR or entry.mode == FOLDER) and wanted(entry)
        )
        first = bisect_right(kept, encode_name(after), key=lambda entry: entry[0])
        return [
            Entry(decode_name(raw), "folder" if mode == FOLDER else "file", id)
            for raw, mode, id in kept[first : first + limit]
        ]

    def names(self, folder: str, commit: str) -> list[str]:
        """All that stands in ``folder`` (``""``: the root); nothing where there is no such one."""
        note((f"file:{folder}",))
        return [decode_name(raw) for raw in self._objects.names(_known(commit), folder)]

    def files(self, commit: str) -> Iterator[tuple[str, str]]:
        """Every file as of ``commit`` with its blob's id, in git's order; read as they come."""
        for mode, name, id in self._listing(commit):
            if mode in REGULAR:
                yield name, id

    def irregular(self, commit: str) -> Iterator[tuple[str, str]]:
        """What ``files`` leaves out: each symbolic link and submodule, with which of them it is."""
        for mode, name, _id in self._listing(commit):
            if mode not in REGULAR:
                yield name, _KINDS.get(mode, f"mode {mode.decode('ascii', 'replace')}")

    def _listing(self, commit: str) -> Iterator[tuple[bytes, str, str]]:
        _known(commit)
        note((HEAD,))
        with output_of(self.folder, "ls-tree", "-r", "-z", "--full-tree", commit) as output:
            for field in fields(output):
                facts, _tab, name = field.partition(b"\t")
                mode, _type, id = facts.split(b" ")
                yield mode, decode_name(name), id.decode("ascii")

    def resolve(self, revision: str) -> str:
        """The full hash of a commit of the branch that someone wrote, perhaps shortened.

        Raises NotFound for anything else: a commit that is not on the branch (it was purged, or
        belongs to something else) is not told from none.
        """
        note((HEAD,))
        if _REVISION.fullmatch(revision):
            header = self._objects.header(f"{revision}^{{commit}}")
            if header is not None and self._on_branch(header.id, self.head()):
                return header.id
        raise _no_revision()

    def _read_commit(self, commit: str) -> Commit:
        """Who, when, why. Raises NotFound, and StorageFailed where git cannot give it."""
        found = self._objects.read(_known(commit))
        if found is None or found.type != "commit":
            raise self._missed(commit)
        return read_commit(commit, found.data)

    def is_ancestor(self, a: str, b: str) -> bool:
        """Whether ``b`` contains ``a`` (or is it); EMPTY is in everything, the unknown nowhere."""
        if a in (EMPTY, b):
            return True
        if not (is_hash(a) and is_hash(b)) or b == EMPTY:
            return False
        try:
            status, _output = run(
                self.folder, "merge-base", "--is-ancestor", "--end-of-options", a, b, accept=(0, 1)
            )
        except GitFailed as error:
            if error.status == 128 and not (self.has(a) and self.has(b)):
                return False
            raise damaged() from error
        return status == 0

    def has(self, id: str) -> bool:
        """Whether there is such an object."""
        return is_hash(id) and self._objects.header(id) is not None

    def has_commit(self, id: str) -> bool:
        """Whether there is that commit, a full hash; of one that is there, git is asked once."""
        try:
            return bool(self._objects.root(id))
        except LookupError:
            return False

    def blame(self, file: str, commit: str) -> list[BlameLine]:
        """Who last touched each line. Raises NotFound where there is no such file."""
        if self.blob_id(file, commit) is None:
            raise _no_revision()
        return read_blame(self.folder, file, commit)

    def differing_files(self, since: str, to: str) -> list[Difference] | None:
        """The files that differ between two commits; None where git has to tell: they are many."""
        return differing_files(self._objects, since, to)

    def tree_of(self, commit: str) -> Tree:
        """What stands at ``commit``, to be changed for the next one."""
        return Tree(self._objects, EMPTY if commit == EMPTY else self._objects.root(commit))

    def keep(self, objects: Mapping[str, Object], pack: str) -> None:
        """Spares the first readers of what was just written, into ``pack``, their way to git."""
        self._objects.keep(objects)
        self._objects.arrivals.pass_over(pack)

    def lock(self) -> AbstractContextManager[None]:
        """The writers' queue; whoever is inside is alone. Re-entrant in a thread."""
        return self.write_lock.held()

    def maintain(self) -> None:
        """Starts packing in the background where it is time; returns at once. Each save does."""
        self.upkeep.start_if_due()

    def check(self) -> list[str]:
        """What is wrong with the repository, a line each; nothing if all is well. Slow."""
        return upkeep.check(self.folder)

    def close(self) -> None:
        """Ends every process; the repository may be used again."""
        self._objects.close()
        if self.shared is not None:
            self.shared.close()
        self.upkeep.close()

    def _find(self, name: str, commit: str) -> TreeEntry | None:
        if (topics := noted.get()) is not None:
            topics.add(f"file:{name}")
        return self._objects.find(_known(commit), name)

    def _missed(self, id: str) -> StorageFailed:
        if self.shared is not None:
            note_lost(self.folder)  # this node has it again from there
        return damaged(id)


def _known(commit: str) -> str:
    """``commit``. Raises NotFound for what is no full hash."""
    if not is_hash(commit):
        raise _no_revision()
    return commit


def _no_revision() -> NotFound:
    return NotFound(_("There is no such version here."))
