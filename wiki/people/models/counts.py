"""What is counted: tries, to keep them within limits; use; what was refused, and what failed."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Index, String, Text
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


class UseRow(Base):
    """How often something was used on one day (``people/usage.py``), by nobody in particular."""

    __tablename__ = "use"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    people: Mapped[int] = mapped_column(BigInteger)
    programs: Mapped[int] = mapped_column(BigInteger)


class IncidentRow(Base):
    """A fault whose reference a reader was told (``people/incidents.py``)."""

    __tablename__ = "incident"

    reference: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    status: Mapped[int]
    kind: Mapped[str] = mapped_column(String(100))
    method: Mapped[str] = mapped_column(String(10))
    pattern: Mapped[str] = mapped_column(String(200))
    trace: Mapped[str] = mapped_column(Text)
