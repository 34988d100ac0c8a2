"""Moves what visitors wrote, and was kept here until they had an account, to the wiki's deposits.

Their links lead on to it. It has run already where the wiki counted its changes itself, up to 2.
"""

import json
from datetime import timedelta
from hashlib import sha256

from alembic import op
from sqlalchemy import delete, inspect, select

from wiki.api.tables import Base

revision = "applications_0001"
down_revision = None
branch_labels = ("applications",)

_FIELDS = ("title", "summary", "needs", "why", "who", "territory", "themes")


def upgrade() -> None:
    """See the module."""
    rows = op.get_bind()
    if not inspect(rows).has_table("applications_kept"):
        return
    kept, deposits = (Base.metadata.tables[name] for name in ("applications_kept", "deposit"))
    deposits.create(rows, checkfirst=True)
    for row in rows.execute(select(kept).where(kept.c.application.is_(None))).mappings():
        rows.execute(
            deposits.insert().values(
                id=sha256(row["id"].encode()).hexdigest(),
                form="applications",
                fields=json.dumps([[name, row[name]] for name in _FIELDS]),
                shown=json.dumps([["", row["title"]], ["", row["summary"]]]),
                url="",
                expires=row["created"] + timedelta(days=7),
            )
        )
    rows.execute(delete(kept).where(kept.c.application.is_(None)))
