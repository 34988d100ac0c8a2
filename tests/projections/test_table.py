"""What a reader may see as SQL, and questions whose cost does not grow with the wiki."""

import re
import sqlite3
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData, Table, insert
from sqlalchemy import select as select_rows
from sqlalchemy.exc import InvalidRequestError

from wiki.pages.access import visible as is_visible
from wiki.projections.catalogue import select, select_items
from wiki.projections.tables.conditions import below, replace_surrogates, seen_by, visible
from wiki.projections.tables.file import FileTables
from wiki.projections.tables.rows import Rows, definitions, texts

from .world import MEMBER, VISITOR, World, page

GROUPS = ["public", "members", "team:a", "team:a/b", "admins"]
PATHS = ["index", "a", "a/b", "ab", "a-b"]
audiences = st.frozensets(st.sampled_from([*GROUPS[:4], "all", "guest:a", "guest:a/b"]))


@given(audiences)
def test_the_condition_is_the_one_policy(audience: frozenset[str]) -> None:
    table = Table("t", MetaData(), *texts("path group_"))
    rows = Rows(sqlite3.connect(":memory:"))
    for definition in definitions(table.metadata):
        rows.connection.execute(definition)
    pairs = [(path, group) for path in PATHS for group in GROUPS]
    rows.execute_many(insert(table), ({"path": path, "group_": group} for path, group in pairs))
    asked = select_rows(table).where(visible(table.c.group_, table.c.path))
    seen = rows.execute(asked, seen_by(audience)).fetchall()
    assert seen == [pair for pair in pairs if is_visible(pair[1], pair[0], audience)]
    with pytest.raises(InvalidRequestError):
        rows.execute(asked)


@given(st.sampled_from(PATHS), st.sampled_from(PATHS))
def test_a_range_holds_what_is_below_and_nothing_else(top: str, path: str) -> None:
    low, high = below(top)
    inside = low <= path < high
    assert inside == (path.startswith(f"{top}/") or top == "index")


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_stored(text: str) -> None:
    rows = sqlite3.connect(":memory:")
    (kept,) = rows.execute("select ?", (replace_surrogates(text),)).fetchone()
    rows.close()
    assert kept == replace_surrogates(text)


TODAY = date(2027, 1, 1)
NEEDS = select_items(blocks=["besoins"], states=[" "], subject="p1")
BREST = select(types=["project"], values={"theme": ["iot"], "territory": ["Brest"]})

ASKED: dict[str, Callable[[World], object]] = {
    "history": lambda world: world.changes.history("p1", MEMBER),
    "recent": lambda world: world.changes.recent(MEMBER),
    "recent of a guest": lambda world: world.changes.recent(VISITOR | {"guest:p1"}),
    "recent below": lambda world: world.changes.recent(MEMBER, below="p1"),
    "contributors": lambda world: world.changes.contributors("p1", MEMBER),
    "times": lambda world: world.changes.times("p1"),
    "told": lambda world: world.changes.told(["p1", "p2"]),
    "knows": lambda world: world.changes.knows("0" * 40),
    "resolve": lambda world: world.links.resolve("Un titre", MEMBER),
    "redirect": lambda world: world.links.redirect("nowhere", MEMBER),
    "backlinks": lambda world: world.links.backlinks("p1", MEMBER),
    "sources": lambda world: world.links.sources("p1"),
    "same title": lambda world: world.links.same_title("p1", MEMBER),
    "broken": lambda world: world.links.broken(MEMBER, ("p1", 0)),
    "page": lambda world: world.catalogue.page("p1", MEMBER, TODAY),
    "titles": lambda world: world.catalogue.titles(["p1", "p2"], MEMBER),
    "children": lambda world: world.catalogue.children("index", MEMBER, after="p1"),
    "space": lambda world: world.catalogue.pages_of("p1", MEMBER),
    "teams": lambda world: world.catalogue.teams_of("personnes/p", TODAY),
    "find": lambda world: world.catalogue.find(BREST, MEMBER, TODAY, "title"),
    "facets": lambda world: world.catalogue.facets(["theme"], BREST, MEMBER, TODAY),
    "items": lambda world: world.catalogue.items(NEEDS, MEMBER, TODAY),
    "item": lambda world: world.catalogue.item("b-00000001", MEMBER, TODAY),
    "owner": lambda world: world.catalogue.identity_owner("b-00000001"),
}


@pytest.mark.parametrize("name", ASKED)
def test_no_question_walks_a_table(world: World, name: str) -> None:
    text = "[[p2]] [[Un titre]]\n\n::: besoins\n- [ ] x #iot {#b-0000000%d}\n\n:::\n"
    head = {"type": "project", "title": "Un titre", "themes": "iot", "team": "[personnes/p]"}
    world.write({f"p{number}.md": page(text % number, **head) for number in range(3)})
    for part in world.projections:
        assert world.projections.catch_up(part)
    connection = cast(FileTables, world.changes.tables).rows().connection
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    ASKED[name](world)
    connection.set_trace_callback(None)
    questions = [sql for sql in asked if sql.startswith(("SELECT", "WITH"))]
    assert questions
    for sql in questions:
        plan = [row[3] for row in connection.execute(f"explain query plan {sql}")]
        # ``t``, ``seen``, ``window0`` and ``anon_1`` are what a question itself has just gathered;
        # there is a marker for each projection.
        alone = r"SCAN (?!t\b|seen\b|window\d|anon_|CONSTANT|marker\b)\w"
        walked = [row for row in plan if re.match(alone, row)]
        assert not walked, f"{walked}\n{sql}"


def test_many_threads_open_a_new_file_at_once(tmp_path: Path) -> None:
    for round_ in range(10):
        tables = FileTables(tmp_path / str(round_) / "tables.db")
        start = threading.Barrier(8)
        faults: list[BaseException] = []

        def ask(
            tables: FileTables = tables,
            start: threading.Barrier = start,
            faults: list[BaseException] = faults,
        ) -> None:
            start.wait()
            try:
                tables.counter()
            except BaseException as error:
                faults.append(error)

        threads = [threading.Thread(target=ask) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        tables.close()
        assert faults == []


def test_who_opens_the_file_waits_for_no_writer(tmp_path: Path) -> None:
    tables = FileTables.at(tmp_path)
    counters: list[object] = []
    with tables.writing():
        other = threading.Thread(target=lambda: counters.append(tables.counter()))
        other.start()
        other.join(60)
    assert counters == [tables.counter()]
    tables.close()
