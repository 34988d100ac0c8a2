"""How statements are written for PostgreSQL, so that it answers as SQLite does.

Integers have eight bytes, texts are in the order of their bytes, NULL comes before all else.
"""

from copy import copy
from typing import Any

from sqlalchemy import Column, ColumnElement
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler, PGTypeCompiler
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.schema import CreateIndex
from sqlalchemy.sql import operators

from wiki.projections.tables.dialect import check_order
from wiki.projections.tables.names import spelled


class _Statements(PGCompiler_psycopg):
    def order_by_clause(self, select: Any, **options: Any) -> str:
        """Puts NULL where SQLite has it: least of all."""
        said = []
        for one in select._order_by_clauses:
            check_order(one)
            text = str(one._compiler_dispatch(self, **options))
            element, falls = _bare(one)
            if not (isinstance(element, Column) and not element.nullable):
                text += " NULLS LAST" if falls else " NULLS FIRST"
            said.append(text)
        return f" ORDER BY {', '.join(said)}" if said else ""


def _bare(element: Any) -> tuple[ColumnElement[Any], bool]:
    """What is ordered by, and whether it falls."""
    falls = False
    while True:
        if getattr(element, "modifier", None) in (operators.desc_op, operators.asc_op):
            falls = element.modifier is operators.desc_op
            element = element.element
        elif element.__visit_name__ == "label_reference":
            element = element.element
        elif isinstance(element, spelled):
            (element,) = element.clauses
        else:
            return element, falls


class _Types(PGTypeCompiler):
    def visit_INTEGER(self, type_: Any, **_options: Any) -> str:  # noqa: N802 - SQLAlchemy's name
        return "BIGINT"

    def visit_TEXT(self, type_: Any, **options: Any) -> str:  # noqa: N802 - likewise
        of_column = isinstance(options.get("type_expression"), Column)
        return 'TEXT COLLATE "C"' if of_column else "TEXT"


class _Definitions(PGDDLCompiler):
    def get_column_specification(self, column: Column[Any], **options: Any) -> str:
        """See SQLAlchemy."""
        said = super().get_column_specification(column, **options)  # type: ignore[no-untyped-call]
        return str(said).replace(" SERIAL", " BIGSERIAL")

    def visit_create_index(self, create: Any, *words: Any, **options: Any) -> str:
        """Names the ``few`` columns that an entry has room for."""
        index = copy(create.element)
        index.expressions = index.expressions[: index.info.get("few")]
        shorter = CreateIndex(index, if_not_exists=create.if_not_exists)
        return str(super().visit_create_index(shorter, *words, **options))  # type: ignore[no-untyped-call]


class _PostgreSQL(PGDialect_psycopg):
    statement_compiler = _Statements
    type_compiler_cls = _Types
    ddl_compiler = _Definitions
    supports_statement_cache = True
    # What a connection would have told: no text of ours is read for its backslashes.
    _backslash_escapes = False


#: what statements are compiled for
POSTGRESQL = _PostgreSQL()  # type: ignore[no-untyped-call]
