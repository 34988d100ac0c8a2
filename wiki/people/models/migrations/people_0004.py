"""Sister Carrefours: the sites, blocked pages of theirs, our keys, what is told to them."""

import sqlalchemy as sa
from alembic import op

revision = "people_0004"
down_revision = "people_0003"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """See the module."""
    op.create_table(
        "sister",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("blocked", sa.Boolean, nullable=False),
        sa.Column("copied", _MOMENT, nullable=True),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sister"),
        sa.UniqueConstraint("address", name="uq_sister_address"),
        sa.UniqueConstraint("kid", name="uq_sister_kid"),
    )
    op.create_table(
        "sister_exchange",
        sa.Column("sister", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("tried", _MOMENT, nullable=True),
        sa.Column("seen", _MOMENT, nullable=True),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("stated", _MOMENT, nullable=True),
        sa.Column("head", sa.String(40), nullable=False),
        sa.Column("names_us", _MOMENT, nullable=True),
        sa.Column("stopped", _MOMENT, nullable=True),
        sa.Column("holds", sa.String(40), nullable=False),
        sa.Column("held", _MOMENT, nullable=True),
        sa.Column("met", sa.Integer, nullable=False),
        sa.Column("met_there", sa.Integer, nullable=False),
        sa.Column("pinged", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("sister", name="pk_sister_exchange"),
        sa.ForeignKeyConstraint(
            ["sister"], ["sister.name"], name="fk_sister_exchange_sister_sister", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "sister_page",
        sa.Column("sister", sa.String(40), nullable=False),
        sa.Column("path", sa.String(1000), nullable=False),
        sa.Column("blocked", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sister", "path", name="pk_sister_page"),
        sa.ForeignKeyConstraint(
            ["sister"], ["sister.name"], name="fk_sister_page_sister_sister", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "site_key",
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("signed", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("revoked", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("kid", name="pk_site_key"),
        sa.UniqueConstraint("number", name="uq_site_key_number"),
    )
    op.create_table(
        "sister_message",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("sister", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("due", _MOMENT, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sister_message"),
        sa.ForeignKeyConstraint(
            ["sister"], ["sister.name"], name="fk_sister_message_sister_sister", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_sister_message_sister", "sister_message", ["sister"])
    op.create_index("ix_sister_message_due", "sister_message", ["due"])
    op.create_table(
        "sister_token",
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sister_token"),
    )
    op.create_index("ix_sister_token_until", "sister_token", ["until"])
