"""What is counted: tries, so that they stay within limits, and what browsers refused."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment


class AttemptRow(Base):
    """One try of what is limited; ``key`` is a hash, so that it keeps neither name nor address."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class UploadRow(Base):
    """Files that someone added, in bytes; ``key`` as above."""

    __tablename__ = "upload"
    __table_args__ = (Index("ix_upload_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class RequestRow(Base):
    """Something was asked of the person of a page, counted against the time that they give.

    ``offer`` is the identity of the offer that it was about, if it was.
    """

    __tablename__ = "request"
    __table_args__ = (Index("ix_request_path_at", "path", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(4000))
    offer: Mapped[str] = mapped_column(String(20))
    what: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class ViolationRow(Base):
    """A kind of refusal that browsers reported (``people/violations.py``), and how often."""

    __tablename__ = "violation"

    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    blocked: Mapped[str] = mapped_column(String(100), primary_key=True)
    source: Mapped[str] = mapped_column(String(100), primary_key=True)
    view: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    first: Mapped[datetime] = mapped_column(Moment)
    last: Mapped[datetime] = mapped_column(Moment)
