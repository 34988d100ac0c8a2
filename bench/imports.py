"""The reference of saves: ``git fast-import`` alone, synced like a save, on a branch of its own."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from bench.worlds import World
from wiki.errors import NotFound
from wiki.repository.importing import ARGUMENTS, SETTINGS
from wiki.repository.importstream import commit_command, write_command
from wiki.repository.objects import Author
from wiki.repository.process import run as run_git
from wiki.repository.repository import Repository

_AUTHOR = Author("Une mesure", "bench@people.invalid")
_BRANCH = b"refs/heads/bench"

#: on what another process has left there
_ON = b"from %s^0\n" % _BRANCH

#: the commands for the commit of that number, on a parent where it is not the first
_Script = Callable[[int, bytes], bytes]


def time_each(here: World, count: int) -> list[float]:
    """The seconds of ``count`` imports, one after the other, that each change one page."""
    with _changing(here) as (repository, script):
        times = []
        for number in range(count):
            begun = time.perf_counter()
            _import(repository, script(number, _ON))
            times.append(time.perf_counter() - begun)
        return times


def time_stream(here: World, count: int) -> float:
    """The seconds of one import of as many commits."""
    with _changing(here) as (repository, script):
        commands = b"".join(script(number, b"") for number in range(count))
        begun = time.perf_counter()
        _import(repository, commands)
        return time.perf_counter() - begun


def _import(repository: Repository, script: bytes) -> None:
    given = script + b"done\n"
    run_git(repository.folder, *ARGUMENTS, given=given, settings=SETTINGS, cwd="/")


@contextmanager
def _changing(here: World) -> Iterator[tuple[Repository, _Script]]:
    repository = Repository.open(here.folder / "content.git", here.folder / "lock")
    head = repository.head()
    file = f"{here.pages[0]}/index.md"
    blob = repository.read(file, head)
    if blob is None:
        raise NotFound(file)

    def script(number: int, parent: bytes) -> bytes:
        return (
            b"commit %s\n" % _BRANCH
            + commit_command(_AUTHOR, "une mesure", datetime.now(UTC))
            + (parent if number else b"from %s\n" % head.encode())
            + write_command(file, "blob", blob.data + b"%d\n" % number)
            + b"\n"
        )

    try:
        yield repository, script
    finally:
        run_git(repository.folder, "update-ref", "-d", _BRANCH.decode())
        repository.close()
