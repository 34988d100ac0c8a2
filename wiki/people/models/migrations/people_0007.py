"""Accounts that were erased, as sister Carrefours follow."""

import sqlalchemy as sa
from alembic import op

revision = "people_0007"
down_revision = "people_0006"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """See the module."""
    op.create_table(
        "sister_departure",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("head", sa.String(40), nullable=False),
        sa.Column("followed", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", "address", name="pk_sister_departure"),
    )
    op.create_index("ix_sister_departure_at", "sister_departure", ["at"])
