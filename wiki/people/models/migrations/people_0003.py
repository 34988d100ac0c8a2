"""A session tells whether it began with more than a password or a mailed link."""

import sqlalchemy as sa
from alembic import op

revision = "people_0003"
down_revision = "people_0002"


def upgrade() -> None:
    """See the module."""
    column = sa.Column("strong", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("session", column)
