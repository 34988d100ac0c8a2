"""The private tables of the core."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, Text, false
from sqlalchemy import text as text_clause
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.people.tables import Base, Moment

_PERSON = "person.id"


class PersonRow(Base):
    """An account. ``email`` is folded; ``page`` is the path of the person page joined to it."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    lang: Mapped[str] = mapped_column(String(2))
    page: Mapped[str | None] = mapped_column(String(4000), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created: Mapped[datetime] = mapped_column(Moment)
    disabled: Mapped[datetime | None] = mapped_column(Moment)
    #: since when what the account writes is read by someone first; empty: it is trusted
    held: Mapped[datetime | None] = mapped_column(Moment)
    grants: Mapped[list["GrantRow"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", passive_deletes=True
    )


class GrantRow(Base):
    """A right over one page, beyond what the role gives: today ``guest:<path>``."""

    __tablename__ = "page_grant"

    person: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), primary_key=True)
    #: the path of the page
    guest: Mapped[str] = mapped_column(String(4000), primary_key=True)
    created: Mapped[datetime] = mapped_column(Moment)


class SessionRow(Base):
    """Someone logged in, on one device; ``id`` is the hash of what the cookie holds."""

    __tablename__ = "session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)
    created: Mapped[datetime] = mapped_column(Moment)
    seen: Mapped[datetime] = mapped_column(Moment, index=True)
    expires: Mapped[datetime] = mapped_column(Moment, index=True)


class TokenRow(Base):
    """A link that was mailed; ``id`` is the hash of its token.

    ``person`` is empty for a sign-up, which keeps here what the account will be made of.
    """

    __tablename__ = "mail_token"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    person: Mapped[str | None] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(2))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    #: whether the account of a sign-up begins held (``PersonRow.held``)
    held: Mapped[bool] = mapped_column(default=False, server_default=false())
    expires: Mapped[datetime] = mapped_column(Moment, index=True)


class AccessTokenRow(Base):
    """A personal access token; ``id`` is the hash of its secret, ``scopes`` stand apart by blanks.

    ``used`` is the day that it was last good for something, not the moment: it follows nobody.
    """

    __tablename__ = "access_token"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[str] = mapped_column(String(100))
    created: Mapped[datetime] = mapped_column(Moment)
    expires: Mapped[datetime | None] = mapped_column(Moment)
    used: Mapped[date | None] = mapped_column(Date)


class AttemptRow(Base):
    """One try of what is limited; ``key`` is a hash, so that it keeps neither name nor address."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
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


class DraftRow(Base):
    """An unsaved text of one page, and the commit it started from; its writer's alone."""

    __tablename__ = "draft"

    person: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(4000), primary_key=True)
    base: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    saved: Mapped[datetime] = mapped_column(Moment)


class FollowerRow(Base):
    """Someone who is written to of what they follow: an account, or an address without one.

    ``id`` is the account's where there is one. They were told of all up to ``commit`` (empty: of
    nothing yet), at ``told``.
    """

    __tablename__ = "follower"
    __table_args__ = (Index("ix_follower_rhythm_told", "rhythm", "paused", "told", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str | None] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    lang: Mapped[str] = mapped_column(String(2))
    rhythm: Mapped[str] = mapped_column(String(10))
    paused: Mapped[bool] = mapped_column()
    commit: Mapped[str] = mapped_column(String(64))
    told: Mapped[datetime] = mapped_column(Moment)


class WatchRow(Base):
    """What someone follows: a page with what is below it, a theme, the words of a search …

    ``known`` are the results that a search had when its follower was last told of it; ``commit``
    is the head when it was begun, "" where that is not known. A search may be kept under a ``name``
    of one's own, and ``quiet``: then nothing is sent of it.
    """

    __tablename__ = "watch"

    follower: Mapped[str] = mapped_column(
        ForeignKey("follower.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    target: Mapped[str] = mapped_column(String(4000), primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)
    commit: Mapped[str] = mapped_column(String(64))
    known: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(80), default="")
    quiet: Mapped[bool] = mapped_column(default=False)


class FollowRequestRow(Base):
    """Someone without an account asked to follow something, and has yet to say so by mail."""

    __tablename__ = "follow_request"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    lang: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(4000))
    expires: Mapped[datetime] = mapped_column(Moment, index=True)


class DigestClockRow(Base):
    """What was last seen of the wiki by who writes to those told at once, and when to do so."""

    __tablename__ = "digest_clock"

    rhythm: Mapped[str] = mapped_column(String(10), primary_key=True)
    commit: Mapped[str] = mapped_column(String(64))
    due: Mapped[datetime | None] = mapped_column(Moment)


class SignOnRow(Base):
    """Who a provider of single sign-on means: its ``issuer`` and what it calls the person."""

    __tablename__ = "sign_on"

    issuer: Mapped[str] = mapped_column(String(500), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)
    created: Mapped[datetime] = mapped_column(Moment)
    used: Mapped[datetime] = mapped_column(Moment)


class ErasedRow(Base):
    """An account that is gone: the opaque id in its commits, so that their name is not shown."""

    __tablename__ = "erased"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)


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
    lang: Mapped[str] = mapped_column(String(2))
    words: Mapped[str] = mapped_column(String(500))
    inviter: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)
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
    person: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(String(1000))
    asked: Mapped[datetime] = mapped_column(Moment)
    decided: Mapped[datetime | None] = mapped_column(Moment, index=True)
    accepted: Mapped[bool] = mapped_column()
    answer: Mapped[str] = mapped_column(String(1000))


class AuditRow(Base):
    """A line of the audit trail. It names accounts by id alone, so it can outlive them."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(4000))
    said: Mapped[str] = mapped_column(String(1000))


class PushRow(Base):
    """A push that moved the branch from the commit ``old`` to ``new``, ``commits`` further."""

    __tablename__ = "push"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    old: Mapped[str] = mapped_column(String(40))
    new: Mapped[str] = mapped_column(String(40))
    commits: Mapped[int]


class PusherRow(Base):
    """Who pushed; goes with the account, without the push."""

    __tablename__ = "pusher"

    push: Mapped[int] = mapped_column(ForeignKey("push.id", ondelete="CASCADE"), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)


class PushedRow(Base):
    """A commit of a push that is not by who pushed."""

    __tablename__ = "pushed_commit"

    commit: Mapped[str] = mapped_column(String(40), primary_key=True)
    push: Mapped[int] = mapped_column(ForeignKey("push.id", ondelete="CASCADE"), primary_key=True)


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
    person: Mapped[str | None] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)
    lang: Mapped[str] = mapped_column(String(2))
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


class MirrorRow(Base):
    """A repository elsewhere that this wiki is copied to or takes from, and how that goes.

    The address holds no secret. What each state and word means: ``mirrors.py``.
    """

    __tablename__ = "mirror"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    url: Mapped[str] = mapped_column(String(2000))
    #: ``push``, ``pull`` or ``both``
    direction: Mapped[str] = mapped_column(String(4))
    #: ``all`` or ``public``
    what: Mapped[str] = mapped_column(String(6))
    created: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(Moment)
    #: what git, or the check, said
    said: Mapped[str] = mapped_column(Text)
    tried: Mapped[datetime | None] = mapped_column(Moment)
    done: Mapped[datetime | None] = mapped_column(Moment)
    due: Mapped[datetime] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(default=0)
    #: when the administrators were last told of trouble that is not over
    told: Mapped[datetime | None] = mapped_column(Moment)
    ahead: Mapped[int] = mapped_column(default=0)
    behind: Mapped[int] = mapped_column(default=0)
    #: commits: ours that was tried last, ours that stands there, theirs as last seen, as last taken
    head: Mapped[str] = mapped_column(String(40))
    pushed: Mapped[str] = mapped_column(String(40))
    theirs: Mapped[str] = mapped_column(String(40))
    taken: Mapped[str] = mapped_column(String(40))
    #: the branch there that takes our commits while its main cannot
    beside: Mapped[str] = mapped_column(String(100))


class ProposalRow(Base):
    """A text that someone proposes for a page; nobody but who may decide, and its writer, reads it.

    ``state``: ``waiting``, ``accepted``, ``adapted`` (accepted with changes), ``partly``,
    ``declined``, ``spam``, ``withdrawn``. The texts are held in git, in ``file`` of ``commit``
    (``wiki.repository.proposed``). What only served the decision goes with it: ``proposals.py``.
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
    lang: Mapped[str] = mapped_column(String(2))
    person: Mapped[str | None] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)
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
    lang: Mapped[str] = mapped_column(String(2))
    person: Mapped[str | None] = mapped_column(ForeignKey(_PERSON, ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    answer: Mapped[str] = mapped_column(String(1000))
    created: Mapped[datetime] = mapped_column(Moment, index=True)
    decided: Mapped[datetime | None] = mapped_column(Moment, index=True)
