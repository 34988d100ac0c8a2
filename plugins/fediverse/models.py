"""The private rows of the fediverse: what is posted, who follows it, what waits, what came in."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base, Moment, PageBirth, PagePath

#: characters of an address that somebody else chose
ADDRESS = 500


class SiteRow(Base):
    """Whether the site is in the fediverse, and what it signs with: one row.

    ``head`` is the commit up to which everything was noticed, "" where all is to be looked at.
    """

    __tablename__ = "fediverse_site"

    id: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[bool]
    since: Mapped[datetime] = mapped_column(Moment)
    head: Mapped[str] = mapped_column(String(64))
    key_secret: Mapped[str] = mapped_column(Text)


class ActorRow(Base):
    """What can be followed: the site, a page of a series (``path``), or a theme (``word``).

    ``name`` is for good, and no other actor ever has it. ``live``: everybody may read it now.
    """

    __tablename__ = "fediverse_actor"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    path: Mapped[PagePath] = mapped_column(index=True)
    born: Mapped[PageBirth | None]
    word: Mapped[str] = mapped_column(String(200))
    created: Mapped[datetime] = mapped_column(Moment)
    live: Mapped[bool]


class PostRow(Base):
    """A post: what it is about, never what it says. That is read each time that it is asked.

    ``identity`` tells items of a page apart. ``digest`` is of what was told last, ``sharers`` are
    the actors that pass it on, with blanks around. ``live``: it was not deleted.
    """

    __tablename__ = "fediverse_post"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    path: Mapped[PagePath] = mapped_column(index=True)
    born: Mapped[PageBirth | None]
    identity: Mapped[str] = mapped_column(String(40), index=True)
    published: Mapped[datetime] = mapped_column(Moment, index=True)
    updated: Mapped[datetime] = mapped_column(Moment)
    digest: Mapped[str] = mapped_column(String(64))
    sharers: Mapped[str] = mapped_column(Text)
    live: Mapped[bool] = mapped_column(index=True)


class FollowerRow(Base):
    """Somebody elsewhere who follows an actor; ``inbox`` is where they are sent what is new."""

    __tablename__ = "fediverse_follower"
    __table_args__ = (UniqueConstraint("actor", "uri"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(ForeignKey(ActorRow.name), index=True)
    uri: Mapped[str] = mapped_column(String(ADDRESS), index=True)
    #: by which its server calls the following, to undo it
    follow: Mapped[str] = mapped_column(String(ADDRESS), index=True)
    inbox: Mapped[str] = mapped_column(String(ADDRESS), index=True)
    host: Mapped[str] = mapped_column(String(255), index=True)
    since: Mapped[datetime] = mapped_column(Moment)


class InboxRow(Base):
    """How it goes with an inbox elsewhere: failures in a row, when it is tried again."""

    __tablename__ = "fediverse_inbox"

    inbox: Mapped[str] = mapped_column(String(ADDRESS), primary_key=True)
    host: Mapped[str] = mapped_column(String(255), index=True)
    failures: Mapped[int]
    due: Mapped[datetime] = mapped_column(Moment)
    #: given up: nothing is left for it until it writes again
    off: Mapped[bool]


class DeliveryRow(Base):
    """Something that waits to be sent to an inbox: ``what`` is done with ``post``, by ``actor``.

    ``about`` is what is answered, or who shares; what is said is made when it is sent.
    """

    __tablename__ = "fediverse_delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    inbox: Mapped[str] = mapped_column(ForeignKey(InboxRow.inbox, ondelete="CASCADE"), index=True)
    actor: Mapped[str] = mapped_column(String(60))
    what: Mapped[str] = mapped_column(String(12))
    post: Mapped[str] = mapped_column(String(16), index=True)
    about: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class RemoteRow(Base):
    """An actor elsewhere, as its own server told: its key, its inboxes, what it is called."""

    __tablename__ = "fediverse_remote"

    uri: Mapped[str] = mapped_column(String(ADDRESS), primary_key=True)
    host: Mapped[str] = mapped_column(String(255), index=True)
    key: Mapped[str] = mapped_column(String(ADDRESS))
    pem: Mapped[str] = mapped_column(Text)
    inbox: Mapped[str] = mapped_column(String(ADDRESS))
    shared: Mapped[str] = mapped_column(String(ADDRESS))
    handle: Mapped[str] = mapped_column(String(300))
    name: Mapped[str] = mapped_column(String(100))
    fetched: Mapped[datetime] = mapped_column(Moment, index=True)


class ReceivedRow(Base):
    """A message that came in: kept until it was looked at, then only that it was, for a while."""

    __tablename__ = "fediverse_received"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    host: Mapped[str] = mapped_column(String(255), index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    waits: Mapped[bool] = mapped_column(index=True)
    body: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(String(ADDRESS))
    #: what was signed, and the signature of it; "" where the door knew the key
    signed: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(Text)
    tries: Mapped[int]
    due: Mapped[datetime] = mapped_column(Moment)


class SilentRow(Base):
    """A server that did not answer as it was asked for an actor: it is left alone until ``due``."""

    __tablename__ = "fediverse_silent"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    failures: Mapped[int]
    due: Mapped[datetime] = mapped_column(Moment)


class ReplyRow(Base):
    """An answer from elsewhere that was kept as a comment: where it stands, and whose it is."""

    __tablename__ = "fediverse_reply"

    source: Mapped[str] = mapped_column(String(ADDRESS), primary_key=True)
    author: Mapped[str] = mapped_column(String(ADDRESS), index=True)
    host: Mapped[str] = mapped_column(String(255), index=True)
    post: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)


class BlockRow(Base):
    """A server (its host) or an actor (its address) of which nothing is taken."""

    __tablename__ = "fediverse_block"

    name: Mapped[str] = mapped_column(String(ADDRESS), primary_key=True)
    label: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(Moment)
