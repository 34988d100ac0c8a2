"""Connections to PostgreSQL that end anywhere: who reads is answered, or told in words to wait."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from wiki.app import create_app
from wiki.config import Settings
from wiki.editing.save import save
from wiki.instance import Instance, close_instance, open_instance
from wiki.people.accounts import add_person
from wiki.people.person import Person
from wiki.people.store import outage
from wiki.reading import Reader
from wiki.testing.browsers import signed_in, token

from .ended import EndingProxy
from .postgres import Postgres, new_wiki, postgres
from .test_postgresql import seconds_until

if TYPE_CHECKING:
    from werkzeug.test import Client

    from wiki.testing import Server

__all__ = ["postgres"]

#: what a visitor asks for, and somebody who is signed in
_OF_VISITORS = ("/page", "/-/changes", "/-/search?q=bonjour", "/-/api/v1/pages")
_OF_MEMBERS = ("/page", "/-/edit/page", "/-/account")
#: questions at which a request is tried, at most
_MOST = 60
#: in the storm: who asks at once, ends of all connections, and answers between two of them
_ASKERS, _ENDS, _BETWEEN = 8, 6, 30


@pytest.fixture
def way(postgres: Postgres) -> Iterator[EndingProxy]:
    """A way to a database that nobody has used."""
    postgres.start()
    made = EndingProxy(postgres.port)
    yield made
    made.close()


@pytest.fixture
def settings(postgres: Postgres, way: EndingProxy, tmp_path: Path) -> Settings:
    """Those of a wiki that has all but git at the end of ``way``."""
    url = postgres.new_database(way.port)
    return new_wiki(tmp_path / "instance", database_url=url, index="database")


@pytest.fixture
def instance(settings: Settings) -> Iterator[Instance]:
    """It, opened as a server opens it, with a page."""
    made = open_instance(settings, for_readers=True)
    lea = add_person(made.private, email="lea@example.org", name="Léa", role="admin")
    save(Reader(made, lea), "page", "# Page\n\nbonjour\n", made.repository.head())
    yield made
    close_instance(made)


def lea_of(instance: Instance) -> Person:
    from wiki.people.accounts import find_person

    found = find_person(instance.private, "lea@example.org")
    assert found is not None
    return found


@pytest.mark.parametrize("how", ["unanswered", "told"])
def test_at_each_question_of_a_request_it_is_answered_or_refused_in_words(
    how: str,
    way: EndingProxy,
    instance: Instance,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outage, "_PAUSE", 0.01)
    app = create_app(instance)
    visitor, member = app.test_client(), signed_in(app, instance, lea_of(instance))
    sent = {"csrf_token": token(member), "base": instance.repository.head()}
    answers: Counter[int] = Counter()

    def tried(ask: "Callable[[], tuple[int, str]]") -> None:
        for number in range(_MOST):
            seconds_until(lambda: not instance.private.unreachable)
            # By turns with the one that comes in its place.
            way.end_at(range(number, number + 1 + number % 2), how)
            status, text = ask()
            ended = way.ended
            way.end_at(())
            assert status < 500 or status == 503, (number, status, text)
            answers[status] += 1
            if not ended:
                break

    def reading(client: "Client", path: str) -> "Callable[[], tuple[int, str]]":
        def ask() -> tuple[int, str]:
            answer = client.get(path)
            if answer.status_code == 503:
                assert answer.headers["Retry-After"], path
            return answer.status_code, path

        return ask

    def saving() -> tuple[int, str]:
        mine = f"ce que j’ai écrit {sum(answers.values())}"
        text = f"# Page\n\nbonjour\n\n{mine}\n"
        base = instance.repository.head()
        answer = member.post("/-/edit/page", data={**sent, "base": base, "text": text})
        said = answer.get_data(as_text=True)
        assert answer.status_code == 303 or mine in said, said
        assert answer.status_code == 303 or answer.headers["Retry-After"]
        return answer.status_code, said

    for path in _OF_VISITORS:
        tried(reading(visitor, path))
    for path in _OF_MEMBERS:
        tried(reading(member, path))
    tried(saving)
    print(how, dict(answers))  # noqa: T201
    assert answers[200] and answers[303]
    failed = [one for one in caplog.records if one.name.startswith("wiki.") and one.exc_info]
    assert [one.getMessage() for one in failed] == []


def test_in_a_storm_nobody_is_told_of_a_fault(
    postgres: Postgres,
    settings: Settings,
    instance: Instance,
    serve: "Callable[..., Server]",
    capfd: pytest.CaptureFixture[str],
) -> None:
    app = create_app(instance)
    cookie = signed_in(app, instance, lea_of(instance)).get_cookie("session")
    assert cookie is not None
    known = {"Cookie": f"session={cookie.value}"}
    server = serve(settings.instance, 2)
    answers: Counter[int] = Counter()
    guard, over = Lock(), Event()

    def ask_on(number: int) -> None:
        nobody: dict[str, str] = {}
        asked = [
            *((path, nobody) for path in _OF_VISITORS),
            *((path, known) for path in _OF_MEMBERS),
        ]
        while not over.is_set():
            with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as line:
                number += 1
                path, headers = asked[number % len(asked)]
                # Of a search each its own, which nobody has kept.
                line.request("GET", f"{path}+{number}" if "?" in path else path, None, headers)
                answer = line.getresponse()
                answer.read()
                with guard:
                    answers[answer.status] += 1

    def wait_for(more: int) -> None:
        before = sum(answers.values())
        seconds_until(lambda: sum(answers.values()) >= before + more)

    threads = [Thread(target=ask_on, args=(1000 * number,)) for number in range(_ASKERS)]
    for thread in threads:
        thread.start()
    name = make_url(settings.database_url).database or ""
    ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
    try:
        for _time in range(_ENDS):
            wait_for(_BETWEEN)
            postgres.ask(ends.format(name))
        wait_for(_BETWEEN)
        postgres.stop()
        wait_for(_BETWEEN)
        postgres.start()
        wait_for(_BETWEEN)
    finally:
        over.set()
        for thread in threads:
            thread.join(90)
        postgres.start()
    server.stop()
    print(dict(answers))  # noqa: T201
    assert set(answers) <= {200, 429, 503}, answers
    assert " failed [" not in capfd.readouterr().err
