"""Drops the table in which revisions were counted before Alembic kept them.

In the first shape of all, accounts followed pages, and nothing else was followed.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "people_0001"
down_revision = None
branch_labels = ("people",)

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """See the module."""
    op.drop_table("schema_version", if_exists=True)
    present = sa.inspect(op.get_bind())
    if present.has_table("watch") and any(
        column["name"] == "person" for column in present.get_columns("watch")
    ):
        _follow_by_followers()


def _follow_by_followers() -> None:
    rows = op.get_bind()
    asked = "SELECT person, path, since, lang FROM watch JOIN person ON person.id = watch.person"
    followed = rows.execute(sa.text(asked).columns(since=_MOMENT)).mappings().all()
    op.drop_table("watch")
    followers = op.create_table(
        "follower",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), sa.ForeignKey("person.id", ondelete="CASCADE")),
        sa.Column("email", sa.String(254)),
        sa.Column("lang", sa.String(12), nullable=False),
        sa.Column("rhythm", sa.String(10), nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("commit", sa.String(64), nullable=False),
        sa.Column("told", _MOMENT, nullable=False),
        sa.UniqueConstraint("person", name="uq_follower_person"),
        sa.UniqueConstraint("email", name="uq_follower_email"),
    )
    watches = op.create_table(
        "watch",
        sa.Column(
            "follower",
            sa.String(32),
            sa.ForeignKey("follower.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("target", sa.String(4000), primary_key=True),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("commit", sa.String(64), nullable=False),
        sa.Column("known", sa.Text, nullable=False),
    )
    told = {"rhythm": "day", "paused": False, "commit": "", "told": datetime.now(UTC)}
    for person, lang in {one["person"]: one["lang"] for one in followed}.items():
        values = {"id": person, "person": person, "lang": lang, **told}
        rows.execute(followers.insert().values(values))
    for one in followed:
        values = {"follower": one["person"], "target": one["path"], "since": one["since"]}
        rows.execute(watches.insert().values(kind="page", commit="", known="", **values))
