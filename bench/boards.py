"""Boards and catalogue of a million pages on PostgreSQL, as visitors ask for them.

Rows are made: those that the wiki has worked out of 2,000 pages, again and again under other paths,
by the server itself. Pages are asked for through Flask, each address once and then once more; what
is measured is the time for which they wait for rows, which alone grows. Lists and counts are kept
until what they show changes: the first is what somebody waits for after a save, at most the five
seconds after which a statement is given up, and the page refused. Needs a server:
``WIKI_TEST_POSTGRES`` names it; a database is made there and dropped again (some GB).

    python -m bench.boards --pages 100000 --slow 10    # and the statements that take longest
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import psycopg
from sqlalchemy import Executable, make_url

from bench.corpus import NEEDED, REGIONS, STATES, THEMES, make_repository
from bench.engines import database
from bench.house import Person
from bench.lines import Line, ms, percentile, table, timed
from bench.worlds import FOLDER
from wiki.app import create_application
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.pages.words import slug
from wiki.parts.creation import add_parts
from wiki.projections.tables.postgresql.dialect import POSTGRESQL
from wiki.projections.tables.postgresql.rows import ServerRows
from wiki.projections.tables.rows import Values

_PAGES, _FEW = 1_000_000, 2_000
_GOOD = 0.050
_NONE: Values = {}
#: what the last request waited for, and what all have
waits: list[tuple[float, Executable]] = []
slowest: list[tuple[float, str, Executable]] = []
#: by table: columns that are of one copy, and how; the others are as they are
_UNDER = "CASE WHEN {0} IS NULL THEN NULL ELSE 'c' || n || '/' || {0} END"
_APART = "CASE WHEN {0} IS NULL THEN NULL ELSE {0} || '-' || n END"
_COPIED: dict[str, dict[str, str]] = {
    "catalogue_page": {
        **dict.fromkeys(("path", "parent", "subject", "space", "team_page"), _UNDER),
        **dict.fromkeys(("title", "sort_key"), "{0} || ' ' || n"),
    },
    "catalogue_fact": dict.fromkeys(("path", "source"), _UNDER),
    "catalogue_said": dict.fromkeys(("path", "source"), _UNDER),
    "catalogue_item": {
        **dict.fromkeys(("path", "subject"), _UNDER),
        "id": "{0} + n * (SELECT max(id) FROM {1})",
        "identity": _APART,
    },
    "catalogue_word": {"path": _UNDER},
    "changes_commit": {
        "seq": "{0} + n * (SELECT max(seq) FROM {2})",
        "id": "substring(sha256({0} || n::text::bytea) FOR 20)",
    },
    "changes_page": {
        "lineage": "{0} + n * (SELECT max(lineage) FROM {3})",
        "path": _UNDER,
        **dict.fromkeys(("born", "last", "news", "told"), "{0} + n * (SELECT max(seq) FROM {2})"),
    },
    "changes_identity": {
        "identity": _APART,
        "lineage": "{0} + n * (SELECT max(lineage) FROM {3})",
        "seq": "{0} + n * (SELECT max(seq) FROM {2})",
    },
}
#: in this order of ``{1}``, ``{2}``, ``{3}``
_NUMBERED = ("catalogue_item", "changes_commit", "changes_page")
_HELD = "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE relname = ANY(%s)"
_WHERE = "SELECT quote_ident(schemaname) FROM pg_tables WHERE tablename = %s"
_COLUMNS = """
    SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
    AND NOT attisdropped ORDER BY attnum
"""


def run(pages: int = _PAGES) -> Iterator[Line]:
    """The same addresses of the few pages, then of many."""
    url = os.environ.get("WIKI_TEST_POSTGRES", "")
    if not url:
        yield Line("Boards of a million pages", "not measured: WIKI_TEST_POSTGRES names no server")
        return
    folder = FOLDER / f"boards-{_FEW}"
    if not (folder / "content.git" / "HEAD").is_file():
        make_repository(folder / "content.git", _FEW, 500)
    with (
        tempfile.TemporaryDirectory(prefix="carrefour-bench-") as name,
        database(url) as address,
    ):
        there = Path(name)
        (there / "content.git").symlink_to(folder / "content.git")
        settings = replace(load_settings(there, environ={}), database_url=address, index="database")
        add_parts(settings)
        instance = open_instance(settings)
        try:
            instance.projections.build([one for one in instance.projections if one != "search"])
            few = _asked(instance)
        finally:
            close_instance(instance)
        begun = time.perf_counter()
        room = _multiply(address, pages // _FEW)
        took = time.perf_counter() - begun
        yield Line(f"Rows of {pages:,} pages made", f"{took:.0f} s, {room / 1e9:.1f} GB")
        instance = open_instance(settings)
        try:
            many = _asked(instance)
        finally:
            close_instance(instance)
    for kind, times in many.items():
        for share in (0.5, 0.95):
            first, again = (percentile([one[at] for one in times], share) for at in (0, 1))
            reference = percentile([one[0] for one in few[kind]], share)
            what = f"{kind}, {pages:,} pages, p{share * 100:.0f} (asked again {ms(again)})"
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
    """Has what statements take be noted in ``waits``."""
    execute = ServerRows.execute

    def timed_execute(self: ServerRows, statement: Executable, values: Values = _NONE) -> object:
        begun = time.perf_counter()
        try:
            return execute(self, statement, values)
        finally:
            waits.append((time.perf_counter() - begun, statement))

    with patch.object(ServerRows, "execute", timed_execute):
        yield


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
        ((held,),) = sql.execute(_HELD, (list(_COPIED),))
    return int(held)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=_PAGES)
    arguments.add_argument("--slow", type=int, default=0)
    asked_for = arguments.parse_args()
    print(table(list(run(asked_for.pages))))
    for took, address, statement in sorted(slowest, key=lambda one: -one[0])[: asked_for.slow]:
        print(f"{took * 1000:.0f} ms, {address}\n{statement.compile(dialect=POSTGRESQL)}\n")  # type: ignore[attr-defined]
