"""What is asked in vain: shown from the fifth asker on, and not a word or a name before."""

import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from wiki.api.meaning import content_stems
from wiki.api.plugin import Instance, tell
from wiki.api.reading import Reader
from wiki.api.tables import Base
from wiki.people.store.copies import count_copied
from wiki.testing import token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.people.person import Person

TYPED = {"Sec-Fetch-Site": "same-origin"}
WORDS = "broyeur végétaux"


@pytest.fixture(autouse=True)
def pages(write: Callable[..., str]) -> None:
    write({"eau.md": "# Eau\n\nL’eau du village.\n"})


@pytest.fixture
def visit(app: "Flask") -> Callable[..., None]:
    def visit(network: int, words: str = WORDS, headers: dict[str, str] = TYPED) -> None:
        at = {"REMOTE_ADDR": f"203.0.113.{network}"}
        client = app.test_client()
        asked = client.get("/-/search", query_string={"q": words}, headers=headers, environ_base=at)
        assert asked.status_code == 200

    return visit


@pytest.fixture
def awa(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> "FlaskClient":
    return log_in(person("Awa"))


def rows(instance: Instance, name: str) -> list[list[object]]:
    with instance.private.reading() as session:
        return [list(row) for row in session.execute(select(Base.metadata.tables[name]))]


def held(instance: Instance) -> str:
    names = [name for name in Base.metadata.tables if name.startswith("lacks_")]
    assert len(names) == 3
    return json.dumps([rows(instance, name) for name in names], default=str, ensure_ascii=False)


def ask_in_vain(
    app: "Flask", instance: Instance, person: "Person", address: str = "192.0.2.1"
) -> None:
    at = {"REMOTE_ADDR": address}
    with app.test_request_context("/-/ask", headers=TYPED, environ_base=at):
        tell(
            instance.plugins.hook.asked_in_vain,
            words="Qui prête un broyeur ?",
            way="question",
            reader=Reader(instance, person),
        )


def test_it_is_shown_from_the_fifth_asker_on(
    visit: Callable[..., None], awa: "FlaskClient", instance: Instance
) -> None:
    asked = ["Un broyeur de végétaux", "broyeurs végétaux", "végétaux, broyeur", "BROYEUR VEGETAUX"]
    for network, words in enumerate(asked):
        for _again in range(2):
            visit(network, words)
    assert "broyeur" not in awa.get("/-/lacks").text
    assert "broy" not in held(instance).lower() and rows(instance, "lacks_lack") == []
    # Neither a link from elsewhere, nor a program, nor what is typed letter by letter.
    for headers in ({}, {"Sec-Fetch-Site": "none"}, {**TYPED, "HX-Request": "true"}):
        visit(9, headers=headers)
    assert "broyeur" not in awa.get("/-/lacks").text
    awa.get(f"/-/search?q={WORDS} et un râteau", headers=TYPED)
    awa.get(f"/-/search?q=mon {WORDS}", headers=TYPED)
    page = awa.get("/-/lacks").text
    # Of the fifth's words those that all have typed; and what one makes of it.
    assert ">broyeur végétaux<" in page and "râteau" not in page and "5 demandes" in page
    assert "/-/needs/new?title=Broyeur" in page and "/-/new?title=Broyeur" in page
    assert "Broyeur végétaux</textarea>" in awa.get("/-/needs/new?title=Broyeur+végétaux").text
    assert "203.0.113" not in held(instance)


def test_who_reads_the_database_learns_neither_who_nor_what(
    instance: Instance,
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    people = [person(name) for name in ("Awa", "Marc")]
    for one in people:
        log_in(one).get(f"/-/search?q={WORDS}", headers=TYPED)
        log_in(one).get("/-/search?q=composteur", headers=TYPED)
    ((_month, half),) = rows(instance, "lacks_key")
    assert isinstance(half, bytes)
    counts = rows(instance, "lacks_count")
    assert [len(bytes(askers)) for _name, askers, _m in counts] == [16, 16]  # type: ignore[call-overload]
    # Without the secret, which is no row, all that can be guessed leads nowhere.
    for key in (half, b"", hmac.digest(b"", b"lacks" + half, sha256)):
        names = {hmac.digest(key, stem.encode(), sha256).hex()[:32] for stem in ("compost", WORDS)}
        assert names.isdisjoint(name for name, _askers, _members in counts)
    marks = [bytes(askers)[at : at + 8] for _n, askers, _m in counts for at in (0, 8)]  # type: ignore[call-overload]
    # Nobody's questions can be put side by side.
    assert len(set(marks)) == 4
    assert not any(one.id in held(instance) or one.name in held(instance) for one in people)


def test_the_key_is_thrown_away_each_month(
    visit: Callable[..., None], instance: Instance, plugin_module: Callable[[str], ModuleType]
) -> None:
    for network in range(4):
        visit(network)
    ((month, half),) = rows(instance, "lacks_key")
    now = instance.private.now
    instance.private.now = lambda: now() + timedelta(days=31)
    plugin_module("upkeep").run(instance)
    assert rows(instance, "lacks_key") == rows(instance, "lacks_count") == []
    visit(4)
    ((later, other),) = rows(instance, "lacks_key")
    assert later != month and other != half
    assert rows(instance, "lacks_lack") == [] and len(rows(instance, "lacks_count")) == 1
    # A machine whose clock is behind counts on with the newer key.
    instance.private.now = now
    visit(5)
    assert rows(instance, "lacks_key") == [[later, other]]


def test_what_is_answered_or_put_away_is_shown_no_more(
    visit: Callable[..., None],
    awa: "FlaskClient",
    instance: Instance,
    write: Callable[..., str],
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
    plugin_module: Callable[[str], ModuleType],
) -> None:
    for words in (WORDS, "presse à pommes", "fanfare"):
        for network in range(5):
            visit(network, words)
    write({"clos.md": "---\nvisibility: team\n---\n# Fanfare\n", "jus.md": "# Presse à pommes\n"})
    plugin_module("upkeep").run(instance)
    page = awa.get("/-/lacks").text
    # What only some may read answers nobody else, and nothing tells that it is there.
    assert "pommes" not in page and ">fanfare<" in page
    key = {"key": "fanfar", "csrf_token": token(awa)}
    assert "Mettre de côté" not in page and awa.post("/-/lacks", data=key).status_code == 403
    team = log_in(person("Prune", role="programme"))
    key["csrf_token"] = token(team)
    assert team.post("/-/lacks", data=key).status_code == 303
    visit(6, "fanfares")
    page = awa.get("/-/lacks").text
    assert "fanfare" not in page and "broyeur" in page
    now = instance.private.now
    instance.private.now = lambda: now() + timedelta(days=250)
    plugin_module("upkeep").run(instance)
    assert rows(instance, "lacks_lack") == []


def test_questions_count_and_those_who_read_everything_do_not(
    app: "Flask",
    instance: Instance,
    person: "Callable[..., Person]",
    awa: "FlaskClient",
) -> None:
    people = [person(f"Membre {number}") for number in range(4)]
    team = [person(role, role=role) for role in ("admin", "programme")]
    for one in (*people, *team):
        ask_in_vain(app, instance, one)
    assert "broyeur" not in awa.get("/-/lacks").text
    awa.get("/-/search?q=prêter broyeur", headers=TYPED)
    assert "broyeur" in awa.get("/-/lacks").text


def test_accounts_that_nobody_vouches_for_are_their_network(
    app: "Flask", instance: Instance, person: "Callable[..., Person]", awa: "FlaskClient"
) -> None:
    """Whoever makes five accounts is one asker still."""
    for number in range(6):
        made = person(f"Nouvelle {number}")
        ask_in_vain(app, instance, replace(made, held=True), f"198.51.100.{number // 5}")
    ((_question, askers, members),) = rows(instance, "lacks_count")
    assert (len(bytes(askers)), members) == (16, False)  # type: ignore[call-overload]
    assert rows(instance, "lacks_lack") == [] and "broyeur" not in awa.get("/-/lacks").text


def test_no_backup_has_the_key(
    visit: Callable[..., None], instance: Instance, tmp_path: Path
) -> None:
    """A copy that is kept would let what was asked be guessed at long after the month."""
    visit(1)
    ((_month, half),) = rows(instance, "lacks_key")
    ((name, _askers, _members),) = rows(instance, "lacks_count")
    assert isinstance(half, bytes) and isinstance(name, str)
    instance.private.backup(tmp_path / "copy")
    copied = (tmp_path / "copy").read_bytes()
    assert half not in copied and name.encode() not in copied
    counts = count_copied(tmp_path / "copy")
    assert counts["lacks_key"] == counts["lacks_count"] == 0
    assert len(rows(instance, "lacks_key")) == len(rows(instance, "lacks_count")) == 1


def test_what_machines_ask_takes_no_room_of_people(
    visit: Callable[..., None],
    awa: "FlaskClient",
    instance: Instance,
    plugin_module: Callable[[str], ModuleType],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plugin_module("counts"), "_COUNTED", 2)
    awa.get("/-/search?q=clarinette", headers=TYPED)
    for network in range(2):
        visit(network, "accordéon")
    for number in range(6):
        visit(number, f"spam{'abcdef'[number]}")
    found = rows(instance, "lacks_count")
    assert len(found) == 3 and [members for _name, _askers, members in found].count(True) == 1
    # What two have asked stays: of the others one makes room for the next.
    assert sorted(len(bytes(askers)) for _n, askers, _m in found) == [8, 8, 16]  # type: ignore[call-overload]


def test_a_visitor_is_asked_to_log_in(client: "FlaskClient") -> None:
    assert client.get("/-/lacks").status_code in (302, 303, 401)


def test_a_question_holds_what_all_who_ask_it_typed(
    plugin_module: Callable[[str], ModuleType],
) -> None:
    question_of = plugin_module("questions").question_of

    @given(st.text(max_size=60))
    def holds(typed: str) -> None:
        question = question_of(typed)
        if question is not None:
            stems = set(question.key.split(" "))
            words = question.words.split(" ")
            assert stems == {stem for word in words for stem in content_stems(word)}

    holds()


@pytest.mark.parametrize(
    "typed", ["", "le la", "lea@example.org", "06 12 34 56 78", "titre:eau", "x" * 201, "a " * 90]
)
def test_what_is_nobody_elses_question_is_not_counted(
    typed: str, plugin_module: Callable[[str], ModuleType]
) -> None:
    assert plugin_module("questions").question_of(typed) is None
