"""Makes a new instance: from the starter content, from a git repository, or with nothing."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wiki.config import Settings
from wiki.errors import AlreadyExists
from wiki.parts.identity import database_url, exists, has_key, make_key, mark_parts
from wiki.people.store.database import Database
from wiki.repository.commit import commit
from wiki.repository.creation import check_commits
from wiki.repository.objects import EMPTY, WIKI_AUTHOR
from wiki.repository.repository import Repository
from wiki.resources import bundled

#: the seed's own description, which is no page of the instance
_NOT_A_PAGE = "README.md"


def found(settings: Settings, source: str | None = None, *, empty: bool = False) -> None:
    """Makes the instance: with the history of ``source``, with nothing, or from ``content/``.

    Raises AlreadyExists where there is one, BadRequest where ``source`` is no git repository, or
    one that holds a commit too large to be taken.
    """
    if exists(settings):
        raise AlreadyExists(f"there is an instance in {settings.instance} already")
    with new_folder(settings.instance) as folder:
        _fill(settings, folder, source, empty)


def _fill(settings: Settings, folder: Path, source: str | None, empty: bool) -> None:
    git, lock = folder / "content.git", folder / "lock"
    if source is not None:
        repository = Repository.clone_from(source, git, lock)
    else:
        repository = Repository.create(git, lock)
    try:
        if source is not None:
            check_commits(git)
        if source is None and not empty:
            commit(
                repository,
                EMPTY,
                _files(bundled("content")),
                WIKI_AUTHOR,
                "Les premières pages de ce wiki",
            )
    finally:
        repository.close()
    add_parts(settings)


def add_parts(settings: Settings) -> None:
    """Makes what belongs beside a repository that is there: key, private rows, marks.

    Raises AlreadyExists where the rows are another instance's.
    """
    folder = settings.instance
    if not has_key(folder):
        make_key(folder)
    private = Database(database_url(settings))
    try:
        if private.read_identity():
            raise AlreadyExists("the database holds the private rows of another instance already")
        private.migrate()
        mark_parts(folder, private)
    finally:
        private.close()


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """``folder``, made where it is missing; where its filling fails, what was made goes again.

    What lay in it before, such as a ``wiki.toml``, is left alone.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    before = set() if missing else set(folder.iterdir())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except BaseException:
        if missing:
            shutil.rmtree(missing[-1], ignore_errors=True)
        else:
            for path in set(folder.iterdir()) - before:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
        raise


def _files(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).as_posix() != _NOT_A_PAGE
    }
