"""Thousands of commits through one ``git fast-import``; the branch moves once, at the end.

Commits of what came from another program name its states in their last lines (``trailer``).
"""

import fcntl
import hashlib
import os
import re
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from wiki.disk.durable import sync_folder
from wiki.disk.open_files import open_writable
from wiki.repository.commit import check_name
from wiki.repository.faults import not_saved
from wiki.repository.importstream import commit_command, delete_command, write_command
from wiki.repository.objects import BRANCH, EMPTY, WIKI_AUTHOR, Author
from wiki.repository.process import GitFailed, end, run, start
from wiki.repository.repository import Repository
from wiki.repository.writes.branch import HeadMoved

ARGUMENTS = ("fast-import", "--quiet", "--done", "--date-format=raw")
SETTINGS = {"fastimport.unpackLimit": "1", "pack.compression": "1"}

#: what begins the lines that name the states which a commit brings
_TRAILER = "Imported-From"
_LINE = re.compile(rf"^{_TRAILER}: (\S+) (.+)$", re.MULTILINE)
#: the address of an author of elsewhere: nobody's, and nobody's here
_NOBODY = re.compile(r"imported-[0-9a-f]{16}@people\.invalid")

#: where commits grow beside the branch, and the file that each import holds while its own do
_REFS, _LOCK = "refs/imports", "imports.lock"
#: seconds that git may take to finish after the last commit was given
_FINISH = 600.0


def trailer(source: str, key: str) -> str:
    """The line of a commit that says that it brings the state ``key`` of a foreign ``source``."""
    return f"{_TRAILER}: {source} {key}"


def author_of(name: str) -> Author:
    """Who a commit names for an author of elsewhere: the name, and an address that is nobody's."""
    if not name:
        return WIKI_AUTHOR
    digest = hashlib.sha256(name.casefold().encode("utf-8", "replace")).hexdigest()[:16]
    return Author(name, f"imported-{digest}@people.invalid")


def imported_states(message: str, mail: str) -> list[tuple[str, str]]:
    """The source and key of each state that a commit brings; [] for all that are of no import.

    ``mail`` is its author's: people write messages themselves, but cannot be an author of
    elsewhere. What such an author wrote stands above the last paragraph, which is ours.
    """
    if mail != WIKI_AUTHOR.mail and not _NOBODY.fullmatch(mail):
        return []
    return _LINE.findall(message.rpartition("\n\n")[2])


class Stream:
    """A history in the making, beside the branch; see ``stream_commits``."""

    def __init__(self, ref: str, onto: str, pipe: IO[bytes]) -> None:
        self.commits = 0
        self._ref = ref.encode("ascii")
        self._first = b"" if onto == EMPTY else b"from %s\n" % onto.encode("ascii")
        self._pipe = pipe

    def commit(
        self, changes: Mapping[str, bytes | None], author: Author, message: str, when: datetime
    ) -> None:
        """One commit more. Files are not compared with what stands there: the caller knows.

        Raises BadPath, and StorageFailed where git gave up.
        """
        for name in changes:
            check_name(name)
        parts = [b"commit %s\n" % self._ref, commit_command(author, message, when), self._first]
        parts += [
            delete_command(name) if change is None else write_command(name, "blob", change)
            for name, change in changes.items()
        ]
        try:
            self._pipe.writelines(parts)
        except OSError as error:
            raise not_saved() from error
        self._first = b""
        self.commits += 1


@contextmanager
def stream_commits(repository: Repository, onto: str) -> Iterator[Stream]:
    """For imports: what is committed to it stands on top of ``onto`` when the block ends well.

    Nobody waits meanwhile: the commits grow under a name of their own, and the branch moves in one
    step. Raises HeadMoved where it moved before, StorageFailed where the disk fails; then, and
    where the block raises, nothing has happened.
    """
    ref = f"{_REFS}/{secrets.token_hex(8)}"
    with _at_work(repository.folder) as lock:
        try:
            with _process(repository, ref, onto, lock) as imported:
                yield imported
            if imported.commits:
                _move_branch(repository, ref, onto)
        except GitFailed as error:
            raise not_saved() from error
        finally:
            with suppress(GitFailed):
                run(repository.folder, "update-ref", "-d", ref)
    if imported.commits:
        repository.upkeep.start()


def sweep_imports(folder: Path) -> None:
    """Lets go of the commits that killed imports left beside the branch; not while one is at work.

    Where nothing can be written it is left to the next time.
    """
    with suppress(OSError, GitFailed), _held(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
        _status, names = run(folder, "for-each-ref", "--format=%(refname)", _REFS)
        for name in names.decode("utf-8", "replace").split():
            run(folder, "update-ref", "-d", name)


@contextmanager
def _at_work(folder: Path) -> Iterator[int]:
    """While an import is: the open file, for the child that outlives it to inherit."""
    sweep_imports(folder)
    with ExitStack() as stack:
        try:
            lock = stack.enter_context(_held(folder, fcntl.LOCK_SH))
        except OSError as error:
            raise not_saved() from error
        yield lock


@contextmanager
def _held(folder: Path, how: int) -> Iterator[int]:
    file = open_writable(folder / _LOCK)
    try:
        fcntl.flock(file, how)
        yield file
    finally:
        os.close(file)


@contextmanager
def _process(repository: Repository, ref: str, onto: str, *kept: int) -> Iterator[Stream]:
    with TemporaryFile() as said:
        child = start(
            repository.folder,
            ARGUMENTS,
            settings=SETTINGS,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            pass_fds=kept,
        )
        pipe = cast(IO[bytes], child.stdin)
        try:
            yield Stream(ref, onto, pipe)
            _finish(child, pipe)
        finally:
            end(child)
            with suppress(OSError):
                pipe.close()
            (repository.folder / f"fast_import_crash_{child.pid}").unlink(missing_ok=True)
        if child.returncode:
            said.seek(0)
            raise GitFailed(child.returncode, said.read(2000).decode("utf-8", "replace"))


def _finish(child: subprocess.Popen[bytes], pipe: IO[bytes]) -> None:
    try:
        pipe.write(b"done\n")
        pipe.close()
        child.wait(_FINISH)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise not_saved() from error


def _move_branch(repository: Repository, ref: str, onto: str) -> None:
    with repository.lock():
        head = repository.head()
        if head != onto:
            raise HeadMoved(head)
        _status, new = run(repository.folder, "rev-parse", "--verify", "--end-of-options", ref)
        commit, old = new.decode("ascii").strip(), "0" * 40 if onto == EMPTY else onto
        if repository.shared is not None:
            repository.shared.give(repository.folder, onto, commit)
        with repository.write_lock.writing():
            run(
                repository.folder,
                *("update-ref", "-m", "import", "--end-of-options"),
                *(BRANCH, commit, old),
                pass_fds=[repository.write_lock.file],
            )
            sync_folder((repository.folder / BRANCH).parent)
