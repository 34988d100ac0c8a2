"""A session tells which browser it is of, and where it was opened; a device may be trusted.

Languages are more than two letters: ``kab``, ``pt_BR``. SQLite never asked how many they were.
"""

import sqlalchemy as sa
from alembic import op

revision = "people_0002"
down_revision = "people_0001"


def upgrade() -> None:
    """See the module."""
    for name, longest in (("browser", 100), ("network", 50)):
        column = sa.Column(name, sa.String(longest), nullable=False, server_default="")
        op.add_column("session", column)
    op.add_column("device", sa.Column("trusted", sa.DateTime(timezone=True), nullable=True))
    rows = op.get_bind()
    if rows.dialect.name == "postgresql":
        present = sa.inspect(rows)
        for table in present.get_table_names():
            if any(column["name"] == "lang" for column in present.get_columns(table)):
                op.alter_column(table, "lang", type_=sa.String(12))
