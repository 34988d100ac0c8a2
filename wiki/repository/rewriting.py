"""Commits made anew in another repository, parents and all, through one ``git fast-import``."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from wiki.repository.importstream import commit_command, delete_command, write_command
from wiki.repository.objects import BRANCH, Author
from wiki.repository.process import STREAM_TIME, GitFailed, end, start

#: What can be made again need not be on disk before anyone goes on.
_SETTINGS = {"fastimport.unpackLimit": "1", "pack.compression": "1", "core.fsync": "none"}
_ARGUMENTS = ("fast-import", "--quiet", "--done", "--force", "--date-format=raw")


class Rewriter:
    """Writes commits; each is known by its mark (``:7``), or by its id if it was there before."""

    def __init__(self, pipe: IO[bytes], answers: IO[bytes]) -> None:
        self._pipe = pipe
        self._answers = answers
        self._marks = 0

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

    def write(self, name: str, data: bytes) -> None:
        """Puts a file into the commit that was begun."""
        self._pipe.write(write_command(name, "blob", data))

    def finish(self, tip: str | None) -> str | None:
        """Makes ``tip`` the branch, or leaves none; returns the id of ``tip``."""
        if tip is None:
            self._pipe.write(b"done\n")
            return None
        self._pipe.write(f"reset {BRANCH}\nfrom {tip}\n\n".encode("ascii"))
        if not tip.startswith(":"):
            self._pipe.write(b"done\n")
            return tip
        self._pipe.write(f"get-mark {tip}\ndone\n".encode("ascii"))
        self._pipe.flush()
        return self._answers.readline().decode("ascii").strip()


@contextmanager
def rewriting(folder: Path) -> Iterator[Rewriter]:
    """A writer of commits in the bare repository ``folder``; its branch moves at the end.

    Raises GitFailed.
    """
    with TemporaryFile() as said:
        child = start(
            folder,
            _ARGUMENTS,
            settings=_SETTINGS,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        pipe, answers = cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout)
        try:
            yield Rewriter(pipe, answers)
            pipe.close()
            child.wait(STREAM_TIME)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            end(child)
        finally:
            end(child)
            with suppress(OSError):
                pipe.close()
            answers.close()
        if child.returncode:
            said.seek(0)
            raise GitFailed(child.returncode, said.read(2000).decode("utf-8", "replace"))
