"""A session tells which browser it is of, and where it was opened; a device may be trusted.

Languages are more than two letters: ``kab``, ``pt_BR``.
"""

revision = "people_0002"
down_revision = "people_0001"


def upgrade() -> None:
    """Its columns are added, and made longer, as all others."""
