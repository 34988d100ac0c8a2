"""A real streaming replica that follows, lags, goes and comes back: nobody reads what is old."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

import psycopg
import pytest
from sqlalchemy import make_url

from wiki.app import create_app
from wiki.cli.engines import engines
from wiki.config import load_settings
from wiki.editing.save import save
from wiki.errors import BadSetting
from wiki.instance import Instance, close_instance, open_instance
from wiki.people.accounts import add_person
from wiki.people.store.replica import Replica
from wiki.projections.catalogue import Catalogue
from wiki.projections.search import SearchProjection
from wiki.projections.searching.postgres.replica import ReplicatedShelf
from wiki.projections.searching.results import SearchRequest
from wiki.reading import Reader

from .nodes import new_folder, running
from .postgres import Postgres, Proxy, new_wiki, postgres, standby
from .test_postgresql import _CLOSED, _OPEN, _PAGES, seconds_until, sign_in

if TYPE_CHECKING:
    from werkzeug.test import Client

    from wiki.people.person import Person

__all__ = ["postgres", "standby"]

_VISITOR = frozenset({"public"})


class Site:
    """An instance that has all but git at ``primary``, and reads at ``replica``."""

    def __init__(self, instance: Instance, primary: Postgres, replica: Postgres) -> None:
        self.instance, self.primary, self.replica = instance, primary, replica
        self.name = make_url(instance.settings.database_url).database or ""

    def follow(self) -> None:
        """Waits until the replica has all."""
        (asked,) = self.primary.ask("SELECT pg_logical_emit_message(true, 'a', 'test')")[0]
        seen = f"SELECT pg_last_wal_replay_lsn() >= '{asked}'"
        seconds_until(lambda: self.replica.ask(seen) == [(True,)])

    def pause(self) -> None:
        """Has the replica take over nothing any more."""
        self.replica.ask("SELECT pg_wal_replay_pause()")
        state = "SELECT pg_get_wal_replay_pause_state()"
        seconds_until(lambda: self.replica.ask(state) == [("paused",)])

    def resume(self) -> None:
        """Has it go on."""
        self.replica.ask("SELECT pg_wal_replay_resume()")
        self.follow()

    def reads(self, what: str) -> int:
        """How many reads have gone that way."""
        return self.instance.counters.reads()[what]


def _opened(postgres: Postgres, replica: Postgres, folder: Path) -> Site:
    """One that nobody has used; its replica runs."""
    for server in (postgres, replica):
        server.start()
    url = postgres.new_database(postgres.port)
    there = make_url(url).set(port=replica.port).render_as_string()
    lines = {"database_url": url, "database_replica_url": there, "index": "database"}
    settings = new_wiki(folder, **lines)
    return Site(patient(open_instance(settings)), postgres, replica)


def patient(instance: Instance) -> Instance:
    """It asks a replica that lags again, however long this machine takes for a test."""
    assert instance.replica is not None
    instance.replica._long = 600
    return instance


@pytest.fixture
def site(postgres: Postgres, standby: Postgres, tmp_path: Path) -> Iterator[Site]:
    made = _opened(postgres, standby, tmp_path / "instance")
    yield made
    close_instance(made.instance)


@pytest.fixture
def instance(site: Site) -> Instance:
    """Its instance, as fixtures that write know it."""
    return site.instance


def _text(client: "Client", url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.get_data(as_text=True)


def test_reads_are_the_replicas_and_never_older_than_what_is_known_here(
    site: Site, write: Callable[..., str], person: "Callable[..., Person]"
) -> None:
    write(_PAGES)
    awa = person("Awa", role="admin")
    app = create_app(site.instance)
    member, visitor = app.test_client(), app.test_client()
    assert sign_in(member, "awa@example.org").status_code == 303
    _text(member, "/-/changes"), _text(member, "/-/search?q=page")
    site.follow()
    (said,) = [one for one in engines(site.instance) if one.startswith("replica: ")]
    assert said.endswith("follows"), said
    before = site.reads("replica")
    assert "Ouverte" in _text(member, "/-/changes")
    assert site.reads("replica") > before
    asked = "SELECT 1 FROM pg_stat_activity WHERE datname = '{}' AND query LIKE '%ROLLBACK%'"
    assert site.replica.ask(asked.format(site.name))

    site.pause()
    try:
        late, there = site.reads("late"), site.reads("replica")
        reader = Reader(site.instance, awa)
        text = f"# Rebaptisée\n\n{_OPEN}\n"
        save(reader, "ouverte", text, site.instance.repository.head())
        for client in (member, visitor):
            assert "Rebaptisée" in _text(client, "/-/changes")
            assert "Rebaptisée" in _text(client, "/-/search?q=rebaptisee")
        assert site.reads("late") > late
        assert site.reads("replica") == there

        closed = f"---\nvisibility: members\n---\n# Rebaptisée\n\n{_OPEN}\n"
        save(reader, "ouverte", closed, site.instance.repository.head())
        assert visitor.get("/ouverte").status_code == 404
        for url in ("/-/changes", "/-/search?q=rebaptisee", "/-/feed.atom"):
            shown = visitor.get(url).get_data(as_text=True)
            assert "baptisée" not in shown and _CLOSED not in shown, url
        assert "Rebaptisée" in _text(member, "/-/changes")
        assert site.reads("replica") == there
        assert any("lags" in one for one in engines(site.instance))
    finally:
        site.resume()
    assert "Rebaptisée" in _text(member, "/-/changes")
    assert site.reads("replica") > there
    assert "Rebaptisée" not in _text(visitor, "/-/changes")


def test_without_it_the_primary_answers_and_it_is_said_once(
    site: Site,
    write: Callable[..., str],
    person: "Callable[..., Person]",
    caplog: pytest.LogCaptureFixture,
) -> None:
    write(_PAGES)
    person("Awa", role="admin")
    app = create_app(site.instance)
    member = app.test_client()
    assert sign_in(member, "awa@example.org").status_code == 303
    _text(member, "/-/changes")
    site.follow()
    _text(member, "/-/changes")
    catalogue = cast(Catalogue, site.instance.projections.part("catalogue"))
    with site.instance.projections.pinned("a test"):
        read = site.reads("replica")
        site.instance.projections.read("catalogue")
        assert site.reads("replica") > read
        caplog.clear()
        # What a request has begun there, it ends at the primary.
        site.replica.stop()
        assert catalogue.paths(_VISITOR) == ["ouverte"]
    for _time in range(5):
        assert "Ouverte" in _text(member, "/-/changes")
        assert _CLOSED in _text(member, "/fermee")
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert len(told) == 1 and "replica does not answer" in told[0], told
    assert site.reads("away") >= 5
    assert any("replica: " in one and "cannot be asked" in one for one in engines(site.instance))
    ready = member.get("/-/readyz")
    assert ready.status_code == 200
    assert json.loads(ready.data)["remarks"] == ["replica"]
    assert 'wiki_replica_reads_total{what="away"}' in _text(member, "/-/metrics")

    site.replica.start()
    replica = site.instance.replica
    assert replica is not None
    seconds_until(lambda: replica.is_asked)
    site.follow()
    read = site.reads("replica")
    assert "Ouverte" in _text(member, "/-/changes")
    assert site.reads("replica") > read
    assert "remarks" not in json.loads(member.get("/-/readyz").data)


def test_search_is_asked_of_the_replica_and_ends_at_the_primary(
    site: Site, write: Callable[..., str]
) -> None:
    write(_PAGES)
    projections = site.instance.projections
    shelf = cast(SearchProjection, projections.part("search"))._shelf
    assert isinstance(shelf, ReplicatedShelf)
    connections = shelf.connections

    def is_there() -> bool:
        return connections.reads_there

    assert _found(site.instance, "page") == _found(site.instance, "page") == ["ouverte"]
    site.follow()
    read, late = site.reads("replica"), site.reads("late")
    assert _found(site.instance, "monde") == ["ouverte"]
    # Rows of the catalogue, and search.
    assert site.reads("replica") == read + 2 and site.reads("late") == late
    asked = "SELECT 1 FROM pg_stat_activity WHERE datname = '{}' AND query LIKE '%, card FROM %'"
    assert site.replica.ask(asked.format(site.name))
    with projections.pinned("a search"):
        search = cast(SearchProjection, projections.read("search"))
        assert is_there()
        assert search.search(SearchRequest("mnode", _VISITOR)).suggestion == "monde"
        assert is_there()
    site.pause()
    try:
        # What is only written anew is of the same commit, and may be read as it was ...
        with connections.writing() as cursor:
            shelf._layout.save(cursor, shelf._layout.read(cursor))
        assert _found(site.instance, "monde") == ["ouverte"]
        assert site.reads("late") == late
        # ... until it is known here by another mark, however alike it is.
        shelf.snapshot()
        with projections.pinned("a search"):
            projections.read("search")
            assert not is_there()
        assert site.reads("late") == late + 1
    finally:
        site.resume()
    with projections.pinned("a search"):
        search = cast(SearchProjection, projections.read("search"))
        assert is_there()
        site.replica.stop()
        assert search.search(SearchRequest("ouverte", _VISITOR)).total == 1
        assert not is_there()
        assert search.search(SearchRequest("lisent", frozenset({"public", "members"}))).total == 1
    assert _found(site.instance, "lisent") == []


@pytest.mark.parametrize("fault", ["cut off", "silent"])
def test_of_two_nodes_one_loses_its_way_to_their_replica(
    fault: str,
    postgres: Postgres,
    standby: Postgres,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for server in (postgres, standby):
        server.start()
    url = postgres.new_database(postgres.port)
    with closing(Proxy(standby.port)) as proxy, ExitStack() as stack:
        folders = [new_folder(tmp_path / "first", url)]
        folders.append(new_folder(tmp_path / "second", url, folders[0]))
        nodes = []
        for folder, port in zip(folders, (proxy.port, standby.port), strict=True):
            there = make_url(url).set(port=port).render_as_string()
            with (folder / "wiki.toml").open("a", encoding="utf-8") as file:
                file.write(f'index = "database"\ndatabase_replica_url = "{there}"\n')
            nodes.append(stack.enter_context(running(folder)))
            patient(nodes[-1].instance)
        first, second = (Site(node.instance, postgres, standby) for node in nodes)
        awa = add_person(second.instance.private, email="a@example.org", name="Awa", role="admin")
        writer = Reader(second.instance, awa)
        save(writer, "ouverte", f"# Ouverte\n\n{_OPEN}\n", second.instance.repository.head())
        for site in (first, second):
            assert _found(site.instance, "page") == ["ouverte"]
        first.follow()
        for site in (first, second):
            read = site.reads("replica")
            assert _found(site.instance, "page") == ["ouverte"]
            assert site.reads("replica") == read + 2

        caplog.clear()
        {"cut off": proxy.cut, "silent": proxy.silence}[fault]()
        read, away = first.reads("replica"), first.reads("away")
        for word in ("monde", "page", "ouverte"):
            assert _found(first.instance, word) == ["ouverte"]
            # Who comes next asks the primary at once.
            assert first.instance.replica is not None and not first.instance.replica.is_asked
        assert (first.reads("replica"), first.reads("away")) == (read, away + 6)
        assert "Ouverte" in nodes[0].read("/-/search?q=monde")
        told = [one.getMessage() for one in caplog.records if "replica" in one.getMessage()]
        assert len(told) == 1 and "does not answer" in told[0], told
        read = second.reads("replica")
        assert _found(second.instance, "ouverte") == ["ouverte"]
        assert second.reads("replica") == read + 2

        second.pause()
        try:
            closed = f"---\nvisibility: members\n---\n# Ouverte\n\n{_OPEN}\n"
            save(writer, "ouverte", closed, second.instance.repository.head())
            for site in (first, second):
                assert _found(site.instance, "page") == []
                assert _found(site.instance, "page", "members") == ["ouverte"]
        finally:
            second.resume()
        proxy.mend()
        seconds_until(lambda: first.instance.replica and first.instance.replica.is_asked)
        for site in (first, second):
            assert _found(site.instance, "ouverte") == []
            read = site.reads("replica")
            assert _found(site.instance, "ouverte", "members") == ["ouverte"]
            assert site.reads("replica") == read + 2


def _found(instance: Instance, words: str, *groups: str) -> list[str]:
    """The pages with ``words`` that a request which only reads finds, for the public and more."""
    audience = _VISITOR | {*groups}
    with instance.projections.pinned("a search"):
        search = cast(SearchProjection, instance.projections.read("search", audience))
        return [hit.path for hit in search.search(SearchRequest(words, audience)).hits]


def test_one_that_lags_for_long_is_left_alone_for_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    url = "postgresql://wiki@127.0.0.1:1/x"
    with closing(Replica(url, long=60)) as patient:
        patient.note_late()
        assert patient.is_asked and not patient.remarks
    with closing(Replica(url, long=0, rest=600)) as replica:
        for _time in range(3):
            replica.note_late()
        assert not replica.is_asked
        assert replica.remarks
        replica.note_new()
        assert not replica.remarks
    told = [one.getMessage()[:16] for one in caplog.records]
    assert told == ["the replica lags", "the replica is a"]
    with pytest.raises(BadSetting, match="database_replica_url"):
        Replica("postgresql://x:port/y")


def test_one_that_answers_only_who_tries_is_left_alone_for_a_while(
    standby: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    standby.start()
    with closing(Replica(f"postgresql://wiki@127.0.0.1:{standby.port}/postgres")) as replica:
        lost = psycopg.OperationalError("it says nothing")
        replica.lose(lost)
        # Others who had asked it as well: that is no second time.
        replica.lose(lost)
        assert not replica.is_asked
        seconds_until(lambda: replica.is_asked)
        replica.lose(lost)
        seconds_until(lambda: not replica.outage.lasts)
        assert not replica.is_asked
        assert replica.remarks == {"replica": "it does not answer, all reads are the primary's"}


def test_the_primarys_own_address_is_no_fault_and_is_said(
    postgres: Postgres, tmp_path: Path
) -> None:
    site = _opened(postgres, postgres, tmp_path / "own")
    try:
        awa = add_person(site.instance.private, email="a@example.org", name="Awa", role="admin")
        save(Reader(site.instance, awa), "p", "# Une page\n", site.instance.repository.head())
        client = create_app(site.instance).test_client()
        assert "Une page" in _text(client, "/-/changes")
        with site.instance.projections.pinned("a test"):
            site.instance.projections.read("changes")
        assert site.reads("replica") and not site.reads("away")
        assert any("it takes writes" in one for one in engines(site.instance))
    finally:
        close_instance(site.instance)


@pytest.mark.parametrize(
    "given",
    [
        {"database_replica_url": "postgresql://x/y", "database_url": "postgresql://x/y"},
        {"database_replica_url": "postgresql://x/y"},
        {
            "database_replica_url": "sqlite:///x",
            "database_url": "postgresql://x/y",
            "index": "database",
        },
    ],
)
def test_a_replica_is_of_what_is_in_the_database(given: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="database_replica_url"):
        load_settings(tmp_path, environ={}, **given)
