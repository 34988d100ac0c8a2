"""Nodes whose shared repository a forge has, which lets them in and says what they may do."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.nodes.git_hosts import Gitolite, Missing, serve_git, serve_gitolite
from tests.nodes.test_shared import AUTHOR, arrive, git, save, text
from wiki.errors import HostRefuses
from wiki.repository.marks import write_mark
from wiki.repository.objects import BRANCH
from wiki.repository.remote.addresses import Remote, let_in
from wiki.repository.repository import Repository
from wiki.repository.shared.central import Shared
from wiki.repository.shared.host import Host
from wiki.repository.writes.group import Wish

WORD = "un-mot-de-noeud"
RULES = ("RW refs/heads/main = git", "RW+ refs/carrefour/ = git")

Clone = Callable[[str, Remote], Repository]


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    """``clone("a", remote)``: that of a node."""
    made: list[Repository] = []

    def joined(name: str, remote: Remote) -> Repository:
        folder = tmp_path / name
        folder.mkdir()
        repository = Repository.create(folder / "content.git", folder / "lock")
        made.append(repository)
        write_mark(repository.folder, "de-ce-wiki")
        repository.shared = Shared(repository, Host(remote), "la-cle", name)
        return repository

    yield joined
    for one in made:
        one.close()


@pytest.fixture(scope="module")
def forge() -> Iterator[Gitolite]:
    try:
        with serve_gitolite(WORD) as host:
            yield host
    except Missing as error:
        pytest.skip(str(error))


def begin(node: Repository) -> None:
    assert node.shared is not None
    node.shared.begin()


def test_nodes_share_what_a_forge_keeps_and_are_told_what_it_refuses(
    forge: Gitolite, clone: Clone
) -> None:
    forge.allow(*RULES)
    remote = let_in(f"{forge.url}/carrefour.git", "http", WORD)
    a, b = clone("a", remote), clone("b", remote)
    first = save(a, "index.md", "un")
    for node in (a, b):
        begin(node)
    assert b.head() == first and git(forge.repository, "rev-parse", BRANCH) == first
    names = git(forge.repository, "for-each-ref", "--format=%(refname)").split()
    assert {"refs/carrefour/instance", "refs/carrefour/nodes/a"} <= set(names)
    # Both at once: one is overtaken, makes its commit anew, and neither is lost.
    barrier = Barrier(4)

    def write(number: int) -> str:
        barrier.wait(60)
        wish = Wish(f"{number}.md", lambda _h, _o: b"de moi", AUTHOR, f"par {number}")
        return (a, b)[number % 2].group.commit(wish)

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(write, range(4)))
    assert made < set(git(forge.repository, "rev-list", BRANCH).split()) and len(made) == 4
    for node in (a, b):
        arrive(node)
        assert [text(node, f"{number}.md") for number in range(4)] == ["de moi"] * 4
    # A branch that is closed, and one who may not even read, are told so in the forge's words.
    head = a.head()
    forge.allow("- refs/heads/main = git", *RULES)
    with pytest.raises(HostRefuses, match="DENIED by"):
        save(a, "index.md", "deux")
    assert a.head() == head and text(a, "index.md") == "un"
    forge.allow(*RULES)
    save(b, "index.md", "deux")
    arrive(a)
    assert text(a, "index.md") == "deux"
    stranger = clone("c", let_in(f"{forge.url}/carrefour.git", "http", "un-autre-mot"))
    with pytest.raises(HostRefuses, match="401"):
        begin(stranger)
    forge.allow("RW = personne")
    with pytest.raises(HostRefuses, match="R any carrefour git DENIED"):
        begin(clone("d", remote))


def test_a_host_that_speaks_an_older_protocol_is_told_from_one_that_is_away(clone: Clone) -> None:
    """As those that do not hand on the header ``Git-Protocol``."""
    line = "fastcgi_param GIT_PROTOCOL $http_git_protocol;"
    none = 'fastcgi_param HTTP_GIT_PROTOCOL "";'
    try:
        with serve_git("", lambda conf: conf.replace(line, none)) as host:
            host.make("old.git")
            with pytest.raises(HostRefuses, match="protocol of version 2"):
                begin(clone("a", Remote(f"{host.url}/old.git", "http")))
    except Missing as error:
        pytest.skip(str(error))
