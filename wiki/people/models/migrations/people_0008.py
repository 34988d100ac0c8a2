"""A site that signs with the key of a sister is told to administrators."""

import sqlalchemy as sa
from alembic import op

revision = "people_0008"
down_revision = "people_0007"


def upgrade() -> None:
    """See the module."""
    twin = sa.Column("twin", sa.String(300), nullable=False, server_default="")
    op.add_column("sister_exchange", twin)
