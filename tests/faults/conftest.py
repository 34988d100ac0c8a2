"""An instance with pages, an account and a backup, to be damaged."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run, folder, run
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.people.person import at_machine
from wiki.testing import ForkServer, databases

from .world import SoundWorld, make_world

__all__ = ["folder", "run"]

PAGES = {"index.md": "# Accueil\n", "projets/lora/index.md": "# LoRa\n", "lien.md": "# Un lien\n"}


@pytest.fixture
def sound(
    folder: Path,
    run: Run,
    tmp_path: Path,
    found_wiki: Callable[..., None],
) -> Path:
    """The folder of a whole instance, beside it its backup ``backup.tar``."""
    if databases.ASKED:
        pytest.skip("about files: of SQLite among others, which are broken here")
    from wiki.people.accounts import add_person
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    settings = load_settings(folder, environ={})
    found_wiki(settings, True)
    instance = open_instance(settings)
    repository, author = instance.repository, Author("Une main", "main@people.invalid")
    for file, text in PAGES.items():
        commit(repository, repository.head(), {file: text.encode()}, author, f"écrit {file}")
    add_person(instance.private, email="awa@example.org", name="Awa")
    for name in instance.projections:
        instance.projections.catch_up(name)
    close_instance(instance)
    assert run("backup", str(tmp_path / "backup.tar")).exit_code == 0
    assert run("check").output == ""
    return folder


@pytest.fixture
def cookie(sound: Path) -> str:
    """The cookie of somebody who signed in while all was well."""
    from wiki.app import create_app
    from wiki.people.accounts import find_person
    from wiki.people.accounts.directory import set_role
    from wiki.testing.browsers import signed_in, token

    instance = opened(sound)
    person = find_person(instance.private, "awa@example.org")
    assert person is not None
    set_role(instance.private, person.id, "admin", by=at_machine(person.id))
    browser = signed_in(create_app(instance), instance, person)
    token(browser)  # that of its forms is in the cookie too
    kept = browser.get_cookie("session")
    close_instance(instance)
    assert kept is not None
    return kept.value


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, fork_server: ForkServer) -> SoundWorld:
    """A wiki full of everything, of which each test damages a copy."""
    return make_world(tmp_path_factory.mktemp("faults"), fork_server)


def opened(folder: Path) -> Instance:
    """The instance in ``folder``."""
    return open_instance(load_settings(folder, environ={}))


def empty(path: Path) -> None:
    """The folder is there, and nothing in it: as where nothing was mounted."""
    shutil.rmtree(path)
    path.mkdir()
