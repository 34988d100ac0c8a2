"""Pings of sisters are taken together: until when each rests, whether it called meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "people_0006"
down_revision = "people_0005"


def upgrade() -> None:
    """See the module."""
    for name in ("rests", "called"):
        moment = sa.Column(name, sa.DateTime(timezone=True), nullable=True)
        op.add_column("sister_exchange", moment)
    calls = sa.Column("calls", sa.Integer, nullable=False, server_default=sa.text("0"))
    op.add_column("sister_exchange", calls)
