"""What the rows' statements say differently on SQLite and on PostgreSQL, as Core constructs.

Statements are made of SQLAlchemy Core alone; what Core has no word for stands here, with what it is
where the other database has no need of it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Join,
    Label,
    Table,
    Text,
    bindparam,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import CompileError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from wiki.projections.tables.names import Numbered, Spelling


class _Hinting(SQLiteCompiler):
    """Writes the hints for SQLite (``with_hint``) after a table's name: ``INDEXED BY …``."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text

    def order_by_clause(self, select: Any, **options: Any) -> str:
        """Refuses to order by numbers of texts: nobody means that."""
        for one in select._order_by_clauses:
            check_order(one)
        return str(super().order_by_clause(select, **options))  # type: ignore[no-untyped-call]

    def visit_empty_set_expr(self, element_types: Sequence[Any], **options: Any) -> str:
        """What an empty IN is of; among numbers of texts, that of a text which has none."""
        if isinstance(element_types[0], Spelling):
            return "NULL"
        said = super().visit_empty_set_expr(element_types, **options)  # type: ignore[no-untyped-call]
        return str(said)


def check_order(one: Any) -> None:
    """Raises CompileError where numbers of texts are ordered by."""
    if isinstance(getattr(one, "type", None), Numbered) and not isinstance(one, Label):
        raise CompileError(f"order by spelled({one}), not by its number")


class _SQLite(SQLiteDialect_pysqlite):
    statement_compiler = _Hinting


#: what statements are compiled for
DIALECT = _SQLite(paramstyle="named")


class unindexed(FunctionElement[Any]):  # noqa: N801 - it is called as a function
    """A column that SQLite's planner looks no index up for: rows are found by something else."""

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


class greatest(FunctionElement[Any]):  # noqa: N801 - it is called as a function
    """The greatest of some values of one row."""


class among(FunctionElement[Any]):  # noqa: N801 - it is called as a function
    """Whether a column has one of many values, which are told as one text: ``[1,2,3]`` in JSON.

    The statement is the same however many there are, so that a server plans it once. It has no
    type: of what is true or false SQLAlchemy writes ``= 1`` for SQLite, which then asks no index.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        super().__init__(column, bindparam(name, type_=Text))


class OrderedJoin(Join):
    """A join whose left side SQLite walks first, whatever its planner thinks (``CROSS JOIN``)."""


@compiles(unindexed)
def _unindexed(element: unindexed, compiler: SQLCompiler, **options: Any) -> str:
    sign = "+" if compiler.dialect.name == "sqlite" else ""
    return f"{sign}{compiler.process(element.clauses, **options)}"


@compiles(greatest)
def _greatest(element: greatest, compiler: SQLCompiler, **options: Any) -> str:
    name = "max" if compiler.dialect.name == "sqlite" else "greatest"
    return f"{name}({compiler.process(element.clauses, **options)})"


@compiles(among)
def _among(element: among, compiler: SQLCompiler, **options: Any) -> str:
    kind = next(iter(element.clauses)).type
    column, many = (compiler.process(one, **options) for one in element.clauses)
    if compiler.dialect.name == "sqlite":
        values = f"SELECT value FROM json_each({many})"
        if isinstance(kind, Numbered):
            values = f"SELECT number FROM name WHERE text IN ({values})"
        return f"{column} IN ({values})"
    if isinstance(kind, Integer):
        return f"{column} = ANY (CAST(translate({many}, '[]', '{{}}') AS BIGINT[]))"
    return f"{column} = ANY (ARRAY(SELECT json_array_elements_text(CAST({many} AS JSON))))"


@compiles(OrderedJoin, "sqlite")
def _ordered_join(join: OrderedJoin, compiler: SQLCompiler, **options: Any) -> str:
    options["asfrom"] = True
    sides = [compiler.process(side, **options) for side in (join.left, join.right)]
    return f"{' CROSS JOIN '.join(sides)} ON {compiler.process(join.onclause, **options)}"  # type: ignore[arg-type]


def insert_new(table: Table) -> postgresql.Insert:
    """Inserts a row unless one has its key. Both databases write it as PostgreSQL does."""
    return postgresql.insert(table).on_conflict_do_nothing()


def upsert(table: Table) -> postgresql.Insert:
    """Inserts a row, or gives the one of its primary key the new values."""
    made = postgresql.insert(table)
    values: dict[str, ColumnElement[Any]] = {
        column.name: made.excluded[column.name]
        for column in table.columns
        if not column.primary_key
    }
    return made.on_conflict_do_update(index_elements=list(table.primary_key), set_=values)
