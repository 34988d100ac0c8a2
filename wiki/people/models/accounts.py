"""Who has an account, the pages that it was let into, and accounts that are gone."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.people.models.tables import Base, Moment, Owner


class PersonRow(Base):
    """An account. ``email`` is folded; ``page`` is the path of the person page joined to it."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    lang: Mapped[str] = mapped_column(String(12))
    page: Mapped[str | None] = mapped_column(String(4000), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created: Mapped[datetime] = mapped_column(Moment)
    disabled: Mapped[datetime | None] = mapped_column(Moment)
    #: since when what the account writes is read by someone first; empty: it is trusted
    held: Mapped[datetime | None] = mapped_column(Moment)
    grants: Mapped[list["GrantRow"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", passive_deletes=True
    )


class GrantRow(Base):
    """A right over one page, beyond what the role gives: today ``guest:<path>``."""

    __tablename__ = "page_grant"

    person: Mapped[Owner] = mapped_column(primary_key=True)
    #: the path of the page
    guest: Mapped[str] = mapped_column(String(4000), primary_key=True)
    created: Mapped[datetime] = mapped_column(Moment)


class ErasedRow(Base):
    """An account that is gone: the opaque id in its commits, so that their name is not shown."""

    __tablename__ = "erased"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
