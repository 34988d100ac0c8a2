"""Tokens of programs that were let in, which they renew."""

revision = "people_0010"
down_revision = "people_0009"


def upgrade() -> None:
    """Its columns and tables are added as all others."""
