"""An index on PostgreSQL that is cut off or thrown away: pages are read, and it heals."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, cast

import psycopg
import pytest

from wiki.app import create_app
from wiki.config import Settings
from wiki.errors import RowsUnreachable
from wiki.instance import Instance
from wiki.people.store import outage
from wiki.projections.catalogue import Catalogue
from wiki.projections.interface import Busy

from .postgres import Postgres, Proxy, new_wiki, postgres
from .test_postgresql import _CLOSED, _OPEN, _PAGES, instance, proxy, seconds_until, sign_in

if TYPE_CHECKING:
    from werkzeug.test import Client

    from wiki.people.person import Person

__all__ = ["instance", "postgres", "proxy"]

#: a block that asks the catalogue
_STORY = "::: historique\n- 2026-01-01 concept : on y est\n\n:::\n"


@pytest.fixture
def settings(postgres: Postgres, proxy: Proxy, tmp_path: Path) -> Settings:
    """Those of an instance with all but git behind ``proxy``."""
    url = postgres.new_database(proxy.port)
    return new_wiki(tmp_path / "instance", database_url=url, index="database")


def text(client: "Client", url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.get_data(as_text=True)


def test_pages_are_read_without_it(
    proxy: Proxy,
    instance: Instance,
    write: Callable[..., str],
    person: "Callable[..., Person]",
    caplog: pytest.LogCaptureFixture,
) -> None:
    write({**_PAGES, "ouverte.md": f"# Ouverte\n\n{_OPEN}\n\n{_STORY}"})
    person("Awa", role="admin")
    app = create_app(instance)
    visitor, member = app.test_client(), app.test_client()
    assert sign_in(member, "awa@example.org").status_code == 303
    base = instance.repository.head()
    assert _CLOSED in text(member, "/fermee")
    assert visitor.get("/fermee").status_code == 404

    caplog.clear()
    proxy.cut()
    for _time in range(3):
        seen = text(visitor, "/ouverte")
        assert _OPEN in seen
        assert "peut manquer" in seen
        assert _OPEN in text(member, "/ouverte")
        # Neither is told from the other: perhaps it has moved.
        for address in ("/fermee", "/nulle-part"):
            assert visitor.get(address).status_code == 503
            assert _CLOSED not in member.get(address).get_data(as_text=True)
    words = "ce que j’ai écrit"
    refused = member.post("/-/edit/ouverte", data={"text": words, "base": base})
    assert refused.status_code == 503
    assert words in refused.get_data(as_text=True)
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert len(told) == 1, told

    proxy.mend()
    seconds_until(lambda: not instance.private.unreachable)
    assert "peut manquer" not in text(visitor, "/ouverte")
    assert _CLOSED in text(member, "/fermee")


def test_a_server_that_was_started_again_is_no_outage(
    postgres: Postgres, instance: Instance, write: Callable[..., str]
) -> None:
    write(_PAGES)
    visitor = create_app(instance).test_client()
    assert _OPEN in text(visitor, "/ouverte")
    postgres.stop()
    postgres.start()
    assert "Ouverte" in text(visitor, "/-/changes")
    assert not instance.private.unreachable


def test_who_reads_waits_for_a_server_that_is_back_in_a_moment(
    proxy: Proxy,
    instance: Instance,
    write: Callable[..., str],
    person: "Callable[..., Person]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outage, "_BRIEF", 300)
    monkeypatch.setattr(outage, "_INSTANT", 0)
    vars(instance.settings)["threads"] = 4
    write(_PAGES)
    person("Awa", role="admin")
    app = create_app(instance)
    member = app.test_client()
    assert sign_in(member, "awa@example.org").status_code == 303
    watched = instance.private.outage
    assert watched is not None
    proxy.cut()
    with ThreadPoolExecutor() as threads:
        # What only rows tell: a list, and who it is that asks for a page that is not for all.
        asked = [(app.test_client(), "/-/changes"), (member, "/fermee")]
        answers = [threads.submit(client.get, url) for client, url in asked]
        seconds_until(lambda: watched._waiting == len(asked))
        # Half of the threads wait; neither do the others, nor who saves.
        visitor = app.test_client()
        assert visitor.get("/-/changes").status_code == 503
        assert _OPEN in text(visitor, "/ouverte")
        assert member.post("/-/edit/ouverte", data={"text": "x"}).status_code == 503
        proxy.mend()
        changes, closed = (answer.result().get_data(as_text=True) for answer in answers)
    assert "Ouverte" in changes and "peut manquer" not in changes
    assert _CLOSED in closed
    # For an instant all wait but one.
    monkeypatch.setattr(outage, "_INSTANT", 300)
    proxy.cut()
    with ThreadPoolExecutor() as threads:
        answers = [threads.submit(app.test_client().get, "/-/changes") for _one in range(3)]
        seconds_until(lambda: watched._waiting == len(answers))
        assert visitor.get("/-/changes").status_code == 503
        proxy.mend()
        assert all("Ouverte" in answer.result().get_data(as_text=True) for answer in answers)
    # One that has lasted for longer is waited for by nobody.
    monkeypatch.setattr(outage, "_BRIEF", 0)
    monkeypatch.setattr(outage, "_INSTANT", 0)
    proxy.cut()
    assert visitor.get("/-/changes").status_code == 503


def test_a_connection_lost_in_the_middle_costs_one_answer(
    instance: Instance, write: Callable[..., str]
) -> None:
    write(_PAGES)
    projections = instance.projections
    with projections.pinned("a test"):
        catalogue = cast(Catalogue, projections["catalogue"])
        with catalogue.reading() as rows:
            pid = rows.connection.info.backend_pid
        with psycopg.connect(instance.settings.database_url, autocommit=True) as another:
            another.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))
        with pytest.raises(RowsUnreachable):
            catalogue.paths(frozenset({"public"}))
    seconds_until(lambda: not instance.private.unreachable)
    catalogue = cast(Catalogue, projections["catalogue"])
    assert catalogue.paths(frozenset({"public"})) == ["ouverte"]


def test_what_somebody_throws_away_is_made_again(
    instance: Instance, write: Callable[..., str]
) -> None:
    write(_PAGES)
    visitor = create_app(instance).test_client()
    assert "Ouverte" in text(visitor, "/-/changes")
    with psycopg.connect(instance.settings.database_url, autocommit=True) as another:
        asked = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'index%' ORDER BY nspname"
        names = [name for (name,) in another.execute(asked)]
        changes = next(name for name in names if name.startswith("index:changes:"))
        another.execute(f'DROP TABLE "{changes}".changes_row')
        for _time in range(2):
            try:
                instance.projections["changes"].recent(frozenset({"public"}))  # type: ignore[attr-defined]
            except Busy:
                continue
        assert "Ouverte" in text(visitor, "/-/changes")
        for name in names:
            another.execute(f'DROP SCHEMA "{name}" CASCADE')
    assert "Ouverte" in text(visitor, "/-/changes")
