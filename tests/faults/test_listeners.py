"""Several nodes are one wiki: what one has answered, no other shows as it was before."""

import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path

import pytest

from wiki.cache.lease import LASTS, Lease, moment
from wiki.editing.save import save
from wiki.pages.words import slug
from wiki.people.accounts import add_person, find_person
from wiki.people.privacy.erasure import erase
from wiki.people.store.listener import next_pause
from wiki.people.store.nodes import Message, read_message
from wiki.reading import Reader
from wiki.repository.commit import commit
from wiki.repository.objects import Author

from .nodes import Node, new_folder, running
from .postgres import Postgres, Proxy, postgres

__all__ = ["postgres"]

PEOPLE = ["Awa", "Bintou", "Chloé", "Dembo"]


def until(so: Callable[[], object]) -> None:
    ends = time.monotonic() + 60
    while not so():
        assert time.monotonic() < ends
        time.sleep(0.005)


@pytest.fixture
def proxy(postgres: Postgres) -> Iterator[Proxy]:
    made = Proxy(postgres.port)
    yield made
    made.close()


@pytest.fixture
def nodes(postgres: Postgres, proxy: Proxy, tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    """Two; what the second hears comes through ``proxy``, and nothing else."""
    url = postgres.new_database(postgres.port)
    first = new_folder(tmp_path / "first", url)
    second = new_folder(tmp_path / "second", url, first)
    heard = url.replace(f":{postgres.port}/", f":{proxy.port}/")
    with running(first) as here, running(second, heard) as there:
        for name in PEOPLE:
            person = add_person(here.instance.private, email=f"{slug(name)}@example.org", name=name)
            save(
                Reader(here.instance, person), slug(name), "# P\n", here.instance.repository.head()
            )
        until(lambda: here.is_kept and there.is_kept)
        yield here, there


def write(node: Node, text: str) -> None:
    repository, author = node.instance.repository, Author("Une main", "main@people.invalid")
    commit(repository, repository.head(), {"page.md": text.encode()}, author, "écrit")


def forget(node: Node, name: str) -> float:
    """Erases who is called so; the seconds until that is answered."""
    private = node.instance.private
    person = find_person(private, f"{slug(name)}@example.org")
    assert person is not None
    begun = time.monotonic()
    erase(private, person.id, by="test")
    return time.monotonic() - begun


def names(node: Node) -> list[str]:
    """Those who are named to visitors; it is asked twice, so that the answer is kept if it can."""
    assert node.read("/-/changes")
    shown = node.read("/-/changes")
    return [name for name in PEOPLE if name in shown]


def test_what_one_node_has_answered_is_so_at_the_others(nodes: tuple[Node, Node]) -> None:
    here, there = nodes
    waited = []
    for number, name in enumerate(PEOPLE, 1):
        assert name in names(here)
        assert name in names(there)
        waited.append(forget(nodes[number % 2], name))
        # Not once it has heard: at once.
        assert names(nodes[number % 2 - 1]) == names(nodes[number % 2]) == PEOPLE[number:]
    assert min(waited) < LASTS, "nobody waits for a lease where all are there"

    write(here, "# Une page\n\naprès\n")
    until(lambda: "après" in there.read("/page"))
    # What a node tells of its own counts, such as what a plugin looked up, is told as well.
    then = there.instance.cache.begin()
    here.instance.private.bump(("own:weather",))
    until(lambda: there.instance.cache.begin() != then)


@pytest.mark.parametrize("fault", ["cut off", "silent"])
def test_a_node_that_hears_nothing_shows_nothing_from_before(
    fault: str, nodes: tuple[Node, Node], proxy: Proxy
) -> None:
    here, there = nodes
    assert names(there) == PEOPLE
    {"cut off": proxy.cut, "silent": proxy.silence}[fault]()
    forget(here, PEOPLE[0])
    assert names(there) == PEOPLE[1:], "who did it waited for the lease to end"
    until(lambda: not there.is_kept)
    # Its own tables are reached: it answers as of now, and keeps nothing.
    forget(here, PEOPLE[1])
    assert names(there) == PEOPLE[2:]
    proxy.mend()
    until(lambda: there.is_kept)
    assert names(there) == PEOPLE[2:]
    forget(here, PEOPLE[2])
    assert names(there) == PEOPLE[3:]


def test_a_node_is_heard_of_again_within_a_second_however_long_it_was_cut_off() -> None:
    pauses = list(accumulate(range(20), lambda pause, _turn: next_pause(pause), initial=0.0))
    assert pauses[1] <= 0.2, "a server that is started anew is back in a moment"
    assert pauses == sorted(pauses)
    assert pauses[-1] <= 1.0


def test_a_lease_is_neither_of_another_boot_nor_of_a_broken_file(tmp_path: Path) -> None:
    file = tmp_path / "index" / "lease"
    lease = Lease(file)

    def holds() -> bool:
        return lease.holds

    assert not holds()
    assert lease.node == ""
    lease.begin()
    node = lease.node
    assert len(node) == 16
    lease.extend(moment(), 2)
    assert holds()
    assert lease.others == 2
    assert Lease(file).node == node
    # Whoever closes something just now waits for those, though the server may know none of them.
    lease.end()
    lease.begin()
    assert not holds()
    assert lease.others == 2
    lease.extend(moment() - round(LASTS * 1e9), 2)
    assert not holds()
    lease.extend(0, 2)
    assert lease.others == 0
    node = lease.node
    lease.extend(moment() + 3600 * 10**9, 2)
    assert not holds(), "of a clock that was ahead"
    assert lease.others == 0
    file.write_bytes(b"torn")
    assert not holds()
    lease.begin()
    assert lease.node != node, "a copy of the folder is another node"


def test_what_is_told_is_read_again_and_what_nobody_knows_is_everything() -> None:
    said = Message("aa", places=(24, 32), head="0" * 40, confirm=7)
    assert read_message(str(said)) == said
    for payload in ("", "no", "[]", '{"node": "aa", "later": 1}', '{"places": 3}'):
        assert read_message(payload).everything
