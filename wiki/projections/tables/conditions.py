"""Conditions that questions to the rows share: who sees a row, which paths lie below one."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from wiki.pages.access import ALL, shown_groups
from wiki.projections.tables.names import between


class visible(FunctionElement[Any]):  # noqa: N801 - it is called as a function
    """Whether a row is seen by the audience whose ``seen_by`` values the statement is given.

    A row is seen where its group is in the audience, or ``guest:<its path>``; without a path the
    guests are left out (rows made from several pages). ``everything`` is what holds for those who
    see all. A statement that is given no audience fails.
    """

    def __init__(
        self,
        group: ColumnElement[str],
        path: ColumnElement[str] | None = None,
        *,
        everything: ColumnElement[bool] | None = None,
    ) -> None:
        super().__init__(group, *([] if path is None else [path]))
        self.everything = true() if everything is None else everything


@compiles(visible)
def _compile_visible(
    element: visible, compiler: SQLCompiler, given: Collection[str] = ("guests",), **options: Any
) -> str:
    group, *paths = element.clauses
    condition: ColumnElement[bool] = group.in_(bindparam("groups"))
    if "everything" in given:
        condition = element.everything
    elif paths and "guests" in given:
        condition = or_(condition, paths[0].in_(bindparam("guests")))
    return compiler.process(condition.self_group(), **options)


@lru_cache(maxsize=256)
def _values(audience: frozenset[str]) -> Mapping[str, object]:
    if ALL in audience:
        return {"everything": True}
    guest = sorted(name.removeprefix("guest:") for name in audience if name.startswith("guest:"))
    return {"groups": sorted(shown_groups(audience)), **({"guests": guest} if guest else {})}


def seen_by(audience: Collection[str]) -> Mapping[str, object]:
    """What a statement with ``visible`` in it is given for ``audience``."""
    return _values(frozenset(audience))


def replace_surrogates(text: str) -> str:
    """``text`` as SQLite can hold it: lone surrogates, which hostile bytes become, replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def below(path: str) -> tuple[str, str]:
    """The bounds ``>=`` and ``<`` of the paths below ``path``: an index range, never a walk."""
    return ("", "\U0010ffff") if path == "index" else (f"{path}/", f"{path}0")


def inside(path: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a path is the one that ``within`` tells a statement, or lies below it."""
    return or_(path == bindparam("at"), between(path, bindparam("first"), bindparam("last")))


def within(path: str) -> dict[str, str]:
    """What a statement with ``inside`` in it is given for ``path``."""
    first, last = below(path)
    return {"at": path, "first": first, "last": last}
