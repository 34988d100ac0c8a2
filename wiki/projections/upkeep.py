"""What the door in asks of the catalogue: identities to mend, pages whose links to repair."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select

from wiki.projections.catalogue import Catalogue
from wiki.projections.cataloguing.facts import LINKS, fact_slug
from wiki.projections.cataloguing.owners import identity_owners
from wiki.projections.cataloguing.schema import FACT, ITEM
from wiki.projections.tables.names import spelled

_NAMING = (
    select(FACT.c.path)
    .where(FACT.c.key.in_(("team", "readers", *LINKS.values())), FACT.c.origin == "head")
    .where(FACT.c.slug == bindparam("slug"), FACT.c.value == bindparam("path"))
    .distinct()
    .order_by(spelled(FACT.c.path))
)
_DOUBLED = (
    select(ITEM.c.identity)
    .where(ITEM.c.identity > bindparam("after"))
    .group_by(ITEM.c.identity)
    .having(func.count(ITEM.c.path.distinct()) > 1)
    .order_by(ITEM.c.identity)
    .limit(bindparam("limit"))
)
_UNIDENTIFIED = (
    select(ITEM.c.path)
    .where(ITEM.c.block.in_(bindparam("blocks")), ITEM.c.identity.is_(None))
    .where(ITEM.c.path > bindparam("after"))
    .distinct()
    .order_by(spelled(ITEM.c.path))
    .limit(bindparam("limit"))
)


def pages_naming(catalogue: Catalogue, path: str) -> list[str]:
    """The pages whose heads link to ``path`` (team, readers, programme, presented)."""
    with catalogue.reading() as rows:
        return rows.scalars(_NAMING, {"path": path, "slug": fact_slug(path)})


def doubled_identities(
    catalogue: Catalogue, after: str = "", limit: int = 100
) -> list[tuple[str, tuple[str, ...]]]:
    """Identities that several pages hold, each with those pages, the owner first."""
    with catalogue.reading() as rows:
        found = rows.scalars(_DOUBLED, {"after": after, "limit": limit})
        owners = identity_owners(rows, found)
        return [(identity, tuple(owners[identity])) for identity in found]


def unidentified_pages(
    catalogue: Catalogue, blocks: Sequence[str], after: str = "", limit: int = 100
) -> list[str]:
    """The pages with items in such blocks that have no identity yet, by path."""
    with catalogue.reading() as rows:
        asked = {"blocks": list(blocks), "after": after, "limit": limit}
        return rows.scalars(_UNIDENTIFIED, asked)
