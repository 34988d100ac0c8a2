"""A session tells whether it began with more than a password or a mailed link."""

revision = "people_0003"
down_revision = "people_0002"


def upgrade() -> None:
    """Its columns and tables are added as all others."""
