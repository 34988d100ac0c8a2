"""Two nodes and one bucket: a large file of one is the other's, deleted once, and kept once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from threading import Barrier
from typing import Any

import pytest

from tests.people.conftest import SERVER
from wiki.config import Settings
from wiki.diagnostics import faults
from wiki.editing.files import attach, detach
from wiki.files.object_store import ObjectStore
from wiki.instance import Instance
from wiki.jobs.object_sweep import sweep
from wiki.parts.creation import found
from wiki.parts.node import begin_sharing, join
from wiki.people.accounts import add_person, find_person
from wiki.reading import Reader
from wiki.reading.files import get_file
from wiki.repository.commit import commit
from wiki.repository.objects import EMPTY, WIKI_AUTHOR
from wiki.testing.wikis import opened

pytestmark = pytest.mark.skipif(not SERVER, reason="WIKI_TEST_POSTGRES names no server")

SCAN = b"%PDF-1.7\n" + b"une page\n" * 300 + b"%%EOF\n"


@pytest.fixture
def nodes(
    given: Callable[..., Settings], bucket: dict[str, Any]
) -> Iterator[tuple[Instance, Instance]]:
    """The first node of a wiki, and one that joined it; with a bucket."""
    with ExitStack() as stack:
        found(given("a", **bucket), empty=True)
        a = stack.enter_context(opened(given("a", **bucket)))
        commit(a.repository, EMPTY, {"index.md": b"# Accueil\n"}, WIKI_AUTHOR, "accueil")
        begin_sharing(a.repository, a.proposed)
        assert join(given("b", **bucket))
        yield a, stack.enter_context(opened(given("b", **bucket)))


def reader_of(instance: Instance) -> Reader:
    person = find_person(instance.private, "lea@example.net")
    person = person or add_person(instance.private, email="lea@example.net", name="Léa")
    return Reader(instance, person)


def arrive(instance: Instance) -> None:
    assert instance.repository.shared is not None
    instance.repository.shared.arrive()


def store_of(instance: Instance) -> ObjectStore:
    assert isinstance(instance.objects, ObjectStore)
    return instance.objects


def test_a_large_file_of_one_node_is_read_and_deleted_at_the_other(
    nodes: tuple[Instance, Instance],
) -> None:
    a, b = nodes
    file = attach(reader_of(a), "index", "plan.pdf", SCAN)
    arrive(b)
    assert get_file(reader_of(b), file).data == SCAN
    # Named by what b has, and by what it has yet to hear of: its sweep takes neither.
    late = attach(reader_of(a), "index", "plan-2.pdf", SCAN + b"%")
    done = sweep(b, store_of(b), at_once=True)
    assert (done.named, done.deleted) == (2, 0)
    assert get_file(reader_of(b), late).data == SCAN + b"%"
    # Detached at one node, it is gone at both, and once in the bucket for the history.
    detach(reader_of(b), file)
    arrive(a)
    assert a.repository.blob_id(file, a.repository.head()) is None
    assert len(list(store_of(a).objects())) == 2
    # What no commit names is deleted by the first that sweeps; the second finds nothing to do.
    unnamed = store_of(a).put(BytesIO(SCAN + b"%%"))
    assert sweep(a, store_of(a), at_once=True).deleted == 1
    assert sweep(b, store_of(b), at_once=True).deleted == 0
    assert unnamed not in {one.pointer for one in store_of(b).objects()}
    assert not [line for line in faults(b) if "bucket" in line or "large" in line]


def test_the_same_bytes_given_twice_at_once_are_one_object(
    nodes: tuple[Instance, Instance],
) -> None:
    begin, readers = Barrier(4), [reader_of(node) for node in nodes]

    def give(number: int) -> str:
        begin.wait(60)
        return attach(readers[number % 2], "index", f"plan-{number}.pdf", SCAN)

    with ThreadPoolExecutor(4) as pool:
        files = set(pool.map(give, range(4)))
    assert len(files) == 4
    for node in nodes:
        arrive(node)
        (one,) = store_of(node).objects()
        assert one.pointer.size == len(SCAN)
        assert all(get_file(reader_of(node), file).data == SCAN for file in files)
    # One of four detached: the others keep it.
    detach(reader_of(nodes[0]), files.pop())
    assert sweep(nodes[1], store_of(nodes[1]), at_once=True).deleted == 0
    arrive(nodes[1])
    assert get_file(reader_of(nodes[1]), files.pop()).data == SCAN
