"""The attack: who wrote what, given the database, its log, a backup and all that was logged?

An attacker orders the texts in every way that the bytes offer, and lays them beside the people in
every order that may be known: that of registering, and that of answering, as a proxy's log would
tell it. Chance finds one in each urn. The same attack on a table of one row an answer finds all.
"""

import logging
import re
import sqlite3
import tarfile
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from plugins.questionnaires.tests.conftest import JARDIN, LORA, Evening, founded_in, wait_for_eraser
from tests.people.conftest import own_database
from wiki.backups.archive import write_backup
from wiki.cache.versions import place_of
from wiki.people.store.database import Database
from wiki.testing.obstacles import about_files

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

pytestmark = about_files("their bytes are attacked; PostgreSQL has a test here of its own")
PEOPLE, URNS = 20, 8
#: Right by chance: one in each urn, so URNS with a variance of URNS (a Poisson's). More than this
#: happens once in some ten million runs.
BY_CHANCE = 28
_STAMP = re.compile(rb"20\d\d-\d\d-\d\d[ T]\d\d:\d\d")


@dataclass
class Secret:
    """What the attacker wants: in one urn, which person wrote which text, and when in turn."""

    round: str
    #: person → text
    wrote: list[str]
    #: people in the order in which they answered
    turns: list[int]
    nonces: list[bytes]

    def hits(self, texts: Sequence[str], people: Sequence[int]) -> int:
        """How often the k-th of ``texts`` is by the k-th of ``people``."""
        assert sorted(texts) == sorted(self.wrote)
        return sum(self.wrote[one] == text for text, one in zip(texts, people, strict=True))


def cast(part: Callable[[str], Any], instance: "Instance", seed: int) -> Secret:
    """An urn that ``PEOPLE`` have filled, one after the other, in an order of chance."""
    keeping, urns, models = part("store"), part("ballots"), part("models")
    draw = Random(seed)  # noqa: S311 - so that each run tries the same
    wrote = [f"«{draw.getrandbits(48):012x}»" for _ in range(PEOPLE)]
    turns = draw.sample(range(PEOPLE), PEOPLE)
    nonces = [draw.randbytes(16) for _ in range(PEOPLE)]
    now = datetime(2026, 12, 11, 9, tzinfo=UTC)
    row = models.RoundRow(id=token_hex(4), event=f"soir-{seed}", days=10, least=5, sent=now)
    row.last_day = date(2026, 12, 21)
    with instance.private.session() as session:
        session.add(row)
    for person in turns:
        answer = urns.Answer({"helped": ["idea"]}, {"helped": wrote[person]})
        assert keeping.take(instance, row.id, nonces[person], LORA, answer)
    return Secret(row.id, wrote, turns, nonces)


@pytest.fixture
def founded(instance: "Instance", app: "Flask", plugin_module: Callable[[str], Any]) -> Evening:
    """A wiki of each test's own: nothing of another's lies in its bytes."""
    return founded_in(plugin_module, instance, app)


def offsets(raw: bytes, words: Sequence[str]) -> list[str]:
    """``words`` in the order in which they lie in ``raw``, where each must lie once."""
    for word in words:
        assert raw.count(word.encode()) == 1, "no older state of it is left"
    return sorted(words, key=lambda word: raw.index(word.encode()))


def orders_of_texts(raw: Mapping[str, bytes], secret: Secret, row: str) -> Iterator[list[str]]:
    """Every order of the texts that the bytes offer, and each backwards."""
    listed = sorted(secret.wrote, key=row.index)
    for found in (listed, *(offsets(data, secret.wrote) for data in raw.values())):
        yield found
        yield found[::-1]


def test_no_attack_on_the_bytes_beats_chance(
    instance: "Instance", plugin_module: Callable[[str], Any], tmp_path: Path
) -> None:
    secrets = [cast(plugin_module, instance, seed) for seed in range(URNS)]
    private = instance.private.path
    assert private is not None
    log = private.with_name(private.name + "-wal")
    wait_for_eraser()
    assert log.read_bytes() == b"", "the turns that the log would tell are gone within a second"
    write_backup(instance, tmp_path / "backup.tar.gz")
    with tarfile.open(tmp_path / "backup.tar.gz") as archive:
        member = archive.extractfile("private")
        assert member is not None
        raw = {"file": private.read_bytes(), "backup": member.read()}
    right: dict[tuple[int, str], int] = {}
    for secret in secrets:
        with instance.private.reading() as session:
            row = session.scalar(
                text("SELECT answers FROM questionnaires_urn WHERE round = :id"),
                {"id": secret.round},
            )
        # Of each person's link: only who has the links, such as the mail server, knows it.
        marks = [
            plugin_module("tokens").spent_mark(instance.secret, nonce, LORA)
            for nonce in secret.nonces
        ]
        by_key = sorted(range(PEOPLE), key=lambda person: marks[person])
        known = {
            "registered": list(range(PEOPLE)),
            "answered": secret.turns,
            "marks by key": by_key,
            "marks by place": [marks.index(one) for one in offsets(raw["file"], marks)],
        }
        for number, texts in enumerate(orders_of_texts(raw, secret, str(row))):
            for name, people in known.items():
                hits = secret.hits(texts, people)
                right[number, name] = right.get((number, name), 0) + hits
    assert len(right) == 24
    assert max(right.values()) <= BY_CHANCE, right
    assert _STAMP.search(str(row).encode()) is None


def test_the_attack_would_find_all_in_a_table_of_answers(
    instance: "Instance", plugin_module: Callable[[str], Any]
) -> None:
    """The control: rows with random keys, one an answer, are told by their place in the file."""
    secret = cast(plugin_module, instance, 0)
    wait_for_eraser()  # else it empties the log under way, and what came before has no turn in it
    with instance.private.session() as session:
        session.execute(
            text("CREATE TABLE naive (key TEXT PRIMARY KEY, answer TEXT) WITHOUT ROWID")
        )
    for person in secret.turns:
        with instance.private.session() as session:
            told = {"key": token_hex(8), "answer": f"naive {secret.wrote[person]}"}
            session.execute(text("INSERT INTO naive VALUES (:key, :answer)"), told)
    private = instance.private.path
    assert private is not None
    log = private.with_name(private.name + "-wal").read_bytes()
    first = [log.index(f"naive {one}".encode()) for one in secret.wrote]
    assert instance.private.erase_traces(())
    raw = private.read_bytes()
    placed = sorted(secret.wrote, key=lambda one: -raw.index(f"naive {one}".encode()))
    assert secret.hits(placed, secret.turns) == PEOPLE
    in_log = sorted(range(PEOPLE), key=lambda person: first[person])
    assert in_log == secret.turns


def test_who_came_first_and_who_wrote_what_changes_no_byte_of_an_urn(
    instance: "Instance", plugin_module: Callable[[str], Any]
) -> None:
    """Two evenings with the same words, by other people, in another order: the urns are equal."""
    first = cast(plugin_module, instance, 1)
    keeping, urns, models = (
        plugin_module("store"),
        plugin_module("ballots"),
        plugin_module("models"),
    )
    row = models.RoundRow(
        id=token_hex(4), event="autre", days=10, least=5, sent=instance.private.now()
    )
    with instance.private.session() as session:
        session.add(row)
    for words in Random(7).sample(first.wrote, PEOPLE):  # noqa: S311
        answer = urns.Answer({"helped": ["idea"]}, {"helped": words})
        assert keeping.take(instance, row.id, Random(words).randbytes(16), LORA, answer)  # noqa: S311
    with instance.private.reading() as session:
        rows = session.scalars(text("SELECT answers FROM questionnaires_urn")).all()
    assert len(rows) == 2
    assert rows[0] == rows[1]


def test_what_a_reader_has_kept_in_the_log_goes_within_the_minute(evening: Evening) -> None:
    private = evening.instance.private
    assert private.path is not None
    log = private.path.with_name(private.path.name + "-wal")
    evening.attend(5)
    evening.at("2026-12-11T09:01")
    with private.reading() as session:
        session.scalar(text("SELECT count(*) FROM person"))
        evening.answer(evening.links()[0], helped_words="Sous les yeux d’un lecteur")
        wait_for_eraser()
    assert b"Sous les yeux" in log.read_bytes()
    evening.run()
    assert b"Sous les yeux" not in log.read_bytes()


def test_nothing_on_disk_or_in_the_log_has_a_link_or_a_moment(
    evening: Evening, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """By the real doors: mails are sent, phones answer, wrong links fail; then all is searched."""
    caplog.set_level(logging.DEBUG)
    evening.attend(9)
    evening.at("2026-12-11T09:01")
    links = evening.links()
    words = [f"Un mot à eux {number}" for number in range(9)]
    for link, said in zip(links, words, strict=True):
        for step in ("", "?step=1"):
            evening.see("", f"{link}{step}")
        evening.answer(link, LORA, helped_words=said)
        evening.answer(link, JARDIN, lacking=["cost"])
        evening.answer(link, LORA, 409, helped_words=said)
        evening.answer(link[:-2], LORA, 404)
    wait_for_eraser()
    write_backup(evening.instance, tmp_path / "backup.tar.gz")
    with tarfile.open(tmp_path / "backup.tar.gz") as archive:
        held = {one.name: archive.extractfile(one) for one in archive if one.isfile()}
        kept = {f"backup {name}": one.read() for name, one in held.items() if one}
    folder = evening.instance.settings.instance
    for path in folder.rglob("*"):
        if path.is_file() and "outbox" not in path.parts:
            kept[str(path.relative_to(folder))] = path.read_bytes()
    kept["logged"] = caplog.text.encode()
    for link in links:
        token = link.rpartition("/")[2].partition(".")[2]
        nonce = urlsafe_b64decode(token + "==")[:16]
        for form in (token[:16].encode(), nonce, nonce.hex().encode()):
            assert [name for name, data in kept.items() if form in data] == []
    for said in words:
        places = {name: n for name, data in kept.items() if (n := data.count(said.encode()))}
        assert places == {"private.db": 1, "backup private": 1}
    with evening.instance.private.reading() as session:
        for row in session.execute(text("SELECT * FROM questionnaires_urn")):
            assert _STAMP.search(str(tuple(row)).encode()) is None
            assert "example.org" not in str(tuple(row))
        spent = session.execute(text("SELECT * FROM questionnaires_spent")).all()
    assert len(spent) == 18
    evening.at("2026-12-22T02:00")
    with evening.instance.private.reading() as session:
        assert session.execute(text("SELECT * FROM questionnaires_spent")).all() == []


def rows_of(instance: "Instance", folder: Path) -> dict[str, set[tuple[object, ...]]]:
    """Table → its rows, as a backup of this moment has them."""
    copy = folder / "copy.db"
    instance.private.backup(copy)
    with closing(sqlite3.connect(copy)) as rows:
        names = rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: set(rows.execute(f'SELECT * FROM "{name}"')) for (name,) in names}  # noqa: S608


def test_two_backups_around_an_answer_tell_what_was_said_and_of_nobody(
    morning: Evening, tmp_path: Path
) -> None:
    """The worst that the bytes allow (README, what remains): one answer between two copies.

    It is by someone who is signed in, and it tells its words; but no row of the wiki has changed
    that is anyone's, and the two that have are alike whoever wrote. That their tables have changed
    is all that the counts of the cache say besides.
    """
    clients, links = [morning.client(name) for name in ("awa", "marc", "rosa")], morning.links()
    folder = morning.instance.settings.instance
    morning.now = morning.now.replace(hour=15)
    for step in ("", "?step=1"):
        morning.see("", f"{links[7]}{step}")  # templates are compiled
    for number, client in enumerate(clients):
        before, files = rows_of(morning.instance, tmp_path), contents(folder)
        for step in ("", "?step=1"):
            assert client.get(f"{links[number]}{step}").status_code == 200
        data = {"project": LORA, "helped_words": f"Un mot {number}"}
        assert client.post(links[number], data=data).status_code == 303
        wait_for_eraser()
        after = rows_of(morning.instance, tmp_path)
        new = {name: after[name] - rows for name, rows in before.items() if after[name] != rows}
        tables, clock = {"questionnaires_urn", "questionnaires_spent"}, {16}
        assert set(new) == tables
        [(round_id, mark)] = new["questionnaires_spent"]
        [urn] = new["questionnaires_urn"]
        assert len(str(mark)) == 32 and f"Un mot {number}" in str(urn)
        assert urn[:2] == (round_id, LORA)
        now = contents(folder)
        changed = {name for name, data in now.items() if files.get(name) != data}
        counts, chance = "index/versions", "index/pulse"
        assert {one for one in changed if not one.startswith("private.db")} == {counts, chance}
        assert changed_counts(files[counts], now[counts]) == clock | {
            place_of(f"rows:{one}{key}") for one in tables for key in ("", ":*")
        }


def changed_counts(before: bytes, after: bytes) -> set[int]:
    """Where numbers of eight bytes differ."""
    places = range(0, len(after), 8)
    return {place for place in places if before[place : place + 8] != after[place : place + 8]}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of an instance."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_no_part_of_an_older_urn_is_left_where_it_needs_many_pages(
    instance: "Instance", plugin_module: Callable[[str], Any]
) -> None:
    """Texts as long as they may be: written anew each time, nothing of the last writing stays."""
    keeping, urns, models = (
        plugin_module("store"),
        plugin_module("ballots"),
        plugin_module("models"),
    )
    sent = instance.private.now()
    row = models.RoundRow(id=token_hex(4), event="long", days=10, least=5, sent=sent)
    with instance.private.session() as session:
        session.add(row)
    draw = Random(11)  # noqa: S311 - so that each run tries the same
    words = [" ".join(f"{draw.getrandbits(48):012x}" for _ in range(45)) for _ in range(30)]
    for number, said in enumerate(words):
        answer = urns.Answer({}, {"helped": said})
        assert keeping.take(instance, row.id, number.to_bytes(16), LORA, answer)
    wait_for_eraser()
    private = instance.private.path
    assert private is not None
    raw = private.read_bytes()
    parts = [one for said in words for one in said.split()]
    # One that two pages share stands in neither: 12 letters, every 4096.
    assert {raw.count(one.encode()) for one in parts} <= {0, 1}
    assert sum(raw.count(one.encode()) for one in parts) >= len(parts) - 30


def test_a_failure_while_an_answer_is_taken_logs_nothing_of_it(
    morning: Evening, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    private, link = morning.instance.private, morning.links()[0]
    said = "Une phrase que personne ne doit lire"
    with private.session() as session:
        session.execute(
            text(
                "CREATE TRIGGER broken BEFORE UPDATE ON questionnaires_urn"
                " BEGIN SELECT RAISE(ABORT, 'broken'); END"
            )
        )
    data = {"project": LORA, "helped_words": said, "helped": "idea"}
    answer = morning.app.test_client().post(link, data=data, headers={"User-Agent": "Mon tel"})
    assert answer.status_code == 500
    assert answer.headers["Referrer-Policy"] == "no-referrer", "what its page loads names no link"
    told = caplog.text
    assert "broken" in told and "/questionnaires/answer/<token>" in told
    for word in (said, link.rpartition("/")[2], link.rpartition(".")[2][:16], "Mon tel"):
        assert word not in told
    with private.session() as session:
        session.execute(text("DROP TRIGGER broken"))
    morning.answer(link, helped_words=said)


def test_postgresql_keeps_no_older_state_of_an_urn(
    instance: "Instance", plugin_module: Callable[[str], Any]
) -> None:
    """After the minute's task, in the files of the tables as the server would show them."""

    def content(private: Database, table: str) -> bytes:
        with private.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as server:
            server.execute(text("CHECKPOINT"))
            asked = text("SELECT pg_read_binary_file(pg_relation_filepath(:name))")
            found: Any = server.execute(asked, {"name": table}).scalar()
            return bytes(found)

    with own_database() as url, closing(Database(url, instance.private.now)) as private:
        private.migrate()
        there = replace(instance, private=private)
        secret = cast(plugin_module, there, 3)
        assert private.erase_traces(("questionnaires_urn", "questionnaires_spent"))
        raw = content(private, "questionnaires_urn")
        assert secret.hits(offsets(raw, secret.wrote), secret.turns) <= 5
