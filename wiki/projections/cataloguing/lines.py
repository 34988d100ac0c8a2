"""Whom the lines ``team`` and ``readers`` of heads name, whoever may see the pages."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import bindparam
from sqlalchemy import select as sql

from wiki.projections.cataloguing.facts import fact_slug
from wiki.projections.cataloguing.schema import FACT, PAGE
from wiki.projections.tables.rows import Rows

LINES = ("team", "readers")

_NAMED = (FACT.c.slug == bindparam("slug"), FACT.c.value == bindparam("path"))
_OF_A_HEAD = FACT.c.origin == "head"
_LASTS = FACT.c.to_ > bindparam("today")
_ON_TEAM = sql(FACT.c.path).where(FACT.c.key == "team", _OF_A_HEAD, *_NAMED, _LASTS)
_IS_TEAM = sql(PAGE.c.path).where(PAGE.c.path == bindparam("path"), PAGE.c.type == "person")
_TEAMS_OF = _ON_TEAM.union(_IS_TEAM).order_by("path")
_ON_LINE = sql(FACT.c.path).where(FACT.c.key.in_(LINES), _OF_A_HEAD, *_NAMED)
_TODAY = sql(FACT.c.key, FACT.c.path).where(
    FACT.c.key.in_(LINES),
    _OF_A_HEAD,
    FACT.c.slug.in_(bindparam("slugs")),
    FACT.c.value.in_(bindparam("names")),
    _LASTS,
)


def teams_of(rows: Rows, person: str, today: date) -> list[str]:
    """The pages on whose team the person page is today, itself among them if it is there."""
    asked = {"path": person, "slug": fact_slug(person), "today": today.isoformat()}
    return rows.scalars(_TEAMS_OF, asked)


def is_named(rows: Rows, person: str) -> bool:
    """Whether a line names the person page, on whatever day."""
    return rows.first(_ON_LINE, {"path": person, "slug": fact_slug(person)}) is not None


def naming(rows: Rows, names: Collection[str], today: date) -> tuple[list[str], list[str]]:
    """The pages whose ``team``, and whose ``readers``, name one of these today."""
    slugs = sorted({fact_slug(name) for name in names})
    asked = {"names": sorted(names), "slugs": slugs, "today": today.isoformat()}
    found = rows.execute(_TODAY, asked).fetchall()
    teams = sorted(path for key, path in found if key == "team")
    return teams, sorted(path for key, path in found if key == "readers")
