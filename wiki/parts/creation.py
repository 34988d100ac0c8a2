"""Makes a new instance: from the starter content, from a git repository, or with nothing."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from wiki.config import Settings
from wiki.errors import AlreadyExists, WikiError
from wiki.parts.identity import database_url, exists, has_key, make_key, mark_parts
from wiki.parts.mends import mend
from wiki.parts.survey import Limits, Survey, survey
from wiki.people.store.database import Database
from wiki.repository.commit import commit
from wiki.repository.creation import check_commits
from wiki.repository.objects import EMPTY, WIKI_AUTHOR
from wiki.repository.repository import Repository
from wiki.resources import bundled
from wiki.translation import gettext as _

#: the seed's own description, which is no page of the instance
_NOT_A_PAGE = "README.md"


class Declined(WikiError):
    """Whoever saw what would come of it did not go on."""


def found(
    settings: Settings,
    source: str | None = None,
    *,
    empty: bool = False,
    approve: Callable[[Survey], bool] | None = None,
    mend_texts: bool = False,
) -> None:
    """Makes the instance: with the history of ``source``, with nothing, or from ``content/``.

    ``approve`` is shown what comes of ``source`` before anything else is made of it;
    ``mend_texts`` as in ``parts/mends.py``. Raises AlreadyExists where there is an instance,
    BadRequest where ``source`` is no git repository, or one that holds a commit too large to be
    taken, Declined where ``approve`` says no: then there is nothing.
    """
    if exists(settings):
        raise AlreadyExists(f"there is an instance in {settings.instance} already")
    with new_folder(settings.instance) as folder:
        _fill(settings, folder, source, empty, partial(_arrive, settings, approve, mend_texts))


def found_on(settings: Settings, git: Path, seen: Survey, *, mend_texts: bool) -> None:
    """Makes the instance of the bare repository ``git``, which goes into it, as it was ``seen``.

    Raises AlreadyExists where there is an instance.
    """
    if exists(settings):
        raise AlreadyExists(f"there is an instance in {settings.instance} already")
    with new_folder(settings.instance) as folder:
        git.rename(folder / "content.git")
        repository = Repository.open(folder / "content.git", folder / "lock")
        try:
            mend(repository, seen, texts=mend_texts)
        finally:
            repository.close()
        add_parts(settings)


def _arrive(
    settings: Settings,
    approve: Callable[[Survey], bool] | None,
    mend_texts: bool,
    repository: Repository,
) -> None:
    """Looks at what was copied, asks, and puts right what can be."""
    seen = survey(repository, Limits(settings.max_page, settings.max_upload))
    if approve is not None and not approve(seen):
        raise Declined(_("Nothing was made."))
    mend(repository, seen, texts=mend_texts)


def _fill(
    settings: Settings,
    folder: Path,
    source: str | None,
    empty: bool,
    arrive: Callable[[Repository], None],
) -> None:
    git, lock = folder / "content.git", folder / "lock"
    if source is not None:
        repository = Repository.clone_from(source, git, lock)
    else:
        repository = Repository.create(git, lock)
    try:
        if source is not None:
            check_commits(git)
            arrive(repository)
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
