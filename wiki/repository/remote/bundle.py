"""A copy of the whole history in one file, made while others write."""

from pathlib import Path

from wiki.repository.objects import BRANCH, EMPTY
from wiki.repository.process import STREAM_TIME, run
from wiki.repository.repository import Repository


def bundle(repository: Repository, target: Path) -> str:
    """Writes the branch with all its history to ``target``; the commit that it ends with.

    EMPTY, and no file, where there is no commit yet.
    """
    if repository.head() == EMPTY:
        return EMPTY
    run(
        repository.folder,
        *("bundle", "create", "--quiet", str(target.absolute()), BRANCH),
        timeout=STREAM_TIME,
    )
    # Others write meanwhile: the file says what it holds.
    _status, said = run(repository.folder, "bundle", "list-heads", str(target.absolute()))
    return said.decode("ascii").split()[0]


def count_commits(repository: Repository, head: str) -> int:
    """How many commits lead to ``head``, itself one of them."""
    if head == EMPTY:
        return 0
    _status, said = run(repository.folder, "rev-list", "--count", head, timeout=STREAM_TIME)
    return int(said)
