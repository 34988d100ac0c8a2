"""The private rows of lacks: what is counted, which nobody can read, and what is shown."""

from typing import Any

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base

#: in no backup: the key of a month is to be thrown away everywhere
_PASSING: dict[str, Any] = {"info": {"passing": True}}


class KeyRow(Base):
    """The month that is counted, and its half of the key: the other is the instance's secret.

    Once it is deleted nothing that it has hashed can be asked after.
    """

    __tablename__ = "lacks_key"
    __table_args__ = _PASSING

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    half: Mapped[bytes] = mapped_column(LargeBinary)


class CountRow(Base):
    """A question and who asked it, as keyed hashes; without a time, which would tell of a log.

    ``askers`` are hashed with the question: nobody's questions can be put side by side.
    """

    __tablename__ = "lacks_count"
    __table_args__ = _PASSING

    question: Mapped[str] = mapped_column(String(32), primary_key=True)
    askers: Mapped[bytes] = mapped_column(LargeBinary)
    #: whether somebody with an account asked it
    members: Mapped[bool] = mapped_column()


class LackRow(Base):
    """What enough have asked: its words, the last month in which they did, and how many then.

    ``way`` as in ``asked_in_vain``; ``away``: somebody has put it away, and it is not shown.
    """

    __tablename__ = "lacks_lack"

    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(String(10))
    month: Mapped[str] = mapped_column(String(7), index=True)
    askers: Mapped[int]
    away: Mapped[bool] = mapped_column()
