"""What tells a wiki that was made of a backup from the one that the backup is of."""

revision = "people_0011"
down_revision = "people_0010"


def upgrade() -> None:
    """Its columns and tables are added as all others."""
