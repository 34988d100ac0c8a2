"""What is said of a page and is not in it: drafts, deposits, proposals, reports."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment, Owner


class DraftRow(Base):
    """An unsaved text of one page, and the commit it started from; its writer's alone."""

    __tablename__ = "draft"

    person: Mapped[Owner] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(4000), primary_key=True)
    base: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    saved: Mapped[datetime] = mapped_column(Moment)


class DepositRow(Base):
    """A form that a visitor has filled in, until its account is there; ``id`` is a token's hash.

    ``form``: its name. ``fields`` and ``shown`` are pairs of words in JSON, empty once it was sent;
    then ``url`` says what came of it.
    """

    __tablename__ = "deposit"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    form: Mapped[str] = mapped_column(String(40))
    fields: Mapped[str] = mapped_column(Text)
    shown: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    expires: Mapped[datetime] = mapped_column(Moment, index=True)


class ProposalRow(Base):
    """A text that someone proposes for a page; nobody but who may decide, and its writer, reads it.

    ``state``: ``waiting``, ``accepted``, ``adapted`` (accepted with changes), ``partly``,
    ``declined``, ``spam``, ``withdrawn``. The texts are held in git, in ``file`` of ``commit``
    (``wiki.repository.proposals``). What only served the decision goes with it:
    ``people/review/proposals.py``.
    """

    __tablename__ = "proposal"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    path: Mapped[str] = mapped_column(String(4000), index=True)
    #: where git holds the text, and the one that its writer started from; "" once it is decided
    file: Mapped[str] = mapped_column(String(4010), server_default="")
    commit: Mapped[str] = mapped_column(String(64), server_default="")
    #: names the text: the same one, sent twice, is held once
    blob: Mapped[str] = mapped_column(String(64), server_default="")
    #: texts from before those were in git, which takes them over when it is next tidied
    before: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, server_default="")
    #: the group that the text before was shown to: it is shown to no other now
    readers: Mapped[str] = mapped_column(String(4010))
    message: Mapped[str] = mapped_column(String(300))
    #: of a visitor; an account has its own
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    lang: Mapped[str] = mapped_column(String(12))
    person: Mapped[Owner | None] = mapped_column(index=True)
    #: the program that wrote it in their name, as they call it; "" where they wrote it themselves
    program: Mapped[str] = mapped_column(String(100), server_default="")
    #: a keyed hash of where it came from, for limits and for nothing else
    sender: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    #: what its writer was told
    words: Mapped[str] = mapped_column(String(1000))
    #: how often its writer was told that it still waits
    told: Mapped[int] = mapped_column(server_default="0")
    created: Mapped[datetime] = mapped_column(Moment, index=True)
    decided: Mapped[datetime | None] = mapped_column(Moment, index=True)


class ProposalChoiceRow(Base):
    """What was said of one changed paragraph of a proposal; ``key`` names the change by its words.

    ``excerpt`` is how the paragraph begins, so that its writer knows which one was meant.
    """

    __tablename__ = "proposal_choice"

    proposal: Mapped[str] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: ``accepted``, ``adapted`` or ``declined``
    state: Mapped[str] = mapped_column(String(10))
    excerpt: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(String(1000))
    decided: Mapped[datetime] = mapped_column(Moment)


class ReportRow(Base):
    """Someone says that a page should not stand as it does.

    ``reason``: ``spam``, ``hurtful``, ``personal`` or ``mine`` (about the reporter, who did not
    write it). ``state``: ``waiting``, ``restricted``, ``deleted`` or ``kept``.
    """

    __tablename__ = "report"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    path: Mapped[str] = mapped_column(String(4000), index=True)
    reason: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(String(1000))
    email: Mapped[str] = mapped_column(String(254))
    lang: Mapped[str] = mapped_column(String(12))
    person: Mapped[Owner | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    answer: Mapped[str] = mapped_column(String(1000))
    created: Mapped[datetime] = mapped_column(Moment, index=True)
    decided: Mapped[datetime | None] = mapped_column(Moment, index=True)
