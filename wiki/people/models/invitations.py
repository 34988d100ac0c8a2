"""What waits for someone to join: invitations, codes of sign-up, projects to take over."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment, Owner


class InvitationRow(Base):
    """An invitation that waits for its answer; ``token`` is the hash of what the mail holds.

    ``kind``: ``team`` and ``guest`` of the page ``path``, or ``role`` in the wiki. While someone
    accepts it, ``taken`` says since when.
    """

    __tablename__ = "invitation"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(String(4000), index=True)
    role: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    lang: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(500))
    inviter: Mapped[Owner] = mapped_column(index=True)
    sent: Mapped[datetime] = mapped_column(Moment)
    expires: Mapped[datetime] = mapped_column(Moment, index=True)
    taken: Mapped[datetime | None] = mapped_column(Moment)


class CodeRow(Base):
    """A word that opens sign-up to ``uses`` people, until a moment; ``used`` have come by it."""

    __tablename__ = "invitation_code"

    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    uses: Mapped[int] = mapped_column()
    used: Mapped[int] = mapped_column()
    until: Mapped[datetime] = mapped_column(Moment)
    created: Mapped[datetime] = mapped_column(Moment)


class SignUpCodeRow(Base):
    """The code that a sign-up was begun with, until its mailed link is followed."""

    __tablename__ = "sign_up_code"

    token: Mapped[str] = mapped_column(
        ForeignKey("mail_token.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(60))


class HandoverRow(Base):
    """Someone offers to take over a project that nobody answers for any more.

    ``decided`` is empty while it waits; ``answer`` is what an admin said where it was declined.
    """

    __tablename__ = "handover"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    path: Mapped[str] = mapped_column(String(4000), index=True)
    person: Mapped[Owner] = mapped_column(index=True)
    words: Mapped[str] = mapped_column(String(1000))
    asked: Mapped[datetime] = mapped_column(Moment)
    decided: Mapped[datetime | None] = mapped_column(Moment, index=True)
    accepted: Mapped[bool] = mapped_column()
    answer: Mapped[str] = mapped_column(String(1000))
