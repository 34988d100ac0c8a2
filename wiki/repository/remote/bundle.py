"""A copy of the whole history in one file, made while others write."""

from pathlib import Path

from wiki.repository.objects import BRANCH, EMPTY
from wiki.repository.process import run
from wiki.repository.repository import Repository

_BUNDLE_TIME = 3600.0


def bundle(repository: Repository, target: Path) -> bool:
    """Writes the branch with all its history to ``target``; False where there is no commit yet."""
    if repository.head() == EMPTY:
        return False
    run(
        repository.folder,
        *("bundle", "create", "--quiet", str(target.absolute()), BRANCH),
        timeout=_BUNDLE_TIME,
    )
    return True
