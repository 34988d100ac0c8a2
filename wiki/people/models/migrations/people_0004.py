"""Sister Carrefours: the sites, blocked pages of theirs."""

import sqlalchemy as sa
from alembic import op

revision = "people_0004"
down_revision = "people_0003"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """See the module."""
    op.create_table(
        "sister",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("blocked", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("tried", _MOMENT, nullable=True),
        sa.Column("seen", _MOMENT, nullable=True),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("stated", _MOMENT, nullable=True),
        sa.Column("head", sa.String(40), nullable=False),
        sa.Column("copied", _MOMENT, nullable=True),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("stopped", _MOMENT, nullable=True),
        sa.Column("holds", sa.String(40), nullable=False),
        sa.Column("held", _MOMENT, nullable=True),
        sa.Column("met", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sister"),
        sa.UniqueConstraint("address", name="uq_sister_address"),
        sa.UniqueConstraint("kid", name="uq_sister_kid"),
    )
    op.create_table(
        "sister_page",
        sa.Column("sister", sa.String(40), nullable=False),
        sa.Column("path", sa.String(1000), nullable=False),
        sa.Column("blocked", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sister", "path", name="pk_sister_page"),
        sa.ForeignKeyConstraint(
            ["sister"], ["sister.name"], name="fk_sister_page_sister_sister", ondelete="CASCADE"
        ),
    )
