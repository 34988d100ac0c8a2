"""What private tables are declared with: their base, and moments that keep their time zone."""

from datetime import UTC, datetime
from typing import Annotated

from sqlalchemy import DateTime, Dialect, ForeignKey, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, mapped_column

#: what a column refers to that says who
PERSON = "person.id"


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the store (SQLite would drop the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the store; a naive value is a fault of ours and raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Out of the store."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: an account without which the row is nothing: it goes when they are erased
Owner = Annotated[str, mapped_column(ForeignKey(PERSON, ondelete="CASCADE"))]
#: an account that did something: the row outlives it, as nobody's
Actor = Annotated[str, mapped_column(ForeignKey(PERSON, ondelete="SET NULL"))]
#: the path of the page that the row is about: it follows the page, and is "" once that is gone
PagePath = Annotated[str, mapped_column(String(4000), info={"page": True})]
#: which page that is (``Birth.name``): no other that is made at its address
PageBirth = Annotated[str, mapped_column(String(64))]


class Base(DeclarativeBase):
    """What every private table is declared on; a plugin's tables begin with the plugin's name.

    A column that refers to ``person.id`` says what becomes of it when the person is erased
    (``ondelete``).
    """

    # Names that migrations can count on, whatever the database would have chosen.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
