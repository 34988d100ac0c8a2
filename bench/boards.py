"""Boards and catalogue of a million pages, as visitors ask for them, in a file and on PostgreSQL.

Rows are made: those that the wiki has worked out of 2,000 pages, again and again under other paths,
by the database itself. A copy begins with a number by chance, and all that is told of it is some
days older, up to eight years: titles and days are mixed, as what many people write is; what pages
have goes with neither. Pages are asked for through Flask, each address once and then once more;
what is measured is the time for which they wait for rows, which alone grows. Lists and counts are
kept until what they show changes: the first is what somebody waits for after a save; a server gives
a statement up after five seconds, and refuses the page. ``WIKI_TEST_POSTGRES`` names a server; a
database is made there and dropped again (some GB).

    python -m bench.boards --pages 100000 --slow 10    # and the statements that take longest
    python -m bench.boards --store file
"""

import argparse
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
from sqlalchemy import Executable, make_url

from bench.corpus import NEEDED, REGIONS, STATES, THEMES, make_repository
from bench.engines import database
from bench.house import Person
from bench.lines import Line, ms, percentile, table, timed
from bench.worlds import FOLDER
from wiki.app import create_application
from wiki.config import Settings, load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.pages.words import slug
from wiki.parts.creation import add_parts
from wiki.projections.tables.dialect import DIALECT
from wiki.projections.tables.postgresql.dialect import POSTGRESQL
from wiki.projections.tables.postgresql.rows import ServerRows
from wiki.projections.tables.rows import Rows, Values

_PAGES, _FEW = 1_000_000, 2_000
_GOOD = 0.050
_NONE: Values = {}
#: what the last request waited for, and what all have
waits: list[tuple[float, Executable]] = []
slowest: list[tuple[float, str, Executable]] = []
#: by table: columns that are of one copy, and how; the others are as they are
_UNDER = "CASE WHEN {0} IS NULL THEN NULL ELSE 'c' || n || '/' || {0} END"
_APART = "CASE WHEN {0} IS NULL THEN NULL ELSE {0} || '-' || n END"
_LATER = "CASE {0} WHEN 0 THEN 0 ELSE {0} + n * (SELECT max(seq) FROM {2}) END"
#: of a copy of a page, the same in all tables
_CHANCE = "abs((hashtext(o.path) * 2654435761 + n * 1779033703::bigint) % 16777213)"
_TITLE = f"{_CHANCE} || ' ' || {{0}}"
_PLACE = f"{_CHANCE} || ' ' || replace({{0}}, chr(1), chr(1) || 'c' || n || '/')"
_DAY = f"CASE {{0}} WHEN '' THEN '' ELSE ({{0}}::date - ({_CHANCE} % 3000)::int)::text END"
_TOLD = _DAY.replace("o.path", "o.subject")
_ID = "substring(sha256({0} || n::text::bytea) FOR 20)"
_COPIED: dict[str, dict[str, str]] = {
    "catalogue_page": {
        **dict.fromkeys(("path", "parent", "subject", "space", "team_page"), _UNDER),
        **dict.fromkeys(("title", "sort_key"), _TITLE),
    },
    "catalogue_fact": dict.fromkeys(("path", "source"), _UNDER),
    "catalogue_said": dict.fromkeys(("path", "source"), _UNDER),
    "catalogue_item": {
        **dict.fromkeys(("path", "subject"), _UNDER),
        "id": "{0} + n * (SELECT max(id) FROM {1})",
        "identity": _APART,
        "date": _TOLD,
    },
    "catalogue_word": {"path": _UNDER},
    "catalogue_item_value": {
        **dict.fromkeys(("path", "source"), _UNDER),
        "item": "{0} + n * (SELECT max(id) FROM {1})",
        "age": "CASE {0} WHEN 0 THEN 0 ELSE {0} - n * (SELECT max(seq) FROM {2}) END",
    },
    "catalogue_page_value": {
        "path": _UNDER,
        "page": "{0} - n * (SELECT max(lineage) FROM {3})",
        "place": _PLACE,
        **dict.fromkeys(("day", "own", "line"), _DAY),
        **dict.fromkeys(("news", "told"), _LATER),
    },
    "changes_commit": {
        "seq": "{0} + n * (SELECT max(seq) FROM {2})",
        "id": _ID,
    },
    "changes_page": {
        "lineage": "{0} + n * (SELECT max(lineage) FROM {3})",
        "path": _UNDER,
        **dict.fromkeys(("born", "last"), "{0} + n * (SELECT max(seq) FROM {2})"),
        "day": _DAY,
        **dict.fromkeys(("news", "told"), _LATER),
    },
    "changes_identity": {
        "identity": _APART,
        "lineage": "{0} + n * (SELECT max(lineage) FROM {3})",
        "seq": "{0} + n * (SELECT max(seq) FROM {2})",
    },
}
#: the same in a file, where paths are numbers
_BY_NUMBER = _CHANCE.replace("hashtext(o.path)", "o.path").replace("::bigint", "")
_EARLIER = f"CASE {{0}} WHEN '' THEN '' ELSE date({{0}}, -({_BY_NUMBER} % 3000) || ' days') END"
_FILED = {
    _DAY: _EARLIER,
    _TOLD: _EARLIER.replace("o.path", "o.subject"),
    _TITLE: _TITLE.replace(_CHANCE, _BY_NUMBER),
    _UNDER: "CASE WHEN {0} <> 0 THEN {0} + n * {4} ELSE {0} END",
    _PLACE: _PLACE.replace("chr(", "char(").replace(_CHANCE, _BY_NUMBER),
    _ID: "CAST(substr(hex({0}), 1, 20) || n AS BLOB)",
}
#: what is counted is there as often
_COUNTS = ("catalogue_page_count", "catalogue_fact_count", "catalogue_item_count")
#: in this order of ``{1}``, ``{2}``, ``{3}``
_NUMBERED = ("catalogue_item", "changes_commit", "changes_page")
_HELD = "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE relname = ANY(%s)"
_WHERE = "SELECT quote_ident(schemaname) FROM pg_tables WHERE tablename = %s"
_COLUMNS = """
    SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
    AND NOT attisdropped ORDER BY attnum
"""


def run(pages: int = _PAGES, stores: Sequence[str] = ("file", "database")) -> Iterator[Line]:
    """The same addresses of the few pages, then of many."""
    folder = FOLDER / f"boards-{_FEW}"
    if not (folder / "content.git" / "HEAD").is_file():
        make_repository(folder / "content.git", _FEW, 500)
    url = os.environ.get("WIKI_TEST_POSTGRES", "")
    for store in stores:
        with tempfile.TemporaryDirectory(prefix="carrefour-bench-") as name:
            there = Path(name)
            (there / "content.git").symlink_to(folder / "content.git")
            settings = load_settings(there, environ={})
            if store == "file":
                yield from _measured(settings, pages, partial(multiply_file, there))
            elif url:
                with database(url) as address:
                    settings = replace(settings, database_url=address, index="database")
                    yield from _measured(settings, pages, partial(_multiply, address))
            else:
                yield Line("Boards on PostgreSQL", "not measured: WIKI_TEST_POSTGRES names none")


def _measured(settings: Settings, pages: int, multiply: Callable[[int], int]) -> Iterator[Line]:
    add_parts(settings)
    instance = open_instance(settings)
    try:
        instance.projections.build([one for one in instance.projections if one != "search"])
        few = _asked(instance)
    finally:
        close_instance(instance)
    begun = time.perf_counter()
    room = multiply(pages // _FEW)
    took = time.perf_counter() - begun
    where = "on PostgreSQL" if settings.database_url else "in a file"
    yield Line(f"Rows of {pages:,} pages made {where}", f"{took:.0f} s, {room / 1e9:.1f} GB")
    instance = open_instance(settings)
    try:
        many = _asked(instance)
    finally:
        close_instance(instance)
    for kind, times in many.items():
        for share in (0.5, 0.95):
            first, again = (percentile([one[at] for one in times], share) for at in (0, 1))
            reference = percentile([one[0] for one in few[kind]], share)
            what = f"{kind} {where}, {pages:,} pages, p{share * 100:.0f} (again {ms(again)})"
            yield timed(what, first, reference, f"{_FEW:,} pages", _GOOD)


def addresses() -> dict[str, list[str]]:
    """What is asked for, by what it is called in the table."""
    regions, themes = ([slug(one) for one in words] for words in (REGIONS[:6], THEMES[:6]))
    needed = [slug(one) for one in NEEDED[:4]]
    narrowed = [
        *(f"territory={one}" for one in regions),
        *(f"theme={one}" for one in themes),
        *(
            f"theme={theme}&territory={region}"
            for theme, region in zip(themes, regions, strict=True)
        ),
    ]
    return {
        "A board": ["/-/needs", "/-/offers", "/-/needs?sort=before", "/-/needs?start=20"],
        "A board, narrowed": [
            *(f"/-/needs?{one}" for one in narrowed),
            *(f"/-/needs?keyword={one}" for one in needed),
        ],
        "A catalogue": ["/-/projects", "/-/catalogue", "/-/people", "/-/catalogue?sort=updated"],
        "A catalogue, narrowed": [
            *(f"/-/projects?{one}" for one in narrowed),
            *(f"/-/catalogue?{one}" for one in narrowed),
            *(f"/-/catalogue?maturity={slug(one)}" for one in STATES[:3]),
        ],
    }


def _asked(instance: Instance) -> dict[str, list[tuple[float, float]]]:
    """Seconds of each address by kind, first and again."""
    visitor = Person(create_application(instance))
    visitor.get("/-/login")
    slowest.clear()
    with _timed_rows():
        return {
            kind: [(_seconds(visitor, one), _seconds(visitor, one)) for one in asked]
            for kind, asked in addresses().items()
        }


def _seconds(visitor: Person, address: str) -> float:
    """For how long the answer to an address waited for rows."""
    waits.clear()
    with suppress(AssertionError):  # refused: a statement has taken as long as one may
        visitor.get(address)
    slowest.extend((took, address, text) for took, text in waits)
    return sum(took for took, _text in waits)


@contextmanager
def _timed_rows() -> Iterator[None]:
    """Has what statements take be noted in ``waits``, with the finding of all their rows."""

    def timed_execute(execute: Callable[..., Any]) -> Callable[..., Any]:
        def asked(self: Rows, statement: Executable, values: Values = _NONE) -> Any:
            begun = time.perf_counter()
            try:
                found = execute(self, statement, values)
                return _Found(found.fetchall()) if isinstance(found, sqlite3.Cursor) else found
            finally:
                waits.append((time.perf_counter() - begun, statement))

        return asked

    with ExitStack() as stack:
        for kind in (Rows, ServerRows):
            stack.enter_context(patch.object(kind, "execute", timed_execute(kind.execute)))
        yield


class _Found(list[Any]):
    """Rows as a cursor gives them."""

    def fetchall(self) -> list[Any]:
        return self

    def fetchone(self) -> Any:
        return self[0] if self else None


def multiply_file(folder: Path, copies: int) -> int:
    """As ``_multiply``, of a file: other paths have other numbers, ``{4}`` further on."""
    path = folder / "index" / "tables.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as sql:
        sql.execute("PRAGMA synchronous = off")
        sql.execute("BEGIN")
        for name in _NUMBERED:
            sql.execute(f"CREATE TEMP TABLE few_{name} AS SELECT * FROM {name}")  # noqa: S608
        named = [f"few_{name}" for name in _NUMBERED]
        (further,) = sql.execute("SELECT max(number) FROM name").fetchone()
        paths = " UNION ".join(
            f"SELECT {column} FROM {name}"  # noqa: S608 - our names
            for name, ways in _COPIED.items()
            for column, way in ways.items()
            if way is _UNDER
        )
        times = f"(WITH RECURSIVE g(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM g WHERE n < {copies - 1}) SELECT n FROM g)"  # noqa: S608, E501
        sql.execute(
            f"INSERT INTO name SELECT o.number + n * {further}, 'c' || n || '/' || o.text"  # noqa: S608
            f" FROM name o, {times} WHERE o.number > 0 AND o.number IN ({paths})"
        )
        for name, ways in _COPIED.items():
            columns = [one[1] for one in sql.execute(f"PRAGMA table_info({name})")]
            made = {one: _FILED.get(way, way) for one, way in ways.items()}
            values = [made.get(one, "{0}").format(f'o."{one}"', *named, further) for one in columns]
            rest = "WHERE o.path <> 0" if "path" in columns else ""
            listed = ", ".join(f'"{one}"' for one in columns)
            sql.execute(f"CREATE TEMP TABLE all_{name} AS SELECT * FROM {name}")  # noqa: S608
            sql.execute(
                f"INSERT INTO {name} ({listed}) SELECT {', '.join(values)}"  # noqa: S608
                f" FROM all_{name} o, {times} {rest}"
            )
        for name in _COUNTS:
            sql.execute(f"UPDATE {name} SET number = number * {copies}")  # noqa: S608
        sql.execute("COMMIT")
        sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size


def _multiply(address: str, copies: int) -> int:
    """Has the rows of the projections stand there so many times; the bytes that they take."""
    plain = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as sql:
        places = {
            name: f"{sql.execute(_WHERE, (name,)).fetchone()[0]}.{name}"  # type: ignore[index]
            for name in _COPIED
        }
        # The numbers of the first copy: they are asked for before there are others.
        greatest = [places[name] for name in _NUMBERED]
        for name in greatest:
            table_of = f"few_{name.rpartition('.')[2]}"
            sql.execute(f"CREATE TABLE {table_of} AS SELECT * FROM {name}")  # noqa: S608 - our names
        named = [f"few_{name.rpartition('.')[2]}" for name in greatest]
        for name, ways in _COPIED.items():
            columns = [one for (one,) in sql.execute(_COLUMNS, (places[name],))]
            values = [ways.get(one, "{0}").format(f'o."{one}"', *named) for one in columns]
            rest = "WHERE o.path <> ''" if "path" in columns else ""
            listed = ", ".join(f'"{one}"' for one in columns)
            sql.execute(
                f"INSERT INTO {places[name]} ({listed}) SELECT {', '.join(values)}"  # noqa: S608
                f" FROM {places[name]} o, generate_series(1, {copies - 1}) n {rest}"
            )
            sql.execute(f"VACUUM ANALYZE {places[name]}")
        for name in named:
            sql.execute(f"DROP TABLE {name}")
        for name in _COUNTS:
            place = f"{sql.execute(_WHERE, (name,)).fetchone()[0]}.{name}"  # type: ignore[index]
            sql.execute(f"UPDATE {place} SET number = number * {copies}")  # noqa: S608
            sql.execute(f"VACUUM ANALYZE {place}")
        ((held,),) = sql.execute(_HELD, (list(_COPIED),))
    return int(held)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=_PAGES)
    arguments.add_argument("--slow", type=int, default=0)
    arguments.add_argument("--store", choices=("file", "database"), action="append")
    asked_for = arguments.parse_args()
    print(table(list(run(asked_for.pages, asked_for.store or ("file", "database")))))
    written = DIALECT if asked_for.store == ["file"] else POSTGRESQL
    for took, address, statement in sorted(slowest, key=lambda one: -one[0])[: asked_for.slow]:
        print(f"{took * 1000:.0f} ms, {address}\n{statement.compile(dialect=written)}\n")  # type: ignore[attr-defined]
