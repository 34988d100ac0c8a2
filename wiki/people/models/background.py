"""What the wiki does by itself, and who ran it: mails, tasks, the audit trail."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, String, Text
from sqlalchemy import text as text_clause
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment, Owner


class MailRow(Base):
    """A mail to send, or one that was sent: ``key`` says which, so that it is never sent again.

    ``due`` is when it is tried next; ``claim`` names the sender that has it in hand until then.
    """

    __tablename__ = "mail"
    __table_args__ = (
        Index(
            "ix_mail_due",
            "due",
            sqlite_where=text_clause("sent IS NULL AND failed IS NULL"),
            postgresql_where=text_clause("sent IS NULL AND failed IS NULL"),
        ),
    )

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    to: Mapped[str] = mapped_column(String(254))
    person: Mapped[Owner | None] = mapped_column(index=True)
    lang: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    #: JSON
    headers: Mapped[str] = mapped_column(Text)
    #: who makes the words when it is sent, and of what; then they stand nowhere
    maker: Mapped[str] = mapped_column(String(100), default="", server_default="")
    about: Mapped[str] = mapped_column(Text, default="", server_default="")
    #: the body lets someone in: it is blanked once nobody needs it here
    secret: Mapped[bool] = mapped_column(Boolean)
    created: Mapped[datetime] = mapped_column(Moment)
    due: Mapped[datetime] = mapped_column(Moment)
    #: given up from then on
    until: Mapped[datetime] = mapped_column(Moment)
    claim: Mapped[str | None] = mapped_column(String(64), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    sent: Mapped[datetime | None] = mapped_column(Moment, index=True)
    failed: Mapped[datetime | None] = mapped_column(Moment, index=True)
    error: Mapped[str] = mapped_column(Text)


class TaskRow(Base):
    """How a task of the background went; ``failures`` are those in a row, ``error`` the last."""

    __tablename__ = "task"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    begun: Mapped[datetime | None] = mapped_column(Moment)
    ended: Mapped[datetime | None] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text)


class BackupRow(Base):
    """A backup that was made, or one that was tried; without ``begun`` somebody has asked for it.

    ``said`` is JSON: how much it holds. ``sum`` tells its bytes from any others.
    """

    __tablename__ = "backup"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: ``backup`` or ``trial``
    kind: Mapped[str] = mapped_column(String(10))
    target: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    begun: Mapped[datetime | None] = mapped_column(Moment)
    ended: Mapped[datetime | None] = mapped_column(Moment)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sum: Mapped[str] = mapped_column(String(64), default="")
    said: Mapped[str] = mapped_column(Text, default="{}")
    error: Mapped[str] = mapped_column(Text, default="")


class ExportRow(Base):
    """The site, or what someone may read of it, as a file for them; see ``people/exports.py``."""

    __tablename__ = "site_export"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[Owner] = mapped_column(index=True)
    scope: Mapped[str] = mapped_column(String(8))
    form: Mapped[str] = mapped_column(String(20))
    lang: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(8), index=True)
    #: why it failed
    words: Mapped[str] = mapped_column(String(500), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    #: how many pages or files are not in it as they should be
    problems: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(Moment, index=True)


class AuditRow(Base):
    """A line of the audit trail. It names accounts by id alone, so it can outlive them."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(4000))
    said: Mapped[str] = mapped_column(String(1000))
