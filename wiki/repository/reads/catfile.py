"""Objects by name from GitPython's persistent ``git cat-file``, a few for all threads of a process.

GitPython is not safe between threads: one shared by three corrupted reads at once. So each is lent
to one question at a time, and is the only process of its own. Its Tree objects
raise on a folder with an entry named ``..``, so that trees are read as bytes here. Nor is git asked
for ``commit:path``: some paths mean something else there.
"""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock, Semaphore
from typing import Any, NamedTuple, TypeVar

from cachetools import LRUCache
from git import Git

from wiki.errors import StorageFailed, TooLarge
from wiki.repository.faults import damaged
from wiki.repository.objects import EMPTY, FOLDER, encode_name, object_hash
from wiki.repository.process import start
from wiki.repository.reads.arrivals import Arrivals
from wiki.repository.reads.trees import TreeEntry, find_entry, read_names, read_tree
from wiki.translation import _

#: bytes of one object that are held in memory at most; more only comes by a push
MAX_OBJECT = 100_000_000
#: bytes of a larger one that are passed over at once
_PIECE = 1_000_000
#: bytes of objects that are kept, together by default and of one file
ROOM, _LARGEST_KEPT = 12_000_000, 100_000
#: objects that may be asked for ahead, and at once: no pipe is too small for the names of these
AHEAD, _ASKED = 1000, 80
#: gits that answer at the same time: each takes a tenth of a millisecond, and some megabytes
_GITS = 2
#: What each of them holds of what others are stored as differences from. git's default of 96 MB is
#: for who walks a history once; versions of one page are next to each other.
_SETTINGS = {"core.deltaBaseCacheLimit": "4m"}
#: commits whose folder is kept, and names in folders
_COMMITS, _NAMES_KEPT = 4096, 16_384

_Answer = TypeVar("_Answer")


class Header(NamedTuple):
    """What an object is, before its bytes."""

    id: str
    type: str
    size: int


class Object(NamedTuple):
    """An object with its bytes."""

    type: str
    data: bytes


class CatFile:
    """The objects of the repository at ``folder``, for any thread and after a fork.

    ``missed`` makes the StorageFailed of an object (its id, or "") that git cannot give.
    """

    def __init__(
        self, folder: Path, room: int = ROOM, missed: Callable[[str], StorageFailed] = damaged
    ) -> None:
        self._folder = folder
        self._missed = missed
        self._gits = _Gits(folder)
        self._guard = Lock()
        # What an object holds, and what stands at a commit, is never otherwise.
        self._kept: LRUCache[str, Object] = LRUCache(room, getsizeof=_size)
        self.arrivals = Arrivals(folder)
        #: the folder of a commit; raises LookupError for one that is not here (yet)
        self.root = lru_cache(maxsize=_COMMITS)(self._find_root)
        self._entry = lru_cache(maxsize=_NAMES_KEPT)(self._find_entry)

    def header(self, name: str) -> Header | None:
        """What ``name`` (a hash, or ``hash^{type}``) is; None where there is no such object."""
        return self._ask(_header, name)

    def read(self, id: str, limit: int | None = MAX_OBJECT) -> Object | None:
        """The object ``id``; None where there is none.

        Raises TooLarge beyond ``limit`` bytes, and StorageFailed where its file holds others.
        """
        found = self._held(id)
        if found is None:
            most = MAX_OBJECT if limit is None else limit
            found = self._ask(partial(_object, most=most), id)
            if found is None:
                return None
            # git gives what a damaged file holds, and looks no further.
            if object_hash(*found) != id:
                raise self._missed(id)
            self.keep({id: found})
        _check_size(len(found.data), limit)
        return found

    def read_ahead(self, ids: Sequence[str]) -> None:
        """Spares later ``read`` of ``ids`` their ways to git: all are asked before one is read.

        At most ``AHEAD``; those that are missing, or too large to be kept, are passed over.
        """
        with self._guard:
            asked = [id for id in dict.fromkeys(ids) if id not in self._kept][:AHEAD]
        if asked:
            several = partial(_several, room=int(self._kept.maxsize) // 2)
            self.keep(self._ask(several, "\n".join(asked)) or {})

    def find(self, commit: str, path: str) -> TreeEntry | None:
        """What stands at ``path`` (``""``: the root folder) of ``commit``; None where nothing does.

        Found from folder to folder, as each of them is read once, whatever commits hold it: nearly
        all are as they were at the commit before. Raises StorageFailed where one is lost.
        """
        try:
            found: TreeEntry | None = TreeEntry(FOLDER, b"", self.root(commit))
        except LookupError as error:
            raise self._missed(commit) from error
        for part in path.split("/") if path else ():
            if found is None or found.mode != FOLDER:
                return None
            found = self._entry(found.id, part)
        return found

    def tree(self, commit: str, path: str) -> list[TreeEntry]:
        """What the folder ``path`` of ``commit`` holds, as git orders it; nothing if none."""
        return list(read_tree(self._folder_data(commit, path)))

    def names(self, commit: str, path: str) -> list[bytes]:
        """What stands in the folder ``path`` of ``commit``, by name alone."""
        return read_names(self._folder_data(commit, path))

    def tree_data(self, id: str) -> bytes:
        """The entries of the folder ``id``. Raises StorageFailed where it is lost."""
        found = self.read(id, None)
        if found is None or found.type != "tree":
            raise self._missed(id)
        return found.data

    def keep(self, objects: Mapping[str, Object]) -> None:
        """Spares a later ``read`` of what was just written its way to git."""
        with self._guard:
            for id, one in objects.items():
                most = self._kept.maxsize / 4
                if one.type != "tree":
                    most = min(most, _LARGEST_KEPT)
                if _size(one) <= most:
                    self._kept[id] = one

    def _held(self, id: str) -> Object | None:
        """The object ``id`` if it is in memory, or has just been saved by another process."""
        with self._guard:
            found = self._kept.get(id)
        if found is None and (arrived := self.arrivals.read()):
            self.keep({one: Object(*what) for one, what in arrived.items()})
            return self._held(id)
        return found

    def _find_root(self, commit: str) -> str:
        known = self._held(commit)
        if known is not None and known.type == "commit" and known.data.startswith(b"tree "):
            return known.data[5:45].decode("ascii")
        if (header := self.header(f"{commit}^{{tree}}")) is None:
            raise LookupError(commit)
        return header.id

    def _find_entry(self, tree: str, name: str) -> TreeEntry | None:
        return find_entry(self.tree_data(tree), encode_name(name))

    def _folder_data(self, commit: str, path: str) -> bytes:
        folder = self.find(commit, path)
        return self.tree_data(folder.id) if folder and folder.mode == FOLDER else b""

    def close(self) -> None:
        """Ends the processes that answer; a later question starts new ones."""
        ended, self._gits = self._gits, _Gits(self._folder)
        ended.close()

    def _ask(self, question: Callable[[Git, str], _Answer], name: str) -> _Answer | None:
        """What ``question`` says of ``name``; None where that is missing.

        A dead process is asked once more, new. Raises StorageFailed where that dies of it too.
        """
        if self._gits.process != os.getpid():  # the parent's: their pipes would be shared
            self._gits = _Gits(self._folder)
        with self._gits.lent() as git:
            for _attempt in range(2):
                # GitPython's ValueError says both that it is missing and that the process ended.
                with suppress(ValueError, OSError):
                    return question(git, name)
                # What every git knows tells a living one.
                with suppress(ValueError, OSError):
                    question(git, EMPTY)
                    return None
                git.clear_cache()
        raise self._missed("")


class _Gits:
    """Gits of this ``process`` that answer for the repository at ``folder``, a question each."""

    def __init__(self, folder: Path) -> None:
        self.process = os.getpid()
        self._folder = folder
        self._free = Semaphore(_GITS)
        #: those that wait for a question, the last that answered at the end
        self._idle: list[CleanGit] = []

    @contextmanager
    def lent(self) -> Iterator["CleanGit"]:
        """Inside, one that nobody else asks; ended where its answer may not have been read."""
        with self._free:
            try:
                git = self._idle.pop()
            except IndexError:
                git = CleanGit(self._folder)
            try:
                yield git
            except BaseException as error:
                if not isinstance(error, TooLarge):  # whose bytes were passed over
                    git.clear_cache()
                raise
            finally:
                self._idle.append(git)

    def close(self) -> None:
        """Ends those that nobody asks just now."""
        while self._idle:
            self._idle.pop().clear_cache()


class CleanGit(Git):
    """GitPython's git, started our way: its own hands on the whole environment.

    ``Repo`` itself listens to ``GIT_OBJECT_DIRECTORY`` and its like, and adds nothing to a bare
    repository that is read by name. A question says what is asked of an object: ``info`` or
    ``contents``, so that one process answers both.
    """

    def _get_persistent_cmd(self, *_which: Any, **_options: Any) -> Any:
        return super()._get_persistent_cmd("cat_file_all", "cat_file", batch_command=True)

    def execute(self, command: Any, istream: Any = None, **_options: Any) -> Any:  # type: ignore[override]
        """Starts ``command`` (``git`` first) as a process to talk to; no more is asked of it."""
        child = start(
            Path(str(self._working_dir)),
            [str(word) for word in command[1:]],
            settings=_SETTINGS,
            stdin=istream,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self.AutoInterrupt(child, command)


def _header(git: Git, name: str) -> Header:
    id, kind, size = git.get_object_header(f"info {name}")
    return Header(_word(id), _word(kind), size)


def _object(git: Git, id: str, most: int) -> Object:
    """Raises TooLarge beyond ``most`` bytes; nothing of that is held."""
    _id, kind, size, stream = git.stream_object_data(f"contents {id}")
    if size > most:
        while stream.read(_PIECE):
            pass
        _check_size(size, most)
    return Object(_word(kind), stream.read(size))


def _several(git: Git, ids: str, room: int) -> dict[str, Object]:
    """Those of the objects ``ids`` (one a line) that may be kept, as far as there is room."""
    child = git._get_persistent_cmd("", "")
    names, found = ids.split("\n"), dict[str, Object]()
    while names and room > 0:
        asked, names = names[:_ASKED], names[_ASKED:]
        child.stdin.write("".join(f"contents {id}\n" for id in asked).encode("ascii"))
        child.stdin.flush()
        for id in asked:
            _id, *facts = child.stdout.readline().split()
            if facts == [b"missing"]:
                continue
            kind, size = facts[0].decode("ascii"), int(facts[1])
            for left in range(size + 1, 0, -_PIECE):  # one more: the end of a line
                piece = child.stdout.read(min(left, _PIECE))
                if len(piece) < min(left, _PIECE):
                    raise ValueError(id)
            if size <= min(room, _LARGEST_KEPT):
                found[id] = Object(kind, piece[:size])
                room -= size
    return found


def _word(answer: str | bytes) -> str:
    """GitPython says that it answers with str, and answers with bytes."""
    return answer if isinstance(answer, str) else answer.decode("ascii")


def _check_size(size: int, limit: int | None) -> None:
    if limit is not None and size > limit:
        raise TooLarge(_("This file is too large to be shown."))


def _size(kept: Object) -> int:
    return len(kept.data) + 500
