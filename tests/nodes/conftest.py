"""Nodes that share a repository, on a git host and in a folder."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.nodes.git_hosts import GitHost, Missing, serve_git
from tests.people.conftest import own_database
from wiki.config import Settings, load_settings
from wiki.repository.remote.addresses import Remote
from wiki.repository.repository import Repository
from wiki.repository.shared.central import Shared
from wiki.repository.shared.host import Host
from wiki.translation import use_language


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What is refused is said in English here."""
    with use_language("en"):
        yield


@pytest.fixture(scope="session")
def git_host() -> Iterator[GitHost]:
    """A host that all tests share."""
    try:
        with serve_git() as host:
            yield host
    except Missing as error:
        pytest.skip(str(error))


@pytest.fixture
def given(tmp_path: Path, git_host: GitHost) -> Iterator[Callable[..., Settings]]:
    """``given("a")``: the settings of a node; all have the same accounts, key and repository."""
    there = git_host.make(f"{tmp_path.name}.git").name
    with own_database() as url:

        def given(name: str, /, **more: str) -> Settings:
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            key = tmp_path / "secret"
            if not key.exists():
                key.write_bytes(os.urandom(32))
            shutil.copy(key, folder / "secret")
            lines = {
                "database_url": url,
                "shared_repository": f"{git_host.url}/{there}",
                "node": name,
                "news_seconds": "0.2",
                **more,
            }
            (folder / "wiki.toml").write_text("".join(f'{k} = "{v}"\n' for k, v in lines.items()))
            return load_settings(folder, environ={})

        yield given


@pytest.fixture(params=["http", "folder"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Remote]:
    """A shared repository with nothing in it: its folder, and the way to it."""
    if request.param == "folder":
        path = GitHost(tmp_path, "").make("shared.git")
        return path, Remote(str(path), "file")
    host = request.getfixturevalue("git_host")
    name = f"{tmp_path.name}.git"
    return host.make(name), Remote(f"{host.url}/{name}", "http")


@pytest.fixture
def node(tmp_path: Path, shared: tuple[Path, Remote]) -> Iterator[Callable[[str], Repository]]:
    """``node("a")``: the clone of a node, with what the shared repository has."""
    made: list[Repository] = []

    def joined(name: str) -> Repository:
        folder = tmp_path / name
        folder.mkdir()
        repository = Repository.create(folder / "content.git", folder / "lock")
        made.append(repository)
        repository.shared = Shared(repository, Host(shared[1]), only_bodies=lambda _a, _b: True)
        repository.shared.arrive()
        return repository

    yield joined
    for one in made:
        one.close()
