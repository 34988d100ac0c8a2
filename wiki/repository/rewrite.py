"""Commits made anew in another repository, parents and all, through one ``git fast-import``."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from wiki.repository.importstream import commit_command, delete_command, write_command
from wiki.repository.objects import BRANCH, Author
from wiki.repository.process import STREAM_TIME, GitFailed, end, run, start
from wiki.repository.remote.copy import copy_objects
from wiki.repository.repository import Repository

#: What can be made again need not be on disk before anyone goes on.
_SETTINGS = {"fastimport.unpackLimit": "1", "pack.compression": "1", "core.fsync": "none"}
_ARGUMENTS = ("fast-import", "--quiet", "--done", "--force", "--date-format=raw")


class Rewriter:
    """Writes commits; each is known by its mark (``:7``), or by its id if it was there before.

    Without ``read``, which gives a file's bytes, ``blobs`` must be there before git reads all this.
    """

    def __init__(self, pipe: IO[bytes], read: Callable[[str], bytes] | None) -> None:
        self._pipe = pipe
        self._read = read
        self._marks = 0
        self.blobs: set[str] = set()

    def commit(self, parents: Sequence[str], author: Author, when: datetime, message: str) -> str:
        """Begins a commit on the tree of its first parent; returns its mark."""
        self._marks += 1
        mark = f":{self._marks}"
        branch = BRANCH.encode("ascii")
        if not parents:
            self._pipe.write(b"reset %s\n\n" % branch)
        self._pipe.write(b"commit %s\nmark %s\n" % (branch, mark.encode("ascii")))
        self._pipe.write(commit_command(author, message, when))
        for word, parent in zip(("from", *["merge"] * len(parents)), parents, strict=False):
            self._pipe.write(f"{word} {parent}\n".encode("ascii"))
        return mark

    def clear(self) -> None:
        """Empties the tree of the commit that was begun."""
        self._pipe.write(b"deleteall\n")

    def delete(self, name: str) -> None:
        """Takes a file, or a folder, out of the commit that was begun."""
        self._pipe.write(delete_command(name))

    def write(self, name: str, blob: str) -> None:
        """Puts a file into the commit that was begun: a blob of the other repository."""
        if self._read is None:
            self.blobs.add(blob)
        content = blob if self._read is None else self._read(blob)
        self._pipe.write(write_command(name, "blob", content))

    def put(self, name: str, content: bytes) -> None:
        """Puts a file of these bytes into the commit that was begun."""
        self._pipe.write(write_command(name, "blob", content))

    def finish(self, tip: str | None) -> None:
        """Makes ``tip`` the branch, or leaves none."""
        if tip is not None:
            self._pipe.write(f"reset {BRANCH}\nfrom {tip}\n\n".encode("ascii"))
        self._pipe.write(b"done\n")


@contextmanager
def rewriting(folder: Path, source: Repository, *, many: bool) -> Iterator[Rewriter]:
    """A writer of commits in the bare repository ``folder``; its branch moves at the end.

    Their files come from ``source``: one by one, or with ``many`` in one pack, as git holds them
    there, which is quicker than to unpack and pack each. Raises GitFailed.
    """
    with TemporaryFile() as said:
        if not many:
            child = _importing(folder, subprocess.PIPE, said)
            pipe = cast(IO[bytes], child.stdin)
            try:
                yield Rewriter(pipe, source.read_blob)
                pipe.close()
                child.wait(STREAM_TIME)
            except (BrokenPipeError, subprocess.TimeoutExpired):
                end(child)
            finally:
                end(child)
                with suppress(OSError):
                    pipe.close()
        else:
            with TemporaryFile() as commands:
                writer = Rewriter(commands, None)
                yield writer
                if writer.blobs:
                    copy_objects(source.folder, folder, writer.blobs)
                commands.seek(0)
                child = _importing(folder, commands, said)
            try:
                child.wait(STREAM_TIME)
            except subprocess.TimeoutExpired:
                end(child)
            finally:
                end(child)
        if child.returncode:
            said.seek(0)
            raise GitFailed(child.returncode, said.read(2000).decode("utf-8", "replace"))


def branch_of(folder: Path) -> str | None:
    """The commit that the branch of the repository ``folder`` is at. Raises GitFailed."""
    said = run(folder, "for-each-ref", "--format=%(objectname)", BRANCH)[1]
    return said.decode("ascii").strip() or None


def _importing(
    folder: Path, commands: IO[bytes] | int, said: IO[bytes]
) -> "subprocess.Popen[bytes]":
    return start(
        folder,
        _ARGUMENTS,
        settings=_SETTINGS,
        cwd="/",
        stdin=commands,
        stdout=subprocess.DEVNULL,
        stderr=said,
    )
