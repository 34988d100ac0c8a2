"""Which of the pages that hold an item of one identity had it first."""

import sqlite3
from collections.abc import Collection

from wiki.projections.conditions import marks


def identity_owners(rows: sqlite3.Connection, identities: Collection[str]) -> dict[str, list[str]]:
    """By identity, the pages that hold it, by when they did first."""
    found = rows.execute(
        f"""select i.identity, i.path, min(coalesce(d.seq, 9e99)) as seq from catalogue_item i
        left join changes_page c on c.path = i.path and c.alive
        left join changes_identity d on d.identity = i.identity and d.lineage = c.lineage
        where i.identity in ({marks(identities)}) group by i.identity, i.path
        order by seq, i.path""",
        tuple(identities),
    )
    owners: dict[str, list[str]] = {}
    for identity, path, _seq in found:
        owners.setdefault(identity, []).append(path)
    return owners
