"""The private tables of the core."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.people.tables import Base, Moment

_PERSON = "person.id"


class PersonRow(Base):
    """An account. ``email`` is folded; ``page`` is the path of the person page joined to it."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    lang: Mapped[str] = mapped_column(String(2))
    page: Mapped[str | None] = mapped_column(String(4000), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created: Mapped[datetime] = mapped_column(Moment)
    disabled: Mapped[datetime | None] = mapped_column(Moment)
    grants: Mapped[list["GrantRow"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", passive_deletes=True
    )


class GrantRow(Base):
    """A right over one page, beyond what the role gives: today ``guest:<path>``."""

    __tablename__ = "page_grant"

    person: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), primary_key=True)
    #: the path of the page
    guest: Mapped[str] = mapped_column(String(4000), primary_key=True)
    created: Mapped[datetime] = mapped_column(Moment)


class SessionRow(Base):
    """Someone logged in, on one device; ``id`` is the hash of what the cookie holds."""

    __tablename__ = "session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)
    created: Mapped[datetime] = mapped_column(Moment)
    seen: Mapped[datetime] = mapped_column(Moment, index=True)
    expires: Mapped[datetime] = mapped_column(Moment, index=True)


class TokenRow(Base):
    """A link that was mailed; ``id`` is the hash of its token.

    ``person`` is empty for a sign-up, which keeps here what the account will be made of.
    """

    __tablename__ = "mail_token"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    person: Mapped[str | None] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(2))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    expires: Mapped[datetime] = mapped_column(Moment, index=True)


class AccessTokenRow(Base):
    """A personal access token; ``id`` is the hash of its secret, ``scopes`` stand apart by blanks.

    ``used`` is the day that it was last good for something, not the moment: it follows nobody.
    """

    __tablename__ = "access_token"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[str] = mapped_column(String(100))
    created: Mapped[datetime] = mapped_column(Moment)
    expires: Mapped[datetime | None] = mapped_column(Moment)
    used: Mapped[date | None] = mapped_column(Date)


class AttemptRow(Base):
    """One try of what is limited; ``key`` is a hash, so that it keeps neither name nor address."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class DraftRow(Base):
    """An unsaved text of one page, and the commit it started from; its writer's alone."""

    __tablename__ = "draft"

    person: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(4000), primary_key=True)
    base: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    saved: Mapped[datetime] = mapped_column(Moment)


class WatchRow(Base):
    """A page that someone follows, with what is below it."""

    __tablename__ = "watch"

    person: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(4000), primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)


class SignOnRow(Base):
    """Who a provider of single sign-on means: its ``issuer`` and what it calls the person."""

    __tablename__ = "sign_on"

    issuer: Mapped[str] = mapped_column(String(500), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)
    created: Mapped[datetime] = mapped_column(Moment)
    used: Mapped[datetime] = mapped_column(Moment)


class ErasedRow(Base):
    """An account that is gone: the opaque id in its commits, so that their name is not shown."""

    __tablename__ = "erased"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
