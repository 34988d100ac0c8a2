"""Drops the table in which revisions were counted before Alembic kept them."""

from alembic import op

revision = "people_0001"
down_revision = None
branch_labels = ("people",)


def upgrade() -> None:
    """See the module."""
    op.drop_table("schema_version", if_exists=True)
