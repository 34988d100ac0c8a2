"""Programs that have made themselves known, and codes on their way: the rows of both."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base, Moment, Owner


class ProgramRow(Base):
    """A program as it called itself; ``redirects`` are where it may be led back to, one a line."""

    __tablename__ = "mcp_program"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    redirects: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(Moment, index=True)


class CodeRow(Base):
    """A code that a program exchanges for its token, once and soon; ``id`` is its hash.

    ``session``: the key of the one in which its person said yes, and with which it ends.
    """

    __tablename__ = "mcp_code"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[Owner] = mapped_column(index=True)
    session: Mapped[str] = mapped_column(String(64))
    program: Mapped[str] = mapped_column(String(64))
    redirect: Mapped[str] = mapped_column(Text)
    scopes: Mapped[str] = mapped_column(String(100))
    challenge: Mapped[str] = mapped_column(String(128))
    until: Mapped[datetime] = mapped_column(Moment, index=True)
