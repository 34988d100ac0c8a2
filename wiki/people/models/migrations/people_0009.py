"""A proposal says which program wrote it, in the name of a person."""

revision = "people_0009"
down_revision = "people_0008"


def upgrade() -> None:
    """Its columns and tables are added as all others."""
