"""Core statements on the driver's own connection, each compiled once.

SQLAlchemy's ``Connection`` costs several times what SQLite does for a row found by its key, and a
page asks for dozens: a statement is compiled once for each shape of its values (which names, how
many in a list), and is then a text and a dictionary. So statements are made once, with
``bindparam``; one that is made with its values in it works too, and is compiled each time.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from functools import cache
from time import perf_counter
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from sqlalchemy import (
    Column,
    ColumnElement,
    Dialect,
    Executable,
    FromClause,
    Index,
    Insert,
    Integer,
    MetaData,
    Text,
    Update,
)
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from wiki.projections.tables.dialect import DIALECT
from wiki.projections.tables.names import Hex, Numbered, Spelling
from wiki.telemetry.slow import limit, note_statement

#: a list (or a tuple) is what ``IN`` is asked for
Values = Mapping[str, Any]

_NONE: Values = {}
_NAME = "insert or ignore into name (text) values (?)"
#: shapes that are kept of one statement, such as lengths of a list
_SHAPES = 100
#: statement → names and lengths of the values → its text, the values that are part of it, and
#: the names of those that it writes by number
Prepared = WeakKeyDictionary[
    Executable, dict[tuple[Any, ...], tuple[str, dict[str, Any], tuple[str, ...]]]
]
#: the statements for SQLite
PREPARED: Prepared = WeakKeyDictionary()


class Rows:
    """A connection that executes Core statements; its cursors are the driver's.

    It is closed when the thread that it belongs to lets go of it.
    """

    #: whether texts that come again and again are kept once (``names.py``)
    numbered: ClassVar[bool] = True

    def __init__(self, connection: sqlite3.Connection) -> None:
        #: the driver's
        self.connection: Any = connection
        #: texts that have a number in the transaction under way
        self.named: set[str] = set()

    def __del__(self) -> None:
        self.connection.close()

    def execute(self, statement: Executable, values: Values = _NONE) -> Any:
        """Executes ``statement``; extra ``values`` are ignored."""
        text, flat, named = prepare(statement, values)
        if named:
            self._name([flat[name] for name in named])
        begun = perf_counter()
        found = self.connection.execute(text, flat)
        if (took := perf_counter() - begun) > limit.seconds:
            note_statement(text, took)
        return found

    def execute_many(self, statement: Executable, many: Iterable[Values]) -> None:
        """Executes ``statement`` for each of the ``many`` values, alike and without lists."""
        if values := list(many):
            text, _first, named = prepare(statement, values[0])
            if named:
                self._name([one[name] for one in values for name in named])
            self.connection.executemany(text, values)

    def _name(self, texts: Iterable[str | None]) -> None:
        """Gives a number to those of ``texts`` that have none."""
        new: set[Any] = set(texts).difference(self.named, (None,))
        if new:
            # In their order, for the same rows to make the same file.
            self.connection.executemany(_NAME, [(text,) for text in sorted(new)])
            self.named |= new

    def first(self, statement: Executable, values: Values = _NONE) -> Any:
        """The first row as a tuple; None where there is none."""
        return self.execute(statement, values).fetchone()

    def scalar(self, statement: Executable, values: Values = _NONE) -> Any:
        """The first column of the first row; None where there is none."""
        found = self.execute(statement, values).fetchone()
        return found[0] if found else None

    def scalars(self, statement: Executable, values: Values = _NONE) -> list[Any]:
        """The first column of every row."""
        return [value for (value, *_more) in self.execute(statement, values)]


def prepare(
    statement: Executable,
    values: Values,
    dialect: Dialect = DIALECT,
    prepared: Prepared = PREPARED,
) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    """The text of a statement for the driver, its parameters, and which it writes by number."""
    shape: list[Any] = []
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, (list, tuple)):
            shape.append((name, len(value)))
            for number, one in enumerate(value, 1):
                flat[f"{name}_{number}"] = one
        else:
            shape.append(name)
            flat[name] = value
    key = tuple(shape)
    known = prepared.get(statement)
    if known is None:
        known = prepared[statement] = {}
    if (found := known.get(key)) is None:
        if len(known) >= _SHAPES:
            known.clear()
        found = known[key] = _compile(statement, values, flat, dialect)
    text, constants, named = found
    return text, {**constants, **flat} if constants else flat, named


def _compile(
    statement: Executable, values: Values, flat: Values, dialect: Dialect
) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    compiled = statement.compile(  # type: ignore[attr-defined]
        dialect=dialect, column_keys=list(values), compile_kwargs={"given": frozenset(values)}
    )
    state = compiled.construct_expanded_state(dict(values))
    constants = {name: value for name, value in state.parameters.items() if name not in flat}
    writes = isinstance(statement, (Insert, Update))
    spelt = (name for name, one in compiled.binds.items() if isinstance(one.type, Spelling))
    named = (name for name in spelt if name in flat)
    return state.statement, constants, tuple(named) if writes else ()


@cache
def definitions(metadata: MetaData, dialect: Dialect = DIALECT) -> tuple[str, ...]:
    """The statements that make the tables which are missing."""
    made: list[DDLElement] = []
    for table in metadata.sorted_tables:
        made.append(CreateTable(table, if_not_exists=True))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made += [CreateIndex(index, if_not_exists=True) for index in indexes]
    return tuple(str(one.compile(dialect=dialect)).strip() for one in made)


def texts(names: str, **options: Any) -> list[Column[str]]:
    """Columns of text by their names; they hold one in every row unless ``nullable``."""
    return [Column(name, Text, **{"nullable": False, **options}) for name in names.split()]


def names(names: str, **options: Any) -> list[Column[str]]:
    """Columns of texts that come again and again, such as paths: kept as numbers (``Numbered``)."""
    kind = Numbered(nullable=options.get("nullable", False))
    return [Column(name, kind, **{"nullable": False, **options}) for name in names.split()]


def hexes(names: str, **options: Any) -> list[Column[str]]:
    """Columns of names of git's objects, kept as bytes (``Hex``)."""
    return [Column(name, Hex, **{"nullable": False, **options}) for name in names.split()]


def integers(names: str, **options: Any) -> list[Column[int]]:
    """Columns of integers by their names, as ``texts``."""
    return [Column(name, Integer, **{"nullable": False, **options}) for name in names.split()]


def pick_columns(table: FromClause, names: str) -> list[ColumnElement[Any]]:
    """Columns of a table by their names, to be selected in that order."""
    return [table.c[name] for name in names.split()]


def index(
    name: str,
    names: str,
    *,
    only: ColumnElement[bool] | None = None,
    few: int | None = None,
    beside: str = "",
) -> Index:
    """An index of the table in which it stands; ``only`` of rows for which that holds.

    ``few``: the first columns alone on PostgreSQL, where an entry has 2,700 bytes; ``beside``: what
    stands there with them, in no order.
    """
    given: dict[str, Any] = {"sqlite_where": only, "postgresql_where": only}
    if beside:
        given["postgresql_include"] = beside.split()
    return Index(name, *names.split(), info={"few": few}, **given)
