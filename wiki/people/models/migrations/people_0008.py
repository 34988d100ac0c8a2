"""A site that signs with the key of a sister is told to administrators."""

revision = "people_0008"
down_revision = "people_0007"


def upgrade() -> None:
    """Its columns and tables are added as all others."""
