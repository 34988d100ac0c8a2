"""Links that show a page without an account, until a day; and who said who they were by one."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment, Owner, PageBirth, PagePath


class ShareLinkRow(Base):
    """A link that ``maker`` gives away; ``token`` is the hash of what its address ends with.

    It shows the page ``path``, with those ``below`` it or alone, until ``expires``; ``allows``:
    ``read``, ``comment`` or ``suggest``. ``uses`` counts the browsers that it was opened in.
    """

    __tablename__ = "share_link"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[PagePath] = mapped_column(index=True)
    #: which page it is (``Birth.name``): no other that is made at its address
    born: Mapped[PageBirth]
    below: Mapped[bool] = mapped_column()
    allows: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(100))
    maker: Mapped[Owner] = mapped_column(index=True)
    created: Mapped[datetime] = mapped_column(Moment)
    expires: Mapped[datetime] = mapped_column(Moment, index=True)
    revoked: Mapped[datetime | None] = mapped_column(Moment)
    uses: Mapped[int] = mapped_column()
    #: when it was last opened
    used: Mapped[datetime | None] = mapped_column(Moment)


class ShareGuestRow(Base):
    """The name that someone wrote under by a link."""

    __tablename__ = "share_guest"

    link: Mapped[str] = mapped_column(
        ForeignKey("share_link.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    wrote: Mapped[datetime] = mapped_column(Moment)
