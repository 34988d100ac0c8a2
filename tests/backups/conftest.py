"""A wiki with something in it, on SQLite and on PostgreSQL, and its places of backups."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.people.conftest import own_database
from wiki.editing.review import proposals
from wiki.editing.review.proposals import ProposalForm
from wiki.people.accounts import add_person
from wiki.reading import Reader
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing.obstacles import about_files

if TYPE_CHECKING:
    from wiki.config import Settings
    from wiki.instance import Instance

PAGE = "---\neditors: team\n---\n# Ruches\n\nUn rucher.\n"
AUTHOR = Author("Une main", "main@people.invalid")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder for backups that is not the instance's."""
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(tmp_path: Path, outside: Path) -> "Settings":
    from wiki.config import load_settings

    return load_settings(tmp_path / "instance", environ={}, backup_folder=str(outside))


@pytest.fixture(
    params=[pytest.param("sqlite", marks=about_files("the other is on PostgreSQL")), "postgresql"]
)
def wiki(
    request: pytest.FixtureRequest,
    settings: "Settings",
    found_wiki: "Callable[[Settings, bool], None]",
) -> "Iterator[Instance]":
    """A wiki with pages, an account and a text that waits."""
    if request.param == "sqlite":
        yield from filled(settings, found_wiki)
        return
    with own_database("template0") as url:
        yield from filled(replace(settings, database_url=url), found_wiki)


@pytest.fixture
def small(
    settings: "Settings", found_wiki: "Callable[[Settings, bool], None]"
) -> "Iterator[Instance]":
    """The same on SQLite alone."""
    yield from filled(settings, found_wiki)


def filled(
    settings: "Settings", found_wiki: "Callable[[Settings, bool], None]"
) -> "Iterator[Instance]":
    from wiki.instance import close_instance, open_instance
    from wiki.parts.creation import found

    if settings.database_url:
        found(settings, empty=True)
    else:
        found_wiki(settings, True)
    instance = open_instance(settings)
    repository = instance.repository
    for number in range(3):
        files = {"a.md": PAGE.encode(), f"page-{number}.md": b"# Une page\n", "plan.txt": b"plan"}
        commit(repository, repository.head(), files, AUTHOR, f"Et {number}")
    awa = add_person(instance.private, email="awa@example.org", name="Awa")
    form = ProposalForm(PAGE.replace("Un", "Deux"), address="192.0.2.1")
    proposals.propose(Reader(instance, awa), "a", form)
    yield instance
    close_instance(instance)


def pass_by(instance: "Instance", how_long: timedelta) -> datetime:
    """Moves the clock of an instance on, and stops it."""
    then = instance.private.now() + how_long
    instance.private.now = lambda: then
    return then
