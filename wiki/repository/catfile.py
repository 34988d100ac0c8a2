"""Objects by name from GitPython's persistent ``git cat-file``: one for each thread.

GitPython is not safe between threads: one shared by three corrupted reads at once. Its Tree objects
raise on a folder with an entry named ``..``, so that trees are read as bytes here.
A name is looked up as ``commit:path``, which has its own traps: see ``_askable``.
"""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock, local
from typing import Any, NamedTuple, TypeVar
from weakref import WeakSet

from git import Git

from wiki.errors import TooLarge
from wiki.repository.faults import damaged
from wiki.repository.objects import EMPTY, encode_name
from wiki.repository.process import start
from wiki.translation import _

#: bytes of one object that are held in memory at most; more only comes by a push
MAX_OBJECT = 100_000_000

_Answer = TypeVar("_Answer")


class Header(NamedTuple):
    """What an object is, before its bytes."""

    id: str
    type: str
    size: int


class TreeEntry(NamedTuple):
    """One name in a folder, as git keeps it."""

    mode: bytes
    raw: bytes
    id: str


class CatFile:
    """The objects of the repository at ``folder``, for any thread and after a fork."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._thread = local()
        self._open: WeakSet[CleanGit] = WeakSet()
        self._guard = Lock()

    def header(self, name: str) -> Header | None:
        """What ``name`` (a hash, or ``commit:path``) is; None where there is no such object."""
        if not _askable(name):
            return self._walk(name)
        return self._ask(lambda git: _header(git, name))

    def data(self, header: Header, limit: int = MAX_OBJECT) -> bytes:
        """The bytes of an object. Raises TooLarge beyond ``limit``."""
        if header.size > limit:
            raise TooLarge(_("This file is too large to be shown."))
        data = self._ask(lambda git: git.get_object_data(header.id)[3])
        if data is None:
            raise damaged()
        return data

    def tree(self, name: str) -> list[TreeEntry]:
        """What the folder ``name`` (``commit:path``) holds, as git orders it; nothing if none."""
        header = self.header(name)
        if header is None or header.type != "tree":
            return []
        return list(read_tree(self.data(header)))

    def names(self, name: str) -> list[bytes]:
        """What stands in the folder ``name``, by name alone."""
        header = self.header(name)
        if header is None or header.type != "tree":
            return []
        return _ENTRY.findall(self.data(header))

    def _walk(self, name: str) -> Header | None:
        """The header of a name that cannot be asked for, found from folder to folder."""
        here, _colon, path = name.partition(":")
        for part in encode_name(path).split(b"/"):
            found = [entry.id for entry in self.tree(f"{here}^{{tree}}") if entry.raw == part]
            if not found:
                return None
            here = found[0]
        return self.header(here)

    def close(self) -> None:
        """Ends the processes of all threads; a later question starts new ones."""
        with self._guard:
            ended = list(self._open)
            self._open.clear()
            self._thread = local()
        for git in ended:
            git.clear_cache()

    def _ask(self, question: Callable[[Git], _Answer]) -> _Answer | None:
        """The answer; None where the object is missing. A dead process is asked once more, new."""
        for _attempt in range(2):
            git = self._git()
            # ValueError is GitPython's word both for "missing" and for a process that has ended.
            with suppress(ValueError, OSError):
                return question(git)
            # What every git knows tells a living one.
            with suppress(ValueError, OSError):
                git.get_object_header(EMPTY)
                return None
            git.clear_cache()
        raise damaged()

    def _git(self) -> "CleanGit":
        """This thread's; after a fork, not the parent's, whose pipes it would share."""
        held: tuple[int, CleanGit] | None = getattr(self._thread, "git", None)
        if held is not None and held[0] == os.getpid():
            return held[1]
        git = CleanGit(self._folder)
        with self._guard:
            self._open.add(git)
        self._thread.git = (os.getpid(), git)
        return git


class CleanGit(Git):
    """GitPython's git, started our way: its own hands on the whole environment.

    ``Repo`` itself listens to ``GIT_OBJECT_DIRECTORY`` and its like, and adds nothing to a bare
    repository that is read by name.
    """

    def execute(self, command: Any, istream: Any = None, **_options: Any) -> Any:  # type: ignore[override]
        """Starts ``command`` (``git`` first) as a process to talk to; no more is asked of it."""
        child = start(
            Path(str(self._working_dir)),
            [str(word) for word in command[1:]],
            stdin=istream,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self.AutoInterrupt(child, command)


#: an entry of a tree object, whose name is what is found
_ENTRY = re.compile(rb"\d{5,6} ([^\0]+)\0.{20}", re.S)


def read_tree(data: bytes) -> Iterator[TreeEntry]:
    """The entries of a tree object: ``<mode> <name>\\0<20 bytes>``, one after the other."""
    at = 0
    while at < len(data):
        space = data.index(b" ", at)
        end = data.index(b"\0", space)
        yield TreeEntry(data[at:space], data[space + 1 : end], data[end + 1 : end + 21].hex())
        at = end + 21


def _header(git: Git, name: str) -> Header:
    id, kind, size = git.get_object_header(name)
    return Header(_word(id), _word(kind), size)


def _word(answer: str | bytes) -> str:
    """GitPython says that it answers with str, and answers with bytes."""
    return answer if isinstance(answer, str) else answer.decode("ascii")


def _askable(name: str) -> bool:
    """Whether ``name`` means itself on a line of ``cat-file --batch``.

    A line end would be a second question, a carriage return before it is dropped, and ``./`` or
    ``../`` after the colon ends the process. Bytes that are no UTF-8 GitPython cannot send.
    """
    path = name.partition(":")[2]
    return (
        "\n" not in name
        and "\0" not in name
        and not name.endswith("\r")
        and not path.startswith(("./", "../"))
        and not any("\ud800" <= char <= "\udfff" for char in name)
    )
