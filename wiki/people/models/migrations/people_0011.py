"""What tells a wiki that was made of a backup from the one that the backup is of."""

import sqlalchemy as sa
from alembic import op

revision = "people_0011"
down_revision = "people_0010"


def upgrade() -> None:
    """See the module."""
    # Where there is none yet, it is made with all of its columns.
    if sa.inspect(op.get_bind()).has_table("instance"):
        copy = sa.Column("copy", sa.String(32), nullable=False, server_default="")
        op.add_column("instance", copy)
