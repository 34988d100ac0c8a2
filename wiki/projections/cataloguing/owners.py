"""Which of the pages that hold an item of one identity had it first."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, func, select

from wiki.projections.cataloguing.schema import ITEM
from wiki.projections.cataloguing.selection import Asking
from wiki.projections.histories.schema import IDENTITY, PAGE
from wiki.projections.tables.conditions import visible
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
_CALLED = (
    select(ITEM.c.identity, ITEM.c.path, ITEM.c.id)
    .where(ITEM.c.identity.in_(bindparam("identities")), visible(ITEM.c.group_, ITEM.c.path))
    .order_by(ITEM.c.position.desc())
)


def identity_owners(rows: Rows, identities: Collection[str]) -> dict[str, list[str]]:
    """By identity, the pages that hold it, by when they did first."""
    owners: dict[str, list[str]] = {}
    for identity, path in rows.execute(_OWNERS, {"identities": list(identities)}):
        owners.setdefault(identity, []).append(path)
    return owners


def items_called(rows: Rows, asking: Asking, identities: Sequence[str]) -> dict[str, int]:
    """By identity the row number of its item on the page that had it first, where that is seen."""
    owners = identity_owners(rows, identities)
    seen = rows.execute(_CALLED, {**asking.values, "identities": identities})
    first = {one: row for one, path, row in seen if path == owners[one][0]}
    return {one: first[one] for one in identities if one in first}
