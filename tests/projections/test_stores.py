"""Rows of projections on PostgreSQL: for processes that ask at once, and of several versions."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from datetime import date
from math import inf
from pathlib import Path
from random import Random
from threading import Barrier, Event, Thread
from typing import cast

import pytest
from sqlalchemy import Engine

from wiki.errors import RowsUnreachable
from wiki.people.store.database import Database
from wiki.projections.base import Projections
from wiki.projections.catalogue import Catalogue
from wiki.projections.changes import Changes
from wiki.projections.interface import Busy
from wiki.repository.objects import EMPTY
from wiki.repository.remote.addresses import check_address, let_in
from wiki.repository.repository import Repository
from wiki.repository.shared.central import Shared
from wiki.repository.shared.host import Host

from .stores import IN_DATABASE, database
from .world import MEMBER, VISITOR, World, page, parts

pytestmark = IN_DATABASE


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with database() as url:
        yield url


@pytest.fixture
def world(tmp_path: Path, repository: Repository, address: str) -> Iterator[World]:
    """Its rows are in schemas that the test before left: of another history, so they begin anew."""
    from wiki.projections.tables.schemas import Schemas

    with closing(Database(address)) as private:
        stores = Schemas(private)
        projections = Projections(repository, tmp_path / "index", parts(), stores=stores)
        yield World(repository, projections)
        projections.close()
        stores.at(tmp_path / "index").discard()
        stores.close()


_ASK = """
import json, sys
from pathlib import Path
from wiki.people.store.database import Database
from wiki.projections.base import Projections
from wiki.projections.tables.schemas import Schemas
from wiki.repository.remote.addresses import check_address, let_in
from wiki.repository.repository import Repository
from wiki.repository.shared.central import Shared
from wiki.repository.shared.host import Host
from tests.projections.world import VISITOR, parts
folder, url = Path(sys.argv[1]), sys.argv[2]
repository = Repository.open(folder / "content.git", folder / "lock")
private = Database(url)
projections = Projections(repository, folder / "index", parts(), stores=Schemas(private))
sys.stdin.readline()
print(json.dumps([
    [change.id for change in projections["changes"].recent(VISITOR, limit=1000)],
    len(projections["links"].broken(VISITOR, limit=1000)[0]),
    projections["catalogue"].paths(VISITOR),
    len(projections.failures),
]))
projections.close()
private.close()
"""


def test_processes_that_ask_at_once_agree(world: World, tmp_path: Path, address: str) -> None:
    for number in range(6):
        world.write({f"p{n}.md": f"[[nowhere]] {n}" for n in range(number * 5, number * 5 + 5)})
    command = [sys.executable, "-c", _ASK, str(tmp_path), address]
    here = Path(__file__).parents[2]
    asking = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=here
        )
        for _ in range(2)
    ]
    said = [json.loads(process.communicate("\n")[0]) for process in asking]
    assert said[0] == said[1]
    assert said[0][0] == list(range(30, 0, -1))
    assert said[0][1:] == [30, sorted(f"p{n}" for n in range(30)), 0]
    assert world.catalogue.paths(VISITOR) == said[0][2]


def test_versions_stand_beside_each_other(
    world: World, tmp_path: Path, repository: Repository, address: str
) -> None:
    from wiki.projections.tables.schemas import Schemas

    world.write({"a.md": page("x")})
    assert world.catalogue.paths(VISITOR) == ["a"]
    with closing(Database(address)) as private:
        stores = Schemas(private)
        of_later = Catalogue(edition="of the future")
        later = Projections(repository, tmp_path / "index", [Changes(), of_later], stores=stores)
        assert of_later.is_renewed()
        assert of_later.reflects() == EMPTY
        assert cast(Catalogue, later["catalogue"]).paths(VISITOR) == ["a"]
        # Nobody's rows went: this one has nothing to do.
        assert world.projections.part("catalogue").reflects() == repository.head()
        world.write({"b.md": page("y")})
        for projections in (world.projections, later):
            assert cast(Catalogue, projections["catalogue"]).paths(MEMBER) == ["a", "b"]
        # Until nobody has asked one for long.
        for part in (of_later, world.catalogue):
            part.tables.sweep(date(2027, 3, 1))
        world.catalogue.tables.sweep(date(2027, 3, 8))
        assert of_later.reflects() == repository.head()
        world.catalogue.tables.sweep(date(2027, 3, 9))
        assert of_later.reflects() == EMPTY
        assert world.projections.part("catalogue").reflects() == repository.head()
        later.close()
        stores.close()


def test_who_reads_waits_for_nobody_and_who_writes_for_a_while(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wiki.projections.tables.postgresql.server.PATIENCE", 0.05)
    world.write({"a.md": page("x")})
    tables = world.catalogue.tables
    held, done = Event(), Event()

    def hold() -> None:
        with suppress(KeyError), tables.writing() as rows:
            rows.connection.execute("DELETE FROM catalogue_page")
            held.set()
            done.wait(60)
            raise KeyError

    holding = Thread(target=hold)
    holding.start()
    assert held.wait(60)
    assert world.catalogue.paths(VISITOR) == ["a"]
    with pytest.raises(Busy), tables.writing():
        pass
    done.set()
    holding.join(60)
    world.projections.rebuild("catalogue")
    assert world.catalogue.paths(VISITOR) == ["a"]


def test_as_many_threads_as_there_are_never_wait_for_each_other_and_one_more_is_told(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from wiki.projections.tables.schemas import Schemas

    monkeypatch.setattr("wiki.people.store.engine.PATIENCE", 0.05)
    with closing(Database(address, threads=4)) as private:
        stores = Schemas(private)
        pool = stores.at(Path("index")).pool
        others = Barrier(4)

        def hold_two(_thread: int) -> None:
            with pool.lent(), private.reading():
                others.wait(60)
                with pool.lent() as rows, private.reading(fresh=True):
                    others.wait(60)
                    rows.connection.execute("SELECT 1")

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(hold_two, range(4)))
        with ExitStack() as stack:
            for _rows in range(10):
                stack.enter_context(pool.lent())
            with pytest.raises(RowsUnreachable):
                pool.take()
            assert not private.unreachable, "the server answers"
            # For a while nobody waits for one again, as long as none is given back.
            monkeypatch.setattr(pool, "_full_until", inf)
            with monkeypatch.context() as patch, pytest.raises(RowsUnreachable):
                patch.setattr(Engine, "raw_connection", None)
                pool.take()
        with pool.lent() as rows:
            assert rows.connection.execute("SELECT 1").fetchone() == (1,)
        stores.close()


def test_rows_of_a_commit_that_is_not_here_yet_are_left_alone(
    world: World, tmp_path: Path, repository: Repository, address: str
) -> None:
    """A node that is behind follows; one that cannot says so, and resets nothing."""
    from wiki.projections.tables.schemas import Schemas

    central = tmp_path / "central.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(central)], check=True)
    where = let_in(*check_address(str(central)), "")
    repository.shared = Shared(repository, Host(where))
    world.write({"a.md": page("x")})
    repository.shared.begin()
    behind = Repository.clone_from(str(central), tmp_path / "behind.git", tmp_path / "other-lock")
    world.write({"b.md": page("y")})
    assert world.catalogue.paths(VISITOR) == ["a", "b"]
    with closing(Database(address)) as private, closing(behind):
        stores = Schemas(private)
        others = Projections(behind, tmp_path / "index", parts(), stores=stores)
        behind.shared = Shared(behind, Host(where))
        gone = central.rename(tmp_path / "gone.git")
        assert not others.catch_up("catalogue")
        assert others.part("catalogue").reflects() == repository.head() != behind.head()
        gone.rename(central)
        others.close()
        others = Projections(behind, tmp_path / "index", parts(), stores=stores)
        assert cast(Catalogue, others["catalogue"]).paths(VISITOR) == ["a", "b"]
        assert behind.head() == repository.head()
        others.close()
        stores.close()


def test_texts_that_no_index_of_postgresql_holds(world: World) -> None:
    """Long ones in which nothing comes again, NUL, and paths as long as they may be."""
    chance = Random(1)  # noqa: S311 - any will do
    long = "".join(chr(chance.randrange(0x4E00, 0x9FFF)) for _ in range(4000))
    head = {"type": "project", "title": long, "themes": long, "territory": long, "aliases": long}
    needs = f"- [ ] {long} #{long} @{long} [x:: {long}] {{#b-00000001}}\n"
    text = f"[[{long}]] [[{long}|x]]\n\n::: besoins\n{needs}\n:::\n::: {long}\n{needs}\n:::\n"
    folder = "/".join(
        "".join(chr(chance.randrange(0xE0, 0xFE)) for _ in range(90)) for _ in range(5)
    )
    inside = page(text, team=long, visibility="team", **head)
    files = {"a.md": page(text, **head), "b.md": "x \x00 y [[\x00]]\n\n# \x00\n"}
    world.write({**files, f"{folder}.md": inside, f"{folder}/c.md": inside}, long, mail=long)
    for name in world.projections:
        assert world.projections.catch_up(name), name
    assert world.catalogue.paths(VISITOR) == ["a", "b"]
    assert [one.path for one in world.links.backlinks("a", VISITOR)] == []
