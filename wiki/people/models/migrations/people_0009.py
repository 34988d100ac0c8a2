"""A proposal says which program wrote it, in the name of a person."""

import sqlalchemy as sa
from alembic import op

revision = "people_0009"
down_revision = "people_0008"


def upgrade() -> None:
    """See the module."""
    program = sa.Column("program", sa.String(100), nullable=False, server_default="")
    op.add_column("proposal", program)
