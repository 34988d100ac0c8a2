"""Saves of several nodes through one shared repository: none is lost, none is there twice."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.nodes.proxy import Proxy
from wiki.errors import HostFailed, HostRefuses, StorageFailed
from wiki.repository.commit import commit
from wiki.repository.importing import stream_commits
from wiki.repository.marks import write_mark
from wiki.repository.objects import BRANCH, EMPTY, Author
from wiki.repository.remote.addresses import Remote
from wiki.repository.remote.fetch import fetched, take
from wiki.repository.repository import Repository
from wiki.repository.shared.central import Shared
from wiki.repository.shared.host import Host
from wiki.repository.shared.names import Names
from wiki.repository.shared.repair import heal, lay_damaged_aside
from wiki.repository.shared.turns import Turns
from wiki.repository.writes.branch import HeadMoved, Overtaken
from wiki.repository.writes.group import Wish

Node = Callable[[str], Repository]
_ALIVE = (socket.TCP_USER_TIMEOUT, socket.TCP_KEEPIDLE)
AUTHOR = Author("Une porteuse", "k7x2@people.invalid")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ("git", "-C", str(folder), *words), check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def save(repository: Repository, file: str, text: str) -> str:
    files = {file: text.encode()}
    return commit(repository, repository.head(), files, AUTHOR, f"{file}: {text}")


def arrive(repository: Repository) -> None:
    assert repository.shared is not None
    repository.shared.arrive()


def text(repository: Repository, file: str) -> str:
    found = repository.read(file, repository.head())
    return found.data.decode() if found else ""


def test_what_several_want_at_once_is_fetched_once(node: Node) -> None:
    a, b = node("a"), node("b")
    shared = b.shared
    assert shared is not None
    commit = save(a, "index.md", "un")
    barrier, fetched, fetch = Barrier(4), list[str](), shared.fetch

    def counted(commit: str, folder: Path, *words: str) -> None:
        fetched.append(commit)
        fetch(commit, folder, *words)

    def bring(_number: int) -> None:
        barrier.wait()
        shared.arrive(commit)

    shared.fetch = counted  # type: ignore[method-assign]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(bring, range(4)))
    assert b.head() == commit
    assert fetched == [commit]


def test_a_save_is_there_before_it_is_acknowledged(node: Node, shared: tuple[Path, Remote]) -> None:
    a, b = node("a"), node("b")
    first = save(a, "index.md", "un")
    assert git(shared[0], "rev-parse", BRANCH) == first
    # The other has not heard of it, and saves on top of it all the same.
    arrive(b)
    second = save(b, "b.md", "deux")
    third = save(a, "a.md", "trois")
    assert git(shared[0], "rev-list", BRANCH).split() == [third, second, first]
    arrive(b)
    assert a.head() == b.head() == third
    assert text(b, "a.md") == "trois" and text(a, "b.md") == "deux"


def test_those_who_save_at_the_same_moment_are_all_kept(
    node: Node, shared: tuple[Path, Remote]
) -> None:
    a, b = node("a"), node("b")
    commit(a, EMPTY, {f"{n}.md": b"vide" for n in range(6)}, AUTHOR, "avant")
    arrive(b)
    begin = Barrier(6)

    def write(number: int) -> str:
        begin.wait(60)
        wish = Wish(
            f"{number}.md",
            lambda _head, _others: f"de {number}".encode(),
            AUTHOR,
            f"par {number}",
        )
        return (a if number % 2 else b).group.commit(wish)

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(write, range(6)))
    assert len(set(made)) == 6
    there = git(shared[0], "rev-list", BRANCH).split()
    assert set(made) < set(there) and len(there) == 7
    for one in (a, b):
        arrive(one)
        assert [text(one, f"{n}.md") for n in range(6)] == [f"de {n}" for n in range(6)]
    # What was pushed and not taken is not kept.
    assert len(list(a.folder.glob("objects/pack/*.pack"))) <= 7


def test_of_two_who_write_the_same_page_one_prepares_it_anew(node: Node) -> None:
    a, b = node("a"), node("b")
    save(a, "index.md", "un")
    arrive(b)
    save(a, "index.md", "deux")
    with pytest.raises(StorageFailed):
        save(b, "index.md", "un autre")
    seen: list[str] = []

    def fit(head: str, _others: object) -> bytes:
        seen.append(text(b, "index.md"))
        return f"{seen[-1]} et trois".encode()

    assert b.shared is not None and b.shared.turns.are_taken
    b.shared.turns = Turns()
    save(a, "index.md", "deux encore")
    b.group.commit(Wish("index.md", fit, AUTHOR, "trois"))
    assert seen == ["deux", "deux encore"]
    assert text(b, "index.md") == "deux encore et trois"
    # Overtaken, it takes turns for a while: then it has what others saved before it prepares.
    arrive(a)
    save(a, "index.md", "quatre")
    taken = []

    @contextmanager
    def take() -> Iterator[None]:
        taken.append(b.write_lock.is_mine)
        yield

    b.shared.turns.alone = take
    b.group.commit(Wish("index.md", fit, AUTHOR, "cinq"))
    assert seen[2:] == ["quatre"]
    assert taken == [False], "who brings what others saved needs the queue while it waits"


def test_what_a_node_says_it_saved_is_had_without_a_look(node: Node) -> None:
    a, b = node("a"), node("b")
    first = save(a, "index.md", "un")
    arrive(b)
    second = save(a, "index.md", "deux")
    assert b.shared is not None
    looks, look = [], b.shared.look

    def looked() -> Names:
        looks.append(b.head())
        return look()

    b.shared.look = looked  # type: ignore[method-assign]
    assert b.shared.hear(second) and not b.shared.hear(first)
    assert b.head() == second and not looks
    # One that is not there, or not above ours, moves nothing by itself.
    assert not b.shared.hear("1" * 40)
    assert b.head() == second and looks


def test_a_host_that_refuses_is_said_and_reading_goes_on(
    node: Node, shared: tuple[Path, Remote]
) -> None:
    if shared[1].protocol == "file":
        pytest.skip("hooks of a folder are not run")
    a = node("a")
    first = save(a, "index.md", "un")
    hook = shared[0] / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'la branche est fermee' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(HostRefuses, match="la branche est fermee"):
        save(a, "index.md", "deux")
    assert a.head() == first and text(a, "index.md") == "un"
    hook.unlink()
    save(a, "index.md", "trois")


@pytest.fixture
def cut(
    git_host: object, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Proxy, Repository, Path]]:
    """A node whose host can be cut off; the shared repository."""
    host = request.getfixturevalue("git_host")
    there = host.make(f"{tmp_path.name}-cut.git")
    proxy = Proxy(int(host.url.rpartition(":")[2]))
    repository = Repository.create(tmp_path / "cut/content.git", tmp_path / "lock")
    url = f"http://127.0.0.1:{proxy.port}/{there.name}"
    repository.shared = Shared(repository, Host(Remote(url, "http")))
    yield proxy, repository, there
    repository.close()
    proxy.close()


def test_what_is_being_fetched_is_left_where_a_save_was_overtaken(node: Node) -> None:
    a = node("a")
    save(a, "index.md", "un")
    fetched = a.folder / "objects/pack/tmp_pack_others"
    with a.lock(), pytest.raises(Overtaken), a.write_lock.writing():
        fetched.write_bytes(b"half of it")
        raise Overtaken(EMPTY)
    assert fetched.exists()
    # Where the disk took no more, what was begun goes.
    fetched.unlink()
    with a.lock(), pytest.raises(OSError, match="full"), a.write_lock.writing():
        fetched.write_bytes(b"half of it")
        raise OSError("full")
    assert not fetched.exists()


def test_an_answer_that_is_lost_makes_no_second_save(cut: tuple[Proxy, Repository, Path]) -> None:
    proxy, repository, there = cut
    first = save(repository, "index.md", "un")
    repository.close()  # so that the next question has a connection of its own
    proxy.deaf = 1
    second = save(repository, "index.md", "deux")
    assert proxy.deaf == 0
    assert git(there, "rev-list", BRANCH).split() == [second, first]
    assert repository.head() == second


def test_what_is_asked_while_the_host_is_away_is_refused_and_later_taken(
    cut: tuple[Proxy, Repository, Path],
) -> None:
    proxy, repository, there = cut
    first = save(repository, "index.md", "un")
    repository.close()
    proxy.off = True
    with pytest.raises(StorageFailed):
        arrive(repository)
    assert text(repository, "index.md") == "un"
    proxy.off = False
    second = save(repository, "index.md", "deux")
    assert git(there, "rev-list", BRANCH).split() == [second, first]
    proxy.close()
    repository.shared = Shared(repository, Host(Remote("http://127.0.0.1:9/x.git", "http")))
    with pytest.raises(HostFailed, match="Nothing"):
        save(repository, "index.md", "trois")
    assert repository.head() == second


def test_a_connection_that_died_unheard_is_known_to_be_dead(
    cut: tuple[Proxy, Repository, Path],
) -> None:
    _proxy, repository, _there = cut
    assert repository.shared is not None
    host = repository.shared.host
    repository.shared.look()
    assert host._session is not None
    pools = host._session.get_adapter(host.remote.url).poolmanager.pools  # type: ignore[attr-defined]
    (key,) = pools.keys()
    (connection,) = filter(None, pools[key].pool.queue)
    options = (connection.sock.getsockopt(socket.IPPROTO_TCP, one) for one in _ALIVE)
    assert tuple(options) == (4000, 2)
    assert connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_a_host_restored_from_a_backup_is_brought_forward(
    node: Node, shared: tuple[Path, Remote]
) -> None:
    a = node("a")
    first, second = save(a, "index.md", "un"), save(a, "index.md", "deux")
    git(shared[0], "update-ref", BRANCH, first)
    arrive(a)
    assert git(shared[0], "rev-parse", BRANCH) == a.head() == second


def test_a_history_that_was_rewritten_there_is_followed(
    node: Node, shared: tuple[Path, Remote]
) -> None:
    a, b = node("a"), node("b")
    save(a, "index.md", "un")
    arrive(b)
    old = save(a, "secret.md", "à effacer")
    arrive(b)
    tree = git(shared[0], "rev-parse", f"{old}^^{{tree}}")
    words = ("-c", "user.name=Une main", "-c", "user.email=main@people.invalid")
    new = git(shared[0], *words, "commit-tree", tree, "-m", "sans le secret")
    git(shared[0], "update-ref", BRANCH, new)
    for one in (a, b):
        arrive(one)
        assert one.head() == new
        assert not git(one.folder, "for-each-ref", "refs/aside")
    # What a node alone has, as whoever wrote past it left it, is kept beside.
    assert b.shared is not None
    b.shared, kept = None, b.shared
    mine = save(b, "b.md", "jamais partie")
    b.shared = kept
    save(a, "a.md", "deux")
    arrive(b)
    assert b.head() == a.head()
    assert git(b.folder, "for-each-ref", "--format=%(objectname)", "refs/aside") == mine


def test_a_damaged_clone_is_made_whole(node: Node) -> None:
    a, b = node("a"), node("b")
    save(a, "index.md", "un")
    save(a, "a/b.md", "deux")
    arrive(b)
    b.tree_of(b.head())  # in memory from here on: what is lost is known by its reader alone
    b.close()
    for pack in b.folder.glob("objects/pack/*.pack"):
        # All of it: what of a pack is read does not lie at the same place each time.
        pack.chmod(0o600)
        pack.write_bytes(pack.read_bytes()[:12] + bytes(pack.stat().st_size - 12))
    # Read as another process does: this one may hold in memory all that has just come.
    reader = Repository.open(b.folder, b.folder.with_name("lock"))
    reader.shared = b.shared
    for file in ("index.md", "a/b.md"):
        with suppress(StorageFailed, LookupError):
            text(reader, file)
    assert b.shared is not None
    heal(b.shared)
    assert text(reader, "index.md") == "un" and text(reader, "a/b.md") == "deux"
    reader.close()
    assert b.check() == []
    (b.folder / BRANCH).write_bytes(b"")
    heal(b.shared)
    assert b.head() == a.head()
    save(b, "index.md", "trois")
    # One that git cannot use at all goes, and is cloned again.
    assert not lay_damaged_aside(b.folder)
    (b.folder / "config").write_bytes(b"[core")
    assert lay_damaged_aside(b.folder) and not b.folder.exists()


def test_the_repository_of_another_wiki_is_refused(node: Node) -> None:
    a, b = node("a"), node("b")
    for one, id in ((a, "de-celui-ci"), (b, "d-un-autre")):
        write_mark(one.folder, id)
    save(a, "index.md", "un")
    for one in (a, a):
        assert one.shared is not None
        one.shared.begin()
    assert b.shared is not None
    with pytest.raises(HostRefuses, match="another wiki"):
        b.shared.begin()
    assert b.head() == EMPTY


class Interleaved(RuleBasedStateMachine):
    """Saves and looks of two nodes in any order, and clones put back to what they were."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(TemporaryDirectory(dir="/dev/shm")))
        words = ("git", "init", "--quiet", "--bare", "--initial-branch=main", "shared.git")
        subprocess.run(words, check=True, cwd=folder)
        self.there = folder / "shared.git"
        self.nodes = []
        for name in ("a", "b"):
            (folder / name).mkdir()
            one = Repository.create(folder / name / "content.git", folder / name / "lock")
            host = Host(Remote(str(self.there), "file"))
            one.shared = Shared(one, host, only_bodies=lambda _a, _b: True)
            self._stack.callback(one.close)
            self.nodes.append(one)
        self.saved: list[str] = []
        self.number = 0

    @rule(which=st.integers(0, 1), file=st.sampled_from(["x.md", "y.md"]))
    def alone(self, which: int, file: str) -> None:
        node = self.nodes[which]
        self.number += 1
        with suppress(StorageFailed):
            self.saved.append(save(node, file, f"{self.number}"))

    @rule(which=st.integers(0, 1), files=st.sets(st.sampled_from(["x.md", "y.md", "z.md"])))
    def together(self, which: int, files: set[str]) -> None:
        node = self.nodes[which]
        for file in sorted(files):
            self.number += 1
            data = f"{self.number}".encode()
            wish = Wish(file, lambda _h, _o, data=data: data, AUTHOR, file)  # type: ignore[misc]
            self.saved.append(node.group.commit(wish))

    @rule(which=st.integers(0, 1))
    def look(self, which: int) -> None:
        arrive(self.nodes[which])

    @rule(which=st.integers(0, 1), steps=st.integers(1, 2))
    def put_back(self, which: int, steps: int) -> None:
        """As a copy of the clone from before."""
        node = self.nodes[which]
        line = git(node.folder, "rev-list", BRANCH).split() if node.head() != EMPTY else []
        if len(line) > steps:
            (node.folder / BRANCH).write_text(f"{line[steps]}\n")

    @invariant()
    def nothing_is_lost(self) -> None:
        if self.saved:
            there = git(self.there, "rev-list", BRANCH).split()
            assert set(self.saved) <= set(there) and len(set(self.saved)) == len(self.saved)

    def teardown(self) -> None:
        for node in self.nodes:
            arrive(node)
        assert self.nodes[0].head() == self.nodes[1].head()
        self._stack.close()


TestInterleaved = Interleaved.TestCase
TestInterleaved.settings = settings(
    max_examples=6,
    stateful_step_count=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def test_a_save_is_never_older_than_what_it_stands_on(node: Node) -> None:
    a, b = node("a"), node("b")
    ahead = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    commit(a, EMPTY, {"index.md": b"un"}, AUTHOR, "une horloge en avance", ahead)
    arrive(b)
    save(b, "b.md", "deux")
    wish = Wish("b.md", lambda _head, _others: b"trois", AUTHOR, "trois")
    assert b.commit_info(b.group.commit(wish)).when == ahead
    far = commit(b, b.head(), {"c.md": b"quatre"}, AUTHOR, "loin", ahead + timedelta(days=400))
    save(b, "c.md", "cinq")
    assert b.commit_info(b.head()).when < ahead < b.commit_info(far).when


def test_an_import_and_what_a_mirror_had_are_at_all_nodes_or_at_none(
    node: Node, shared: tuple[Path, Remote]
) -> None:
    a, b = node("a"), node("b")
    first = save(a, "index.md", "un")
    arrive(b)
    with stream_commits(a, first) as imported:
        for number in range(3):
            files = {f"{number}.md": b"importe"}
            imported.commit(files, AUTHOR, f"import {number}", datetime.now(UTC))
    assert git(shared[0], "rev-parse", BRANCH) == a.head() != first
    # Another node was first: nothing of it is there, and what that one saved is here.
    with pytest.raises(HeadMoved), stream_commits(b, first) as late:
        late.commit({"b.md": b"trop tard"}, AUTHOR, "import", datetime.now(UTC))
    assert b.head() == a.head() == git(shared[0], "rev-parse", BRANCH)
    # A mirror's commits, which lie apart.
    who = ("-c", "user.name=m", "-c", "user.email=m@people.invalid")
    with fetched(a, shared[1], [first], 10_000_000) as apart:
        merged = git(
            apart.folder, *who, "commit-tree", f"{b.head()}^{{tree}}", "-p", b.head(), "-m", "m"
        )
        take(b, apart, merged, b.head(), "mirror")
        assert git(shared[0], "rev-parse", BRANCH) == b.head() == merged
        arrive(a)
        onto = save(a, "c.md", "entre-temps")
        other = git(
            apart.folder, *who, "commit-tree", f"{merged}^{{tree}}", "-p", merged, "-m", "n"
        )
        with pytest.raises(HeadMoved):
            take(b, apart, other, merged, "mirror")
    assert b.head() == a.head() == onto == git(shared[0], "rev-parse", BRANCH)
