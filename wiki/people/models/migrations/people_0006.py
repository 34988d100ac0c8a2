"""Pings of sisters are taken together: until when each rests, whether it called meanwhile."""

revision = "people_0006"
down_revision = "people_0005"


def upgrade() -> None:
    """Its columns and tables are added as all others."""
