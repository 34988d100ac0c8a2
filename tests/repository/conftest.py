"""A repository of one's own for each test, and short words to write in it."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.repository.repository import Repository

Save = Callable[..., str]
Git = Callable[..., str]


@pytest.fixture
def author() -> Author:
    return Author("Une porteuse", "k7x2@people.invalid")


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    """An empty repository, closed at the end."""
    made = Repository.create(tmp_path / "content.git", tmp_path / "lock")
    yield made
    made.close()


@pytest.fixture
def save(repository: Repository, author: Author) -> Save:
    """Saves files on top of the head: ``save({"index.md": b"..."}, "why")``."""

    def save_onto_head(changes: dict[str, bytes | None], message: str = "Un pas") -> str:
        return commit(repository, repository.head(), changes, author, message)

    return save_onto_head


@pytest.fixture
def git_at() -> Callable[[Path], Git]:
    """A git run by hand in a folder, with nobody's settings: ``git_at(folder)("log")``."""
    person = {"NAME": "Une main", "EMAIL": "main@people.invalid"}
    env = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    env |= {f"GIT_{role}_{key}": person[key] for role in ("AUTHOR", "COMMITTER") for key in person}

    def in_folder(folder: Path) -> Git:
        def run(*arguments: str, given: bytes = b"") -> str:
            command = ["git", "-C", str(folder), *arguments]
            done = subprocess.run(command, env=env, input=given, capture_output=True, check=True)
            return done.stdout.decode("utf-8", "replace").strip()

        return run

    return in_folder


@pytest.fixture
def git(repository: Repository, git_at: Callable[[Path], Git]) -> Git:
    """A git run by hand on the wiki's own repository: ``git("gc")``."""
    return git_at(repository.folder)
