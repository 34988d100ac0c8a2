"""Accounts that were erased, as sister Carrefours follow."""

revision = "people_0007"
down_revision = "people_0006"


def upgrade() -> None:
    """Its columns and tables are added as all others."""
