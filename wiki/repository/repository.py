"""The bare repository: what stands at a commit, read from any thread and any process.

    objects.py     what git holds, as values         environment.py  what a git child may know
    catfile.py     objects by name (GitPython)       process.py      how git is started
    repository.py  THIS: head, read, list, blame     lock.py         one writer at a time
    commit.py      a save                            importing.py    thousands of them
    creation.py    a new repository, a copy          span.py         what differs between commits
    upkeep.py      packing, checking                 remote/         repositories elsewhere

Never here: a git index or a work tree (``IndexFile`` leaves a zero-byte ``index`` behind in a bare
repository, which later git commands trip over), and a revision that is not a full hash: what people
write in an address passes ``resolve`` first.
"""

import os
import re
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from functools import lru_cache
from pathlib import Path

from wiki.cache.topics import HEAD, note, noted
from wiki.errors import NotFound
from wiki.repository import upkeep
from wiki.repository.blame import read_blame
from wiki.repository.catfile import MAX_OBJECT, CatFile, Header, read_tree
from wiki.repository.commits import read_commit
from wiki.repository.creation import clone, create, inspect
from wiki.repository.faults import damaged
from wiki.repository.lock import WriteLock
from wiki.repository.objects import (
    BRANCH,
    EMPTY,
    LINK,
    REGULAR,
    BlameLine,
    Blob,
    Commit,
    Entry,
    decode_name,
    encode_name,
    is_hash,
)
from wiki.repository.process import GitFailed, fields, output_of, run
from wiki.translation import _

_KINDS = {LINK: "symbolic link", b"160000": "submodule"}
_REVISION = re.compile(r"[0-9a-f]{7,40}")
_PACKED_HEAD = re.compile(rf"^([0-9a-f]{{40}}) {BRANCH}$", re.MULTILINE)


class Repository:
    """A bare git repository with one branch, ``main``; shared by threads and processes.

    ``commit`` is everywhere a full hash, or EMPTY; another word raises NotFound. What is read
    notes what stands there as ``file:NAME``, a folder with all that lies in it.
    """

    def __init__(self, folder: Path, lock: Path) -> None:
        self.folder = folder.absolute()
        self.write_lock = WriteLock(lock.absolute(), self.folder)
        self.upkeep = upkeep.Upkeep(self.folder)
        self._branch = str(self.folder / BRANCH)
        self._objects = CatFile(self.folder)
        self._on_branch = lru_cache(maxsize=4096)(self._is_on_branch)
        # A page view asks some names several times, and what stands at a commit stays.
        self._standing = lru_cache(maxsize=4096)(self._look_up)
        # Nearly every folder holds no link: one look at its bytes, until it changes.
        self._links = lru_cache(maxsize=1024)(self._links_in)

    @classmethod
    def open(cls, folder: Path, lock: Path) -> "Repository":
        """The repository at ``folder``; ``lock`` is the file its writers queue on.

        Removes what a crashed writer left. Raises StorageFailed where there is no repository.
        """
        inspect(folder)
        repository = cls(folder, lock)
        repository.write_lock.recover_if_free()
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
        try:
            # Without a file object, in a third of the time: each answer asks several times.
            branch = os.open(self._branch, os.O_RDONLY | os.O_CLOEXEC)
            try:
                head = os.read(branch, 64).decode("ascii", "replace").strip()
            finally:
                os.close(branch)
        except FileNotFoundError:
            return self._packed_head()
        except OSError as error:
            raise damaged() from error
        if not is_hash(head):
            raise damaged()
        return head

    def _packed_head(self) -> str:
        """The head where some git packed the branch's ref away, as ``git gc`` by hand does."""
        try:
            packed = (self.folder / "packed-refs").read_text("utf-8", "replace")
        except FileNotFoundError:
            return EMPTY
        found = _PACKED_HEAD.search(packed)
        return found[1] if found else EMPTY

    def read(self, file: str, commit: str, limit: int = MAX_OBJECT) -> Blob | None:
        """The file as of ``commit``; None where none stands there. TooLarge beyond ``limit``."""
        header = self._file(file, commit)
        return None if header is None else Blob(header.id, self._objects.data(header, limit))

    def read_blob(self, id: str, limit: int = MAX_OBJECT) -> bytes:
        """The bytes of the blob ``id``. Raises NotFound, and TooLarge beyond ``limit``."""
        header = self._objects.header(id) if is_hash(id) else None
        if header is None or header.type != "blob":
            raise _no_revision()
        return self._objects.data(header, limit)

    def stored_bytes(self) -> int:
        """What it takes on disk."""
        total = 0
        for folder, _folders, files in os.walk(self.folder):
            for name in files:
                with suppress(FileNotFoundError):  # packed meanwhile
                    total += Path(folder, name).stat().st_size
        return total

    def blob_id(self, file: str, commit: str) -> str | None:
        """The id of the file's bytes as of ``commit``, without reading them."""
        header = self._file(file, commit)
        return None if header is None else header.id

    def stands(self, name: str, commit: str) -> tuple[str, str] | None:
        """What stands at ``name``: (``blob`` or ``tree``, id); None where nothing does.

        A symbolic link, which is no file to read, stands in the way as a blob.
        """
        header = self._header(name, commit)
        return None if header is None else (header.type, header.id)

    def entries(self, folder: str, commit: str, after: str = "", limit: int = 100) -> list[Entry]:
        """At most ``limit`` names of ``folder`` (``""``: the root) that come after ``after``.

        In the order of their bytes; nothing where there is no such folder. Symbolic links and
        submodules are left out.
        """
        note((f"file:{folder}",))
        tree = self._objects.tree(_name(folder, commit))
        kept = sorted(
            (entry.raw, entry.mode, entry.id)
            for entry in tree
            if entry.mode in REGULAR or entry.mode == b"40000"
        )
        first = bisect_right(kept, encode_name(after), key=lambda entry: entry[0])
        return [
            Entry(decode_name(raw), "folder" if mode == b"40000" else "file", id, self._size(id))
            for raw, mode, id in kept[first : first + limit]
        ]

    def names(self, folder: str, commit: str) -> list[str]:
        """All that stands in ``folder`` (``""``: the root); nothing where there is no such one."""
        note((f"file:{folder}",))
        return [decode_name(raw) for raw in self._objects.names(_name(folder, commit))]

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
        _name("", commit)
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

    def commit_info(self, commit: str) -> Commit:
        """Who, when, why. Raises NotFound."""
        header = self._objects.header(commit) if is_hash(commit) else None
        if header is None or header.type != "commit":
            raise _no_revision()
        return read_commit(commit, self._objects.data(header))

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

    def blame(self, file: str, commit: str) -> list[BlameLine]:
        """Who last touched each line. Raises NotFound where there is no such file."""
        if self.blob_id(file, commit) is None:
            raise _no_revision()
        return read_blame(self.folder, file, commit)

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
        self.upkeep.close()

    def _file(self, file: str, commit: str) -> Header | None:
        """An ordinary file; what a symbolic link leads to is no business of a reader's."""
        header = self._header(file, commit)
        if header is None or header.type != "blob":
            return None
        folder, _slash, name = file.rpartition("/")
        tree = self._standing(_name(folder, commit))
        linked = tree is not None and encode_name(name) in self._links(tree)
        return None if linked else header

    def _links_in(self, tree: Header) -> frozenset[bytes]:
        """The names of a folder that are symbolic links."""
        data = self._objects.data(tree)
        if LINK not in data:
            return frozenset()
        return frozenset(entry.raw for entry in read_tree(data) if entry.mode == LINK)

    def _header(self, file: str, commit: str) -> Header | None:
        if (topics := noted.get()) is not None:
            topics.add(f"file:{file}")
        with suppress(LookupError):
            return self._standing(_name(file, commit))
        return None

    def _look_up(self, name: str) -> Header | None:
        """What stands at a name. Raises LookupError for a commit that is not here (yet)."""
        header = self._objects.header(name)
        if header is None and self._objects.header(name.partition(":")[0]) is None:
            raise LookupError(name)
        return header

    def _size(self, id: str) -> int | None:
        header = self._objects.header(id)
        return header.size if header is not None and header.type == "blob" else None

    def _is_on_branch(self, commit: str, head: str) -> bool:
        return self.is_ancestor(commit, head)


def _name(file: str, commit: str) -> str:
    """``commit:file``, the one way in which something is looked up."""
    if not is_hash(commit):
        raise _no_revision()
    return f"{commit}:{file}"


def _no_revision() -> NotFound:
    return NotFound(_("There is no such version here."))
