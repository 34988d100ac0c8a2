"""Sister Carrefours: which sites, what is known of each, what is told to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment


class SisterRow(Base):
    """A site whose public pages are shown here, and ours there; see ``wiki.people.sisters``.

    What is shown of it depends on these rows; how the exchange goes stands in others, which change
    every few minutes.
    """

    __tablename__ = "sister"

    #: what its copy lies under here: a slug
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    address: Mapped[str] = mapped_column(String(500), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    #: the key that it signs with: its thumbprint, and itself as JSON
    kid: Mapped[str] = mapped_column(String(64), unique=True)
    key: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(Moment)
    blocked: Mapped[bool] = mapped_column(default=False)
    #: since when there is a copy, and how much it is
    copied: Mapped[datetime | None] = mapped_column(Moment)
    pages: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)


class SisterExchangeRow(Base):
    """How the exchange with a sister goes."""

    __tablename__ = "sister_exchange"

    sister: Mapped[str] = mapped_column(
        ForeignKey("sister.name", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(Moment)
    #: what went wrong last, in words
    said: Mapped[str] = mapped_column(Text)
    tried: Mapped[datetime | None] = mapped_column(Moment)
    #: when it last said something that holds
    seen: Mapped[datetime | None] = mapped_column(Moment)
    due: Mapped[datetime] = mapped_column(Moment)
    #: until when no ping of its has it be asked
    rests: Mapped[datetime | None] = mapped_column(Moment)
    #: when it pinged since it was last asked, and how often in a row it was asked by pings
    called: Mapped[datetime | None] = mapped_column(Moment)
    calls: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    failures: Mapped[int] = mapped_column(default=0)
    #: when it signed what it last said: nothing older is taken
    stated: Mapped[datetime | None] = mapped_column(Moment)
    #: its commit that the copy is of
    head: Mapped[str] = mapped_column(String(40))
    #: since when it names us; since when it does so no more
    names_us: Mapped[datetime | None] = mapped_column(Moment)
    stopped: Mapped[datetime | None] = mapped_column(Moment)
    #: our commit that it says its copy of us is of, and since when
    holds: Mapped[str] = mapped_column(String(40))
    held: Mapped[datetime | None] = mapped_column(Moment)
    #: how many needs were met through it, as counted here and as it says
    met: Mapped[int] = mapped_column(default=0)
    met_there: Mapped[int] = mapped_column(default=0)
    #: our commit that it was last told of
    pinged: Mapped[str] = mapped_column(String(40))
    #: the address of a site that signs with its key too; ours, where it says that we do so
    twin: Mapped[str] = mapped_column(String(300), default="", server_default="")


class SisterPageRow(Base):
    """A page of a sister's that an administrator has blocked, with all below it."""

    __tablename__ = "sister_page"

    sister: Mapped[str] = mapped_column(
        ForeignKey("sister.name", ondelete="CASCADE"), primary_key=True
    )
    #: as it is called there
    path: Mapped[str] = mapped_column(String(1000), primary_key=True)
    blocked: Mapped[datetime] = mapped_column(Moment)


class SiteKeyRow(Base):
    """A key that this site signs, or signed, with; the newest that is not revoked is the one."""

    __tablename__ = "site_key"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: the private key, as a JWK; "" once it is not signed with any more
    key: Mapped[str] = mapped_column(Text)
    #: the public one, signed by the key before: a JWS; "" for the first
    signed: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(unique=True)
    created: Mapped[datetime] = mapped_column(Moment)
    revoked: Mapped[datetime | None] = mapped_column(Moment)


class SisterMessageRow(Base):
    """Something to be told to a sister: kept until it has it, or too long has passed."""

    __tablename__ = "sister_message"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    sister: Mapped[str] = mapped_column(ForeignKey("sister.name", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(Moment)
    due: Mapped[datetime] = mapped_column(Moment, index=True)
    failures: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(Text)


class SeenTokenRow(Base):
    """What was taken once, by the identity that its sender gave it: it is not taken again."""

    __tablename__ = "sister_token"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    until: Mapped[datetime] = mapped_column(Moment, index=True)


class DepartureRow(Base):
    """An account that was erased, as one sister follows: it names neither whose nor by which id."""

    __tablename__ = "sister_departure"

    #: a word of chance, the same for all sisters
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    address: Mapped[str] = mapped_column(String(500), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    #: our public commit in which all was gone; "" where that is to be looked up yet
    head: Mapped[str] = mapped_column(String(40))
    #: since when the sister says that it shows that one, or a later one
    followed: Mapped[datetime | None] = mapped_column(Moment)
