"""Links that lead nowhere, and pages that no link leads to, as an audience sees them.

Asked of all links at once: for who looks after pages, and what a task of the background counts.
``by_name``: links may go by the names of files, as ``Links.resolve`` says.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Executable,
    bindparam,
    case,
    func,
    literal_column,
    select,
)

from wiki.pages.paths import ROOT
from wiki.projections.linking.statements import ALIAS, LINK, PAGE
from wiki.projections.tables.conditions import seen_by, visible
from wiki.projections.tables.rows import Rows

_link = LINK.c
_there, _called, _named = PAGE.alias("there"), PAGE.alias("called"), PAGE.alias("named")
_alias, _names = ALIAS.alias("other"), ALIAS.alias("names")
_NONE: ColumnElement[str] = literal_column("''")
_LIMIT: BindParameter[int] = bindparam("limit")
_OFFSET: BindParameter[int] = bindparam("offset")
_SEEN_LINK = visible(_link.group_, _link.path)
_HAS_TITLE = _link.title_key != _NONE


def _leads(*ways: ColumnElement[bool], to: Any) -> ColumnElement[bool]:
    """Whether there is a row of ``to`` that is seen, which the link leads to in these ways."""
    return select(to).where(*ways, visible(to.c.group_, to.c.path)).correlate(LINK).exists()


_NO_PATH = (
    ~_leads(_there.c.path == _link.path_key, to=_there),
    ~_leads(_alias.c.alias == _link.path_key, to=_alias),
)
_TITLED = _leads(_called.c.title_key == _link.title_key, _HAS_TITLE, to=_called)
_NAMED = _leads(_named.c.name_key == _link.title_key, _HAS_TITLE, to=_named)
_KEY = case((_link.path_key != _NONE, _link.path_key), else_=_link.title_key)


def _lost(by_name: bool) -> tuple[ColumnElement[bool], ...]:
    names = (~_NAMED,) if by_name else ()
    return (_link.kind != "file", _SEEN_LINK, *_NO_PATH, ~_TITLED, *names)


def _alone(by_name: bool) -> tuple[ColumnElement[bool], ...]:
    ways = (~way for way in _ways(by_name))
    return (visible(PAGE.c.group_, PAGE.c.path), PAGE.c.path != bindparam("root"), *ways)


def _ways(by_name: bool) -> Iterator[ColumnElement[bool]]:
    """Whether another page links to the page: by its path, a former one, a title, a name."""
    other = (_link.path != PAGE.c.path, _SEEN_LINK)
    yield select(LINK).where(_link.path_key == PAGE.c.path, *other).correlate(PAGE).exists()
    former = select(LINK).select_from(LINK.join(_names, _link.path_key == _names.c.alias))
    yield former.where(_names.c.path == PAGE.c.path, *other).correlate(PAGE).exists()
    titled = select(LINK).where(_HAS_TITLE, *other, *_NO_PATH)
    yield titled.where(_link.title_key == PAGE.c.title_key).correlate(PAGE).exists()
    if by_name:
        named = titled.where(_link.title_key == PAGE.c.name_key, ~_TITLED)
        yield named.correlate(PAGE).exists()


@cache
def _wanted(by_name: bool) -> Executable:
    asked = func.count(_link.path.distinct())
    found = select(func.min(_link.target), func.max(_link.path_key), asked).where(*_lost(by_name))
    found = found.group_by(_KEY).order_by(asked.desc(), _KEY)
    return found.limit(_LIMIT).offset(_OFFSET)


@cache
def _unlinked(by_name: bool) -> Executable:
    found = select(PAGE.c.path).where(*_alone(by_name)).order_by(PAGE.c.path)
    return found.limit(_LIMIT).offset(_OFFSET)


@cache
def _counts(by_name: bool) -> tuple[Executable, Executable, Executable]:
    lost = _lost(by_name)
    return (
        select(func.count()).select_from(LINK).where(*lost),
        select(func.count(_KEY.distinct())).select_from(LINK).where(*lost),
        select(func.count()).select_from(PAGE).where(*_alone(by_name)),
    )


@dataclass(frozen=True)
class Wanted:
    """A page that is not there: what links call it, its path ("" where none is named), by how many
    pages it is linked.
    """

    name: str
    path: str
    pages: int


def list_wanted(
    rows: Rows, audience: Collection[str], limit: int, offset: int, *, by_name: bool
) -> list[Wanted]:
    """Pages that links lead to and that are not there, the most linked first."""
    asked = {**seen_by(audience), "limit": limit, "offset": offset}
    return [Wanted(*row) for row in rows.execute(_wanted(by_name), asked)]


def list_unlinked(
    rows: Rows, audience: Collection[str], limit: int, offset: int, *, by_name: bool
) -> list[str]:
    """Pages that no other page links to, by path; the front page is not one."""
    asked = {**seen_by(audience), "limit": limit, "offset": offset, "root": ROOT}
    return rows.scalars(_unlinked(by_name), asked)


def count_gaps(
    rows: Rows, audience: Collection[str], *, by_name: bool = False
) -> tuple[int, int, int]:
    """How many links lead nowhere, to how many pages, and how many pages no other links to."""
    lost, wanted, alone = _counts(by_name)
    seen = seen_by(audience)
    root = {**seen, "root": ROOT}
    return rows.scalar(lost, seen), rows.scalar(wanted, seen), rows.scalar(alone, root)
