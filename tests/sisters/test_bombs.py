"""What expands, has no end or is deeper than anything is cut off: memory and time have bounds."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest

from wiki.people.sisters.exchanges import FAILED, IN_STEP, REFUSED
from wiki.sisters import fetch

from .conftest import Site
from .hostile_git import BLOB, COMMIT, TREE, HandMade, HostileGit, tree_of

#: bytes that git may have for a fetch here, and what it has without any
_MEMORY, _ITSELF = 64_000_000, 40_000_000
#: bytes of a sister that are taken
_SIZE = 20_000_000
_FILE, _FOLDER = "100644", "40000"


@pytest.fixture
def three(site: Callable[[str], Site], monkeypatch: pytest.MonkeyPatch) -> tuple[Site, Site, Site]:
    """Brest has Lyon's pages and Nantes'; Lyon is about to turn."""
    lyon, brest, nantes = site("lyon"), site("brest"), site("nantes")
    for one in (lyon, nantes):
        brest.join(one)
        one.join(brest)
        assert brest.poll(one).state == IN_STEP
    object.__setattr__(brest.instance.settings, "sister_size", _SIZE)
    monkeypatch.setattr(fetch, "MEMORY", _MEMORY)
    return lyon, brest, nantes


def a_blob_of_zeros() -> tuple[HandMade, str]:
    pack = HandMade()
    pack.add_zeros(BLOB, 100)
    return pack, pack.commit(pack.add(TREE, tree_of([(_FILE, "a.md", "1" * 40)])))


def a_commit_of_zeros() -> tuple[HandMade, str]:
    pack = HandMade()
    pack.add_zeros(COMMIT, 400)
    return pack, pack.commit(pack.add(TREE, b""))


def deltas_that_expand() -> tuple[HandMade, str]:
    pack = HandMade()
    pack.add(BLOB, bytes(4_000_000))
    pack.add_copies(0, 4_000_000, 1000)
    return pack, pack.commit(pack.add(TREE, b""))


def more_entries_than_files_may_be() -> tuple[HandMade, str]:
    pack = HandMade()
    blob = pack.add(BLOB, b"x")
    entries = ((_FILE, f"{number:07}.md", blob) for number in range(100_000))
    return pack, pack.commit(pack.add(TREE, tree_of(entries)))


def folders_in_folders() -> tuple[HandMade, str]:
    pack = HandMade()
    tree = pack.add(TREE, tree_of([(_FILE, "a.md", pack.add(BLOB, b"x"))]))
    for _level in range(5_000):
        tree = pack.add(TREE, tree_of([(_FOLDER, "a", tree)]))
    return pack, pack.commit(tree)


def a_file_larger_than_all_may_be() -> tuple[HandMade, str]:
    pack = HandMade()
    blob = pack.add(BLOB, bytes(_SIZE + 1))
    return pack, pack.commit(pack.add(TREE, tree_of([(_FILE, "a.png", blob)])))


def test_what_expands_is_cut_off_and_harms_nobody(three: tuple[Site, Site, Site]) -> None:
    lyon, brest, nantes = three
    for make in (
        a_blob_of_zeros,
        a_commit_of_zeros,
        deltas_that_expand,
        more_entries_than_files_may_be,
        folders_in_folders,
        a_file_larger_than_all_may_be,
    ):
        pack, head = make()
        lyon.app = HostileGit(lyon, head, pack.data())  # type: ignore[assignment]
        check_bounded(brest, lyon)
        assert brest.titles() == ["Page de lyon", "Page de nantes"]
    nantes.write({"neuf.md": "# Neuf\n"})
    assert brest.poll(nantes).state == IN_STEP
    assert brest.titles() == ["Neuf", "Page de lyon", "Page de nantes"]


def test_refs_without_end_fill_no_memory(three: tuple[Site, Site, Site]) -> None:
    lyon, brest, _nantes = three
    refs = (f"refs/heads/{'x' * 5000}{number}" for number in count())
    lyon.app = HostileGit(lyon, "1" * 40, refs=refs)  # type: ignore[assignment]
    check_bounded(brest, lyon)


def test_what_computes_without_end_is_ended(
    three: tuple[Site, Site, Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    lyon, brest, _nantes = three
    pack = HandMade()
    pack.add(BLOB, bytes(1_000_000))
    for _delta in range(2_000):  # 40 GB, of which no more than 20 MB at a time
        pack.add_copies(0, 1_000_000, 20)
    head = pack.commit(pack.add(TREE, b""))
    lyon.app = HostileGit(lyon, head, pack.data())  # type: ignore[assignment]
    monkeypatch.setattr(fetch, "_SECONDS", 0.5)
    check_bounded(brest, lyon)


def check_bounded(brest: Site, lyon: Site) -> None:
    """Asks Lyon, which is refused or said not to answer, and no git took more than it may."""
    with most_memory_of_git() as seen:
        how = brest.poll(lyon)
    assert how.state in (REFUSED, FAILED), how
    assert how.said
    assert max(seen) < _MEMORY + _ITSELF


def test_what_lies_too_deep_is_left_out(three: tuple[Site, Site, Site]) -> None:
    lyon, brest, nantes = three
    pack = HandMade()
    blob = pack.add(BLOB, b"# Page\n")
    tree = pack.add(TREE, tree_of([(_FILE, "a.md", blob)]))
    for _level in range(1500):  # nearly as deep as git goes
        tree = pack.add(TREE, tree_of([(_FILE, "a.md", blob), (_FOLDER, "a", tree)]))
    lyon.app = HostileGit(lyon, pack.commit(tree), pack.data())  # type: ignore[assignment]
    assert brest.poll(lyon).state == IN_STEP
    assert 1 < brest.sister(lyon).pages < 100
    nantes.write({"neuf.md": "# Neuf\n"})
    assert brest.poll(nantes).state == IN_STEP
    assert "Neuf" in brest.titles()


@contextmanager
def most_memory_of_git() -> Iterator[list[int]]:
    """The most that each git below this process was seen to have resident, in bytes."""
    seen, over = [0], Event()

    def look() -> None:
        while not over.wait(0.005):
            seen.extend(map(_peak, _gits(os.getpid())))

    thread = Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _gits(parent: int) -> Iterator[int]:
    with suppress(OSError):
        for thread in Path(f"/proc/{parent}/task").iterdir():
            for child in map(int, (thread / "children").read_text().split()):
                with suppress(OSError):
                    if Path(f"/proc/{child}/comm").read_text().startswith("git"):
                        yield child
                yield from _gits(child)


def _peak(process: int) -> int:
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
        return int(found[1]) * 1024 if found else 0
    return 0
