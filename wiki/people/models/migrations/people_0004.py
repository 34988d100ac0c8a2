"""Sister Carrefours: the sites, blocked pages of theirs, our keys, what is told to them."""

revision = "people_0004"
down_revision = "people_0003"


def upgrade() -> None:
    """Its columns and tables are added as all others."""
