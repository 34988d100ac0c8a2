"""Actors elsewhere are asked for again: their names were not held against webfinger before."""

from alembic import op
from sqlalchemy import update

from wiki.api.tables import Base

revision = "fediverse_0001"
down_revision = None
branch_labels = ("fediverse",)


def upgrade() -> None:
    """See the module."""
    op.execute(update(Base.metadata.tables["fediverse_remote"]).values(pem=""))
