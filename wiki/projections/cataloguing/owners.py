"""Which of the pages that hold an item of one identity had it first."""

from collections.abc import Collection

from sqlalchemy import bindparam, func, select

from wiki.projections.cataloguing.schema import ITEM
from wiki.projections.histories.schema import IDENTITY, PAGE
from wiki.projections.tables.names import spelled
from wiki.projections.tables.rows import Rows

#: after any number of commits
_NEVER = 2**62
_FIRST = func.min(func.coalesce(IDENTITY.c.seq, _NEVER))
_PAGES = ITEM.outerjoin(PAGE, (PAGE.c.path == ITEM.c.path) & PAGE.c.alive)
_HELD = (IDENTITY.c.identity == ITEM.c.identity) & (IDENTITY.c.lineage == PAGE.c.lineage)
_OWNERS = (
    select(ITEM.c.identity, ITEM.c.path)
    .select_from(_PAGES.outerjoin(IDENTITY, _HELD))
    .where(ITEM.c.identity.in_(bindparam("identities")))
    .group_by(ITEM.c.identity, ITEM.c.path)
    .order_by(_FIRST, spelled(ITEM.c.path))
)


def identity_owners(rows: Rows, identities: Collection[str]) -> dict[str, list[str]]:
    """By identity, the pages that hold it, by when they did first."""
    owners: dict[str, list[str]] = {}
    for identity, path in rows.execute(_OWNERS, {"identities": list(identities)}):
        owners.setdefault(identity, []).append(path)
    return owners
