"""Texts that are kept once: what statements say and find of them, and what they cost."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData, Table, bindparam, func, insert, select
from sqlalchemy.exc import CompileError

from wiki.projections.tables.file import FileTables
from wiki.projections.tables.names import NAME, SHARED, between, spelled
from wiki.projections.tables.rows import Rows, definitions, hexes, index, integers, names, texts

TABLE = Table(
    "t",
    MetaData(),
    *integers("id", primary_key=True),
    *names("path"),
    *names("other", nullable=True),
    *hexes("blob", nullable=True),
)
_path = TABLE.c.path
TREE = ["", "a", "a/b", "a-b", "é", "b", "a/c"]


def told(many: list[str], blob: str | None = None) -> Rows:
    rows = Rows(sqlite3.connect(":memory:"))
    for definition in (*definitions(SHARED), *definitions(TABLE.metadata)):
        rows.connection.execute(definition)
    rows.connection.execute("insert into name values (0, '')")
    rows.execute_many(insert(TABLE), ({"path": path, "other": None, "blob": blob} for path in many))
    return rows


@given(st.lists(st.sampled_from(TREE)), st.lists(st.sampled_from([*TREE, "nobody"])))
def test_a_text_is_found_as_if_it_stood_there(many: list[str], some: list[str]) -> None:
    rows = told(many)
    asked = {"some": some, "one": "a", "first": "a/", "last": "a0"}
    found = {
        "in": _path.in_(bindparam("some")),
        "not in": _path.not_in(bindparam("some")),
        "is": _path == bindparam("one"),
        "is not": _path != bindparam("one"),
        "after": _path > bindparam("one"),
        "between": between(_path, bindparam("first"), bindparam("last")),
        "empty": _path != "",
    }
    wanted = {
        "in": [one for one in many if one in some],
        "not in": [one for one in many if one not in some],
        "is": [one for one in many if one == "a"],
        "is not": [one for one in many if one != "a"],
        "after": [one for one in many if one > "a"],
        "between": [one for one in many if "a/" <= one < "a0"],
        "empty": [one for one in many if one],
    }
    for name, condition in found.items():
        statement = select(_path).where(condition).order_by(spelled(_path))
        assert rows.scalars(statement, asked) == sorted(wanted[name]), name
    counted = select(_path, func.count()).group_by(_path)
    assert dict(rows.execute(counted).fetchall()) == {one: many.count(one) for one in many}


def test_nothing_is_ordered_by_numbers_and_null_is_found_again() -> None:
    rows = told(["b", "a"])
    with pytest.raises(CompileError):
        rows.execute(select(_path).order_by(_path))
    assert rows.scalars(select(_path).where(TABLE.c.other == "nobody")) == []
    assert rows.execute(select(TABLE.c.other, TABLE.c.blob)).fetchall() == [(None, None)] * 2
    blob = "0a" * 20
    assert told(["a"], blob).scalars(select(_path).where(TABLE.c.blob == blob)) == ["a"]
    assert told(["a"], blob).scalar(select(TABLE.c.blob)) == blob


def test_what_was_rolled_back_is_named_again(tmp_path: Path) -> None:
    tables = FileTables.at(tmp_path)
    for definition in definitions(TABLE.metadata):
        tables.rows().connection.execute(definition)
    values = {"path": "a", "other": "b", "blob": None}
    with pytest.raises(KeyError), tables.writing() as rows:
        rows.execute(insert(TABLE), values)
        raise KeyError
    with tables.writing() as rows:
        rows.execute(insert(TABLE), values)
    with tables.reading() as rows:
        assert rows.execute(select(_path, TABLE.c.other)).fetchall() == [("a", "b")]
        assert set(rows.scalars(select(NAME.c.text))) == {"", "a", "b"}
    tables.close()


def test_a_path_in_many_rows_takes_little_room(tmp_path: Path) -> None:
    sizes = []
    for kind in (texts, names):
        table = Table("t", MetaData(), *kind("path"), index("t_path", "path"))
        tables = FileTables.at(tmp_path / kind.__name__)
        for definition in definitions(table.metadata):
            tables.rows().connection.execute(definition)
        path = "projets/un-nom-comme-on-en-donne/cahier-des-charges"
        with tables.writing() as rows:
            rows.execute_many(insert(table), ({"path": path} for _row in range(3000)))
        tables.compact()
        pages = "select count(*) from pragma_page_count, dbstat"
        sizes.append(tables.rows().connection.execute(pages).fetchone()[0])
        tables.close()
    assert sizes[1] * 3 < sizes[0]
