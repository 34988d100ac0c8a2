"""The names under which pages were imported, and whose these are."""

revision = "people_0005"
down_revision = "people_0004"


def upgrade() -> None:
    """Its columns and tables are added as all others."""
