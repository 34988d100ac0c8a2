"""One wiki a module, and clones of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.git.client import Place, cloned, git
from wiki.config import load_settings
from wiki.instance import close_instance, open_instance
from wiki.parts.creation import found
from wiki.people.accounts import add_person
from wiki.people.accounts.access_tokens import issue
from wiki.testing import PASSWORD, ForkServer, Server


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, fork_server: ForkServer) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("git")
    settings = load_settings(folder / "instance", environ={})
    found(settings, empty=True)
    (folder / "instance" / "wiki.toml").write_text(
        "max_page = 20000\nmax_upload = 50000\nmax_push = 4000000\n"
    )
    instance = open_instance(settings)
    database = instance.private
    admin = add_person(
        database, email="ada@example.org", name="Ada", role="admin", password=PASSWORD, lang="en"
    )
    member = add_person(database, email="mem@example.org", name="Mem", password=PASSWORD, lang="en")
    tokens = {
        "git": issue(database, admin.id, name="git", scopes=["git"], days=1),
        "read": issue(database, admin.id, name="read", scopes=["read", "write"], days=1),
        "member": issue(database, member.id, name="git", scopes=["git"], days=1),
    }
    server = Server(fork_server, folder / "instance")
    made = Place(server, instance, admin, member, folder, tokens)
    # Two commits, so that there is one to go back to whichever test comes first.
    made.write({"index.md": "# Accueil\n"})
    made.write({"a.md": "# A\n", "a/x.txt": "un\n"})
    yield made
    server.stop()
    close_instance(instance)


@pytest.fixture
def mine(place: Place, tmp_path: Path) -> Path:
    """A clone of the whole, of which one pushes; the wiki knows what it has."""
    clone = cloned(place, tmp_path)
    git(clone, "fetch", "-q")
    return clone


@pytest.fixture
def shared(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone for tests of which no push is taken: the same as long as nothing else is."""
    head = place.instance.repository.head()
    if head not in place.clones:
        place.clones[head] = cloned(place, tmp_path_factory.mktemp("shared"))
    return place.clones[head]
