"""Many writers at once, threads and processes: nothing is lost, and nobody waits for ever."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from wiki.repository.commit import commit
from wiki.repository.objects import EMPTY, Author
from wiki.repository.repository import Repository
from wiki.repository.span import Span
from wiki.repository.writes.branch import HeadMoved
from wiki.repository.writes.group import Wish

WRITERS = 4
SAVES = 10


def write(folder: Path, lock: Path, writer: int) -> None:
    """Saves ten times to a page of its own and to one that all share, as the wiki does."""
    repository = Repository.open(folder, lock)
    try:
        save_all(repository, writer)
    finally:
        repository.close()


def save_all(repository: Repository, writer: int) -> None:
    author = Author(f"Voix {writer}", f"{writer}@people.invalid")
    for number in range(SAVES):
        line = f"{writer}.{number}\n".encode()
        head = repository.head()
        while True:
            shared = repository.read("shared.md", head)
            text = (shared.data if shared else b"") + line
            try:
                commit(repository, head, {"shared.md": text}, author, f"{writer}.{number}")
                break
            except HeadMoved as moved:
                head = moved.head
        # And one of their own, in a group with whoever waits just then.
        own = Wish(f"{writer}.md", _always(line), author, f"seul {writer}.{number}")
        repository.group.commit(own)


def _always(data: bytes) -> Callable[[str, object], bytes]:
    return lambda _head, _others: data


def check_nothing_lost(repository: Repository) -> None:
    head = repository.head()
    shared = repository.read("shared.md", head)
    assert shared is not None
    said = [f"{writer}.{number}" for writer in range(WRITERS) for number in range(SAVES)]
    assert sorted(shared.data.decode().split()) == sorted(said)
    messages = [story.commit.message for story in Span(repository, EMPTY, head).commits()]
    assert sorted(messages) == sorted([*said, *(f"seul {one}" for one in said)])
    assert repository.check() == []


def test_processes_lose_nothing(repository: Repository, tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    writers = [
        context.Process(target=write, args=(repository.folder, tmp_path / "lock", writer))
        for writer in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    check_nothing_lost(repository)


def test_threads_lose_nothing(repository: Repository) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        for _done in pool.map(lambda writer: save_all(repository, writer), range(WRITERS)):
            pass
    check_nothing_lost(repository)


def test_a_forked_child_reads_with_a_process_of_its_own(repository: Repository) -> None:
    head = commit(repository, EMPTY, {"a.md": b"a" * 100}, Author("a", "a"), "x")
    assert repository.read("a.md", head) is not None
    context = multiprocessing.get_context("fork")
    child = context.Process(target=_read_often, args=(repository, head))
    child.start()
    _read_often(repository, head)
    child.join(60)
    assert child.exitcode == 0
    assert repository.read("a.md", head) is not None


def _read_often(repository: Repository, head: str) -> None:
    for _time in range(200):
        blob = repository.read("a.md", head)
        assert blob is not None
        assert blob.data == b"a" * 100


def test_the_lock_is_reentrant(repository: Repository) -> None:
    with repository.lock(), repository.lock():
        head = commit(repository, EMPTY, {"a.md": b"a"}, Author("a", "a"), "x")
    assert repository.head() == head
