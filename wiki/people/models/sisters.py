"""Sister Carrefours: which sites, what is known of each, what is told to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment


class SisterRow(Base):
    """A site whose public pages are shown here, and ours there; see ``wiki.people.sisters``."""

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
    state: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(Moment)
    #: what went wrong last, in words
    said: Mapped[str] = mapped_column(Text)
    tried: Mapped[datetime | None] = mapped_column(Moment)
    #: when it last said something that holds
    seen: Mapped[datetime | None] = mapped_column(Moment)
    due: Mapped[datetime] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(default=0)
    #: when it signed what it last said: nothing older is taken
    stated: Mapped[datetime | None] = mapped_column(Moment)
    #: its commit that the copy is of, since when, and how much it is
    head: Mapped[str] = mapped_column(String(40))
    copied: Mapped[datetime | None] = mapped_column(Moment)
    pages: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    #: since when it names us no more
    stopped: Mapped[datetime | None] = mapped_column(Moment)
    #: our commit that it says its copy of us is of, and since when
    holds: Mapped[str] = mapped_column(String(40))
    held: Mapped[datetime | None] = mapped_column(Moment)
    #: what is told of it where it is shown: how many needs met through it
    met: Mapped[int] = mapped_column(default=0)


class SisterPageRow(Base):
    """A page of a sister's that an administrator has blocked, with all below it."""

    __tablename__ = "sister_page"

    sister: Mapped[str] = mapped_column(
        ForeignKey("sister.name", ondelete="CASCADE"), primary_key=True
    )
    #: as it is called there
    path: Mapped[str] = mapped_column(String(1000), primary_key=True)
    blocked: Mapped[datetime] = mapped_column(Moment)
