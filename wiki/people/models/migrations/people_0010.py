"""Tokens of programs that were let in, which they renew."""

import sqlalchemy as sa
from alembic import op

revision = "people_0010"
down_revision = "people_0009"


def upgrade() -> None:
    """See the module."""
    for name in ("program", "renewal_secret", "renewed_secret"):
        words = sa.Column(name, sa.String(64), nullable=False, server_default="")
        op.add_column("access_token", words)
    op.add_column("access_token", sa.Column("renewable", sa.DateTime(timezone=True)))
    op.create_index("ix_access_token_renewal_secret", "access_token", ["renewal_secret"])
