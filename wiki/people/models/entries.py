"""How someone is let in: a device, a mailed link, a token, a provider that vouches for them."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment, Owner


class SessionRow(Base):
    """Someone logged in, on one device; ``id`` is the hash of what the cookie holds.

    ``browser`` says which one it is, ``network`` from where it was opened, as far as
    an address is kept (``limits/durable.py``); both are "" for those opened before that was noted.
    ``strong``: it began with more than a password or a mailed link.
    """

    __tablename__ = "session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[Owner] = mapped_column(index=True)
    created: Mapped[datetime] = mapped_column(Moment)
    seen: Mapped[datetime] = mapped_column(Moment, index=True)
    expires: Mapped[datetime] = mapped_column(Moment, index=True)
    browser: Mapped[str] = mapped_column(String(100), default="", server_default="")
    network: Mapped[str] = mapped_column(String(50), default="", server_default="")
    strong: Mapped[bool] = mapped_column(default=False, server_default=false())


class DeviceRow(Base):
    """A browser in which someone has logged in; its cookie is known as long as the row stands.

    ``device`` opens nothing: what the cookie holds is signed. ``name`` says what browser it is.
    Until ``trusted`` no second factor is asked for there.
    """

    __tablename__ = "device"

    person: Mapped[Owner] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    since: Mapped[date] = mapped_column(Date)
    used: Mapped[date] = mapped_column(Date)
    expires: Mapped[datetime] = mapped_column(Moment, index=True)
    trusted: Mapped[datetime | None] = mapped_column(Moment)


class TokenRow(Base):
    """A link that was mailed; ``id`` is the hash of its token.

    ``person`` is empty for a sign-up, which keeps here what the account will be made of.
    """

    __tablename__ = "mail_token"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    person: Mapped[Owner | None] = mapped_column(index=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(12))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    #: whether the account of a sign-up begins held (``PersonRow.held``)
    held: Mapped[bool] = mapped_column(default=False, server_default=false())
    expires: Mapped[datetime] = mapped_column(Moment, index=True)


class AccessTokenRow(Base):
    """A personal access token; ``id`` is the hash of its secret, ``scopes`` stand apart by blanks.

    ``used`` is the day that it was last good for something, not the moment: it follows nobody.
    That of a ``program`` which asked for it has secrets of its own, by which it is renewed
    (``accounts/program_tokens.py``), until ``renewable``.
    """

    __tablename__ = "access_token"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[Owner] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[str] = mapped_column(String(100))
    created: Mapped[datetime] = mapped_column(Moment)
    expires: Mapped[datetime | None] = mapped_column(Moment)
    used: Mapped[date | None] = mapped_column(Date)
    program: Mapped[str] = mapped_column(String(64), default="", server_default="")
    #: hashes: of what renews it, and of what did so before
    renewal_secret: Mapped[str] = mapped_column(
        String(64), default="", server_default="", index=True
    )
    renewed_secret: Mapped[str] = mapped_column(String(64), default="", server_default="")
    renewable: Mapped[datetime | None] = mapped_column(Moment)


class SignOnRow(Base):
    """Who a provider of single sign-on means: its ``issuer`` and what it calls the person."""

    __tablename__ = "sign_on"

    issuer: Mapped[str] = mapped_column(String(500), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    person: Mapped[Owner] = mapped_column(index=True)
    created: Mapped[datetime] = mapped_column(Moment)
    used: Mapped[datetime] = mapped_column(Moment)


class SignOnSessionRow(Base):
    """A session that came from the provider, and the ``id_token`` that ends the one there."""

    __tablename__ = "sign_on_session"

    session: Mapped[str] = mapped_column(
        ForeignKey(SessionRow.id, ondelete="CASCADE"), primary_key=True
    )
    id_token: Mapped[str] = mapped_column(Text)


class AffiliationRow(Base):
    """The organisation that a provider says someone is of: its number (SIRET), told ``when``."""

    __tablename__ = "affiliation"

    person: Mapped[Owner] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(String(500))
    siret: Mapped[str] = mapped_column(String(14))
    when: Mapped[datetime] = mapped_column(Moment)
