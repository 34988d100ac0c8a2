"""Texts that come again and again, such as paths, kept once: columns hold their numbers.

::

    catalogue_fact.path = 17 ──▶ name (17, "projets/lora") ◀── where path = :path

Statements say and find texts: a column of ``Numbered`` is compared by number and selected as its
text. What goes by the order of texts says so: ``spelled``, ``between``, or a join of ``NAME``. A
number is never given to another text while the file stands; a text that has none is found nowhere.

That is how a file stays small. PostgreSQL keeps the texts themselves: there the same statements say
nothing of numbers.
"""

from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    and_,
    case,
    null,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

#: with the markers, of no projection alone; "" has the number 0
SHARED = MetaData()
NAME = Table(
    "name",
    SHARED,
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False, unique=True),
)
_COMPARED = (operators.lt, operators.le, operators.gt, operators.ge)


class Spelling(Text):
    """The type of a value that is a text in the statement's values and a number in its text."""


class spelled(FunctionElement[str]):  # noqa: N801 - it is called as a function
    """The text of a column of ``Numbered``, to go by the order of texts."""

    type = Text()
    inherit_cache = True


class _number(FunctionElement[int]):  # noqa: N801 - it is called as a function
    """The number of a text; -1, which no row has, where it has none."""

    type = Integer()
    inherit_cache = True


class no_name(FunctionElement[Any]):  # noqa: N801 - it is called as a function
    """What "" is kept as, as columns of ``Numbered`` hold it."""

    inherit_cache = True


@compiles(no_name)
def _no_name(_element: no_name, compiler: SQLCompiler, **_options: Any) -> str:
    return "0" if compiler.dialect.name == "sqlite" else "''"


@compiles(spelled)
def _spelled(element: spelled, compiler: SQLCompiler, **options: Any) -> str:
    number = compiler.process(element.clauses, **options)
    if compiler.dialect.name != "sqlite":
        return number
    return f"(SELECT name.text FROM name WHERE name.number = {number})"


@compiles(_number)
def _number_of(element: _number, compiler: SQLCompiler, **options: Any) -> str:
    # On one line, as SQLAlchemy wants it for the values of IN.
    text = compiler.process(element.clauses, **options)
    if compiler.dialect.name != "sqlite":
        return text
    return f"coalesce((SELECT name.number FROM name WHERE name.text = {text}), -1)"


class Numbered(TypeDecorator[str]):
    """A text that is kept as its number; NULL only where it is ``nullable``, and then not in IN."""

    impl = Integer
    cache_ok = True

    def __init__(self, *, nullable: bool = False) -> None:
        super().__init__()
        self.nullable = nullable

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """See SQLAlchemy."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Text())

    class comparator_factory(TypeDecorator.Comparator[str]):  # noqa: N801 - SQLAlchemy's name
        """Compares the order of texts, not of numbers."""

        def operate(self, op: Any, *other: Any, **options: Any) -> ColumnElement[Any]:
            """See SQLAlchemy."""
            if op in _COMPARED:
                return op(spelled(self.expr), *other)  # type: ignore[no-any-return]
            return super().operate(op, *other, **options)

    def bind_expression(self, bindparam: BindParameter[str]) -> ColumnElement[Any]:
        """See SQLAlchemy: what stands for a value in a statement."""
        text = type_coerce(bindparam, Spelling)
        return (
            case((text.is_(None), null()), else_=_number(text)) if self.nullable else _number(text)
        )

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """See SQLAlchemy: what stands for a column that is selected."""
        return spelled(column)

    def coerce_compared_value(self, _op: Any, _value: Any) -> "Numbered":
        """See SQLAlchemy: whatever a column is compared with is a text."""
        return self


class _unhex(FunctionElement[bytes]):  # noqa: N801 - it is called as a function
    type = LargeBinary()
    inherit_cache = True


class _hex(FunctionElement[str]):  # noqa: N801 - it is called as a function
    type = Text()
    inherit_cache = True


@compiles(_unhex)
def _unhexed(element: _unhex, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"unhex({text})" if compiler.dialect.name == "sqlite" else f"decode({text}, 'hex')"


@compiles(_hex)
def _hexed(element: _hex, compiler: SQLCompiler, **options: Any) -> str:
    data = compiler.process(element.clauses, **options)
    if compiler.dialect.name == "sqlite":
        return f"nullif(lower(hex({data})), '')"  # of NULL it makes ""
    return f"encode({data}, 'hex')"


class Hex(TypeDecorator[str]):
    """Hexadecimal digits, such as git's names of objects, kept as bytes."""

    impl = LargeBinary
    cache_ok = True

    def bind_expression(self, bindparam: BindParameter[str]) -> ColumnElement[Any]:
        """See SQLAlchemy."""
        return _unhex(type_coerce(bindparam, Text))

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """See SQLAlchemy."""
        return _hex(column)


def between(name: ColumnElement[str], first: Any, last: Any) -> ColumnElement[bool]:
    """Whether the text of ``name`` is in a range, ``last`` not included."""
    if not isinstance(name.type, Numbered):
        return and_(name >= first, name < last)
    return _among_names(name, first, last)


class _among_names(FunctionElement[Any]):  # noqa: N801 - it is called as a function
    inherit_cache = True


@compiles(_among_names)
def _compile_among(element: _among_names, compiler: SQLCompiler, **options: Any) -> str:
    name, first, last = element.clauses
    found: ColumnElement[bool]
    if compiler.dialect.name == "sqlite":
        texts = (first <= NAME.c.text) & (NAME.c.text < last)
        found = name.in_(select(type_coerce(NAME.c.number, Numbered)).where(texts))
    else:
        found = and_(name >= first, name < last)
    return compiler.process(found.self_group(), **options)
