"""PostgreSQL that is stopped, cut off or silent: pages are read, and nobody is mistaken."""

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Thread, current_thread
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sqlalchemy import text

from wiki.app import create_app
from wiki.config import Settings
from wiki.editing.save import save
from wiki.errors import RowsUnreachable, StorageFailed
from wiki.instance import Instance, close_instance, open_instance
from wiki.jobs.runner import Runner
from wiki.people.accounts import add_person, find_person
from wiki.people.privacy.erasure import erase
from wiki.people.store import outage
from wiki.people.store.database import Database
from wiki.reading import Reader
from wiki.testing.wikis import PASSWORD

from .postgres import Postgres, Proxy, new_wiki, postgres

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import Client, TestResponse

    from wiki.people.person import Person
    from wiki.testing import Server

__all__ = ["postgres"]

_OPEN, _CLOSED = "une page pour tout le monde", "ce que les membres seuls lisent"
_PAGES: dict[str, str | bytes | None] = {
    "ouverte.md": f"# Ouverte\n\n{_OPEN}\n",
    "fermee.md": f"---\nvisibility: members\n---\n# Fermée\n\n{_CLOSED}\n",
}


@pytest.fixture
def proxy(postgres: Postgres) -> Iterator[Proxy]:
    """A way to a database that nobody has used."""
    postgres.start()
    made = Proxy(postgres.port)
    yield made
    made.close()


@pytest.fixture
def settings(postgres: Postgres, proxy: Proxy, tmp_path: "Path") -> Settings:
    """Those of an instance with its rows behind ``proxy``."""
    return new_wiki(tmp_path / "instance", database_url=postgres.new_database(proxy.port))


@pytest.fixture
def instance(settings: Settings) -> Iterator[Instance]:
    """The instance, opened as a server opens it."""
    made = open_instance(settings, for_readers=True)
    yield made
    close_instance(made)


def seconds_until(so: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not so():
        assert time.monotonic() < until
        time.sleep(0.02)


def sign_in(client: "Client", email: str) -> "TestResponse":
    form = client.get("/-/login").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None
    sent = {"email": email, "password": PASSWORD, "csrf_token": token[1]}
    return client.post("/-/login", data=sent)


@pytest.mark.parametrize("fault", ["stopped", "cut off", "silent"])
def test_reading_goes_on_and_nobody_is_taken_for_another(
    fault: str,
    postgres: Postgres,
    proxy: Proxy,
    instance: Instance,
    write: Callable[..., str],
    person: Callable[..., object],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(_PAGES)
    person("Awa", role="admin")
    app = create_app(instance)
    visitor, member = app.test_client(), app.test_client()
    assert sign_in(member, "awa@example.org").status_code == 303
    base = instance.repository.head()
    assert "Awa" in member.get("/ouverte").get_data(as_text=True)
    assert _CLOSED in member.get("/fermee").get_data(as_text=True)
    assert 'role="status"' not in visitor.get("/ouverte").get_data(as_text=True)

    caplog.clear()
    patience = outage.BoundedConnection.patience
    monkeypatch.setattr(outage, "_CONNECT", 2)
    monkeypatch.setattr(outage.BoundedConnection, "patience", 1.0)
    {"stopped": postgres.stop, "cut off": proxy.cut, "silent": proxy.silence}[fault]()
    tried: list[Thread] = []
    connect = outage.BoundedConnection.connect

    def counted(*words: Any, **named: Any) -> Any:
        tried.append(current_thread())
        return connect(*words, **named)

    monkeypatch.setattr(outage.BoundedConnection, "connect", counted)
    for _time in range(20):
        seen = visitor.get("/ouverte")
        assert seen.status_code == 200
        assert _OPEN in seen.get_data(as_text=True)
        assert visitor.get("/fermee").status_code == 404
        own = member.get("/ouverte")
        assert own.status_code == 200
        assert _OPEN in own.get_data(as_text=True)
        assert "restez connecté" in own.get_data(as_text=True)
        assert "Awa" not in own.get_data(as_text=True)
        closed = member.get("/fermee")
        assert closed.status_code == 503
        assert _CLOSED not in closed.get_data(as_text=True)
        assert closed.headers["Retry-After"]
    # Who asks first may wait for the limits; nobody after that.
    assert tried.count(current_thread()) < 5, tried
    assert "peut manquer" in visitor.get("/-/changes").get_data(as_text=True)
    for address in ("/-/account", "/-/admin", "/-/edit/ouverte", "/nulle-part"):
        assert member.get(address).status_code == 503, address
    text = "ce que j’ai écrit"
    refused = member.post("/-/edit/ouverte", data={"text": text, "base": base})
    assert refused.status_code == 503
    assert text in refused.get_data(as_text=True)
    assert "Rien n’a été enregistré" in refused.get_data(as_text=True)
    assert sign_in(visitor, "awa@example.org").status_code == 503
    assert instance.repository.head() == base
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert len(told) == 1, told
    assert len(caplog.text) < 2_000

    # It answers, in the time that a busy machine takes.
    monkeypatch.setattr(outage.BoundedConnection, "patience", patience)
    {"stopped": postgres.start, "cut off": proxy.mend, "silent": proxy.mend}[fault]()
    seconds_until(lambda: not instance.private.unreachable)
    assert _CLOSED in member.get("/fermee").get_data(as_text=True)
    assert "Awa" in member.get("/ouverte").get_data(as_text=True)
    assert 'role="status"' not in visitor.get("/ouverte").get_data(as_text=True)
    assert "peut manquer" not in visitor.get("/-/changes").get_data(as_text=True)


@pytest.fixture
def shared_index(postgres: Postgres, proxy: Proxy, tmp_path: "Path") -> Iterator[Instance]:
    """An instance that has lists and search there too."""
    url = postgres.new_database(proxy.port)
    settings = new_wiki(tmp_path / "shared", database_url=url, index="database")
    made = open_instance(settings, for_readers=True)
    yield made
    close_instance(made)


def test_a_text_is_kept_and_what_was_read_shown_where_it_goes_amid_a_request(
    postgres: Postgres, shared_index: Instance
) -> None:
    awa = add_person(
        shared_index.private, email="a@example.org", name="Awa", role="admin", password=PASSWORD
    )
    save(Reader(shared_index, awa), "ouverte", f"# P\n\n{_OPEN}\n", shared_index.repository.head())
    app = create_app(shared_index)
    client = app.test_client()
    assert sign_in(client, "a@example.org").status_code == 303
    form = client.get("/-/edit/ouverte").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None

    def stop(*_given: object, **_named: object) -> None:
        postgres.stop()

    # What is asked of rows before is answered; what is asked after is not.
    app.before_request_funcs[None].append(stop)
    mine = "ce que j’ai écrit"
    sent = {"text": mine, "base": shared_index.repository.head(), "csrf_token": token[1]}
    refused = client.post("/-/edit/ouverte", data=sent)
    assert refused.status_code == 503 and mine in refused.get_data(as_text=True)
    assert "Rien n’a été enregistré" in refused.get_data(as_text=True)
    postgres.start()
    seconds_until(lambda: not shared_index.private.unreachable)
    # What a request had read when it went is shown.
    with shared_index.private.pinned():
        assert find_person(shared_index.private, "a@example.org")
        postgres.stop()


def test_names_of_members_are_not_shown_while_it_is_unknown_who_has_left(
    proxy: Proxy, instance: Instance, person: "Callable[..., Person]"
) -> None:
    awa = person("Awa Diop")
    save(Reader(instance, awa), "p", "# P\n", instance.repository.head())
    erase(instance.private, awa.id, by="test")
    proxy.cut()
    shown = create_app(instance).test_client().get("/-/changes").get_data(as_text=True)
    assert "Un membre" in shown
    assert "Awa Diop" not in shown


def test_a_statement_that_takes_long_is_ended_and_is_no_outage(instance: Instance) -> None:
    begun = time.monotonic()
    with pytest.raises(StorageFailed) as raised, instance.private.session() as session:
        session.execute(text("SELECT pg_sleep(60)"))
    assert time.monotonic() - begun < 50
    assert not isinstance(raised.value, RowsUnreachable)
    assert not instance.private.unreachable


def test_tables_are_changed_without_a_limit(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another that changes them holds the lock for longer than a page may take."""
    monkeypatch.setitem(outage._LIMITS, "statement_timeout", "1s")
    with closing(Database(settings.database_url)) as one, one.engine.connect() as connection:
        monkeypatch.setattr(outage.BoundedConnection, "patience", 1.0)
        with outage.without_limit(connection):
            connection.execute(text("SELECT pg_sleep(2)"))


def test_tasks_wait_in_silence(
    proxy: Proxy, instance: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    proxy.cut()
    runner = Runner(instance)
    for _minute in range(5):
        for name in runner.due():
            runner.run(name)
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert len(told) == 1, told
    proxy.mend()
    seconds_until(lambda: not instance.private.unreachable)
    assert runner.run("mails")


def test_a_server_starts_without_it_and_goes_on_with_it(
    proxy: Proxy,
    settings: Settings,
    instance: Instance,
    write: Callable[..., str],
    serve: "Callable[..., Server]",
) -> None:
    write(_PAGES)
    proxy.cut()
    server = serve(settings.instance)

    def ask(path: str) -> tuple[int, str]:
        try:
            with urlopen(server.url + path, timeout=30) as answer:  # noqa: S310 - ours
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    status, shown = ask("/ouverte")
    assert status == 200
    assert _OPEN in shown
    status, told = ask("/-/readyz")
    assert status == 503
    assert json.loads(told)["faults"] == ["private database"]
    proxy.mend()
    seconds_until(lambda: ask("/-/readyz")[0] == 200)
    assert "peut manquer" not in ask("/-/changes")[1]


def test_a_task_that_has_ended_well_as_it_went_is_no_fault(
    proxy: Proxy, instance: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever runs what follows the pages goes on: it is noted the next time."""
    runner = Runner(instance, lambda _task: proxy.cut())
    name = next(task.name for task in runner.tasks.values() if task.local and task.follows)
    assert runner.run(name)
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


def test_one_that_says_nothing_is_told_from_one_that_takes_its_time(
    proxy: Proxy, instance: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    """One of those that wait asks whether anything comes, for all, long before an answer is due."""
    with instance.private.session() as session:
        session.execute(text("SELECT pg_sleep(3)"))
    assert not instance.private.unreachable
    caplog.clear()
    refused: list[RowsUnreachable] = []

    def ask() -> None:
        try:
            instance.private.read_identity()
        except RowsUnreachable as error:
            refused.append(error)

    proxy.silence()
    threads = [Thread(target=ask) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(refused) == len(threads)
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert len(told) == 1 and "it says nothing to anybody" in told[0], told
    proxy.mend()
    seconds_until(lambda: not instance.private.unreachable)
    assert instance.private.read_identity()
