"""The names under which pages were imported, and whose these are."""

import sqlalchemy as sa
from alembic import op

revision = "people_0005"
down_revision = "people_0004"


def upgrade() -> None:
    """See the module."""
    op.create_table(
        "pen_name",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("person", sa.String(32), nullable=True),
        sa.Column("told", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pen_name"),
        sa.ForeignKeyConstraint(
            ["person"], ["person.id"], name="fk_pen_name_person_person", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_pen_name_email", "pen_name", ["email"])
    op.create_index("ix_pen_name_person", "pen_name", ["person"])
