"""What the door in asks of the catalogue: identities to mend, pages whose links to repair."""

from collections.abc import Sequence

from wiki.projections.catalogue import Catalogue
from wiki.projections.cataloguing.facts import LINKS, fact_slug
from wiki.projections.cataloguing.owners import identity_owners
from wiki.projections.conditions import marks


def pages_naming(catalogue: Catalogue, path: str) -> list[str]:
    """The pages whose heads link to ``path`` (team, programme, presented)."""
    keys = ("team", *LINKS.values())
    with catalogue.reading() as rows:
        found = rows.execute(
            f"select distinct path from catalogue_fact where key in ({marks(keys)})"
            " and slug = ? and value = ? and origin = 'head' order by path",
            (*keys, fact_slug(path), path),
        ).fetchall()
    return [one for (one,) in found]


def doubled_identities(
    catalogue: Catalogue, after: str = "", limit: int = 100
) -> list[tuple[str, tuple[str, ...]]]:
    """Identities that several pages hold, each with those pages, the owner first."""
    with catalogue.reading() as rows:
        found = rows.execute(
            "select identity from catalogue_item where identity > ? group by identity"
            " having count(distinct path) > 1 order by identity limit ?",
            (after, limit),
        ).fetchall()
        owners = identity_owners(rows, [identity for (identity,) in found])
        return [(identity, tuple(owners[identity])) for (identity,) in found]


def unidentified_pages(
    catalogue: Catalogue, blocks: Sequence[str], after: str = "", limit: int = 100
) -> list[str]:
    """The pages with items in such blocks that have no identity yet, by path."""
    with catalogue.reading() as rows:
        found = rows.execute(
            f"select distinct path from catalogue_item where block in ({marks(blocks)})"
            " and identity is null and path > ? order by path limit ?",
            (*blocks, after, limit),
        ).fetchall()
    return [path for (path,) in found]
