"""Mails to send, as rows: put once under a key, taken by one sender, kept until they are sent.

A row is put in the transaction of what causes it, so that one is never there without the other. A
sender *takes* the mail that is due next and says in the same transaction how the one before went::

    waiting ──take──▶ in hand ──Sent──▶ sent         the key stays for ``KEEP_KEY``
       ▲                 │ ├──Refused─▶ failed       shown to the admins
       └────Postponed────┘ │
       └────free───────────┘                         its sender is dead

A row may hold, instead of words, who makes them when it is sent (``DeferredLetter``): they are in
no row.

Where the clock was ahead for a while, what was put or put off then waits for a time of that clock:
it is *brought forward*. And what nobody has tried to send is tried once, however late it is found,
unless it says until when or lets someone in: a machine may have been off, or a clock have jumped.

A mail in hand is nobody else's for ``LEASE``, longer than any sender has it. The sender of the same
place, started again, need not wait for that: what its dead self had in hand it *frees*.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from random import random

from sqlalchemy import ColumnElement, Delete, Insert, and_, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from wiki.errors import BadField, TooLarge
from wiki.people.accounts.fields import fold_email, mailable, one_line
from wiki.people.mail.values import (
    DeferredLetter,
    FailedMail,
    Mail,
    MailCounts,
    Outcome,
    Refused,
    Sent,
    Taken,
    Unneeded,
)
from wiki.people.models.background import MailRow
from wiki.people.store.database import Database
from wiki.people.store.values import value_of
from wiki.translation import gettext as _

#: Longer than SMTP takes in the worst case (``wiki.mailer``): a mail in hand is nobody else's.
LEASE = timedelta(minutes=15)
#: Tried again for so long, unless a mail says otherwise.
PATIENCE = timedelta(days=2)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=4)
#: a clock was wrong, if by so much
_WRONG = timedelta(days=7)
#: rows that are changed by one statement
_TOGETHER = 500
#: Sent mails: their words, then their key, are kept so long.
KEEP_WORDS, KEEP_KEY = timedelta(days=1), timedelta(days=60)

LONGEST_KEY, LONGEST_SUBJECT, LONGEST_BODY = 200, 200, 1_000_000
#: Headers that a mail may have (RFC 2919, RFC 8058); ``thread`` is the key that a thread began
#: with and becomes References. All others are the mailer's.
MAY_ADD = frozenset({"list-id", "list-unsubscribe", "list-unsubscribe-post", "thread"})


def queue_mail(database: Database, session: Session, mail: Mail) -> bool:
    """Writes ``mail`` in the transaction of what causes it; False where its key is known.

    Whoever put it wakes the sender once the transaction has ended (``wake_sender``).
    What its words hold is never a reason to refuse it: they come from pages. Raises BadField for
    an address that cannot be written to and a header that is not its own, and TooLarge.
    """
    to = _checked(mail)
    now = database.now()
    due = mail.due or now
    values = {
        "key": mail.key,
        "to": to,
        "person": mail.person,
        "lang": mail.lang,
        "subject": _shortened(one_line(mail.subject)),
        "text": mailable(mail.text),
        "html": mailable(mail.html),
        "headers": json.dumps(dict(mail.headers)),
        "maker": mail.late.maker if mail.late else "",
        "about": mail.late.about if mail.late else "",
        "secret": mail.secret,
        "created": now,
        "due": due,
        "until": mail.until or _until(now, due),
        "attempts": 0,
        "error": "",
    }
    written = _insert(database).values(**values).returning(MailRow.key)
    return session.scalar(written) is not None


def take(database: Database, place: str, before: Outcome | None = None) -> Taken | None:
    """The mail that is due next, in hand of ``place`` from now on; None where there is none.

    ``before`` is how the mail taken before went: one transaction for both is half of the waiting
    for the disk. It holds also where the answer is None.
    """
    with database.session() as session:
        if before is not None:
            _settle(database, session, place, before)
        now = database.now()
        row = session.scalar(
            select(MailRow)
            .where(MailRow.sent.is_(None), MailRow.failed.is_(None), MailRow.due <= now)
            .order_by(MailRow.due)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.claim, row.due, row.attempts = place, now + LEASE, row.attempts + 1
        return Taken(_as_mail(row), row.created, row.attempts)


def settle(database: Database, place: str, outcome: Outcome) -> None:
    """Notes how the mail in hand of ``place`` went, without taking another."""
    with database.session() as session:
        _settle(database, session, place, outcome)


def any_due(database: Database) -> bool:
    """Whether a mail could be taken; asked without waiting for any writer."""
    due = select(MailRow.key).where(
        MailRow.sent.is_(None), MailRow.failed.is_(None), MailRow.due <= database.now()
    )
    return database.find_value(due.limit(1)) is not None


def free(database: Database, place: str) -> None:
    """Lets go of what a dead sender of ``place`` had in hand, and gives up what is too old.

    To be called by the one living sender of the place. A mail that its sender died at a second time
    waits as after any failure: it may be what kills it.
    """
    now = database.now()
    with database.reading() as session:
        held = select(MailRow.key, MailRow.attempts).where(MailRow.claim == place)
        left = session.execute(held).all()
        asked = select(MailRow.key, MailRow.created, MailRow.due, MailRow.attempts)
        waiting = asked.where(MailRow.sent.is_(None), MailRow.failed.is_(None))
        past = waiting.add_columns(MailRow.secret, MailRow.until).where(
            MailRow.until <= now, MailRow.due <= now
        )
        late = [
            row.key
            for row in session.execute(past)
            if row.attempts or row.secret or row.until != _until(row.created, row.due)
        ]
        ahead = session.execute(waiting.where(_is_ahead(now))).all()
    if not (left or late or ahead):
        return
    with database.session() as session:
        for key, attempts in left:
            wait = _wait(attempts) if attempts > 1 else timedelta()
            session.execute(
                update(MailRow)
                .where(MailRow.key == key, MailRow.claim == place)
                .values(claim=None, due=now + wait)
            )
        for key, created, due, attempts in ahead:
            by = max(created - now, timedelta())
            still = update(MailRow).where(MailRow.key == key, MailRow.due == due)
            session.execute(still.values(created=created - by, due=now if attempts else due - by))
        for start in range(0, len(late), _TOGETHER):
            session.execute(
                update(MailRow)
                .where(MailRow.key.in_(late[start : start + _TOGETHER]))
                .where(MailRow.sent.is_(None), MailRow.until <= now, MailRow.due <= now)
                .values(failed=now, claim=None, error=_unless_empty("given up"), **_blanked())
            )


def _is_ahead(now: datetime) -> ColumnElement[bool]:
    """Whether a row waits for what the clock said when it was ahead of what it says now.

    One that is to wait is left alone where that is little: it may be now that the clock is wrong.
    """
    farthest = now + 2 * _LONGEST_WAIT
    put_off = and_(MailRow.attempts > 0, MailRow.due > farthest)
    put = and_(MailRow.created > farthest, MailRow.due <= MailRow.created)
    return or_(put_off, put, MailRow.created > now + _WRONG)


def _until(created: datetime, due: datetime) -> datetime:
    """When a mail is given up that does not say."""
    return max(due, created) + PATIENCE


def failed_mails(database: Database, limit: int = 50) -> Sequence[FailedMail]:
    """The mails that were given up, newest first."""
    rows = database.list_tuples(
        select(
            MailRow.key,
            MailRow.to,
            MailRow.subject,
            MailRow.failed,
            MailRow.attempts,
            MailRow.error,
        )
        .where(MailRow.failed.is_not(None))
        .order_by(MailRow.failed.desc())
        .limit(limit)
    )
    return [FailedMail(*row) for row in rows]


def failed_among(database: Database, keys: Collection[str]) -> frozenset[str]:
    """Those of ``keys`` whose mail was given up: the address does not answer."""
    asked = select(MailRow.key).where(MailRow.key.in_(keys), MailRow.failed.is_not(None))
    return frozenset(database.list_rows(asked))


def forget_words(session: Session, begin: str, keep: Collection[str] = ()) -> None:
    """Takes back the mails whose key begins so, but those of the keys ``keep``.

    What was not sent is not sent any more; of what was, the subject and the words go.
    """
    asked = [MailRow.key.startswith(begin, autoescape=True), MailRow.key.not_in([*keep])]
    waiting = and_(MailRow.sent.is_(None), MailRow.failed.is_(None))
    session.execute(delete(MailRow).where(*asked, waiting))
    session.execute(update(MailRow).where(*asked).values(subject="", text="", html=""))


def count_mails(database: Database) -> MailCounts:
    """What is to be known of the rows at a glance; ``failed`` counts the last day."""
    now = database.now()
    with database.reading() as session:
        waiting, oldest = session.execute(
            select(func.count(), func.min(MailRow.created)).where(
                MailRow.sent.is_(None), MailRow.failed.is_(None), MailRow.created <= now
            )
        ).one()
        failed = session.scalar(
            select(func.count()).where(MailRow.failed > now - timedelta(days=1))
        )
    return MailCounts(waiting, failed or 0, oldest)


def forget_mails(database: Database) -> None:
    """Blanks the words of mails sent a day ago, and deletes the rows of those long done."""
    now = database.now()
    with database.session() as session:
        session.execute(_done_before(now - KEEP_KEY))
        session.execute(
            update(MailRow)
            .where(MailRow.sent <= now - KEEP_WORDS, or_(MailRow.text != "", MailRow.html != ""))
            .values(text="", html="")
        )


def _done_before(moment: datetime) -> Delete:
    return delete(MailRow).where(or_(MailRow.sent <= moment, MailRow.failed <= moment))


def _checked(mail: Mail) -> str:
    """The address in the form that accounts have it in."""
    if not mail.key or len(mail.key) > LONGEST_KEY:
        raise ValueError(f"the key of a mail has 1 to {LONGEST_KEY} characters")
    if any(name.lower() not in MAY_ADD for name in mail.headers):
        raise BadField("headers", _("This mail header cannot be set."))
    if max(len(mail.text), len(mail.html)) > LONGEST_BODY:
        raise TooLarge(_("This mail is too long to be sent; nothing else has changed."))
    return fold_email(mail.to)


def _shortened(subject: str) -> str:
    return subject if len(subject) <= LONGEST_SUBJECT else subject[: LONGEST_SUBJECT - 1] + "…"


def _insert(database: Database) -> Insert:
    if database.path is None:
        return postgresql.insert(MailRow).on_conflict_do_nothing(index_elements=["key"])
    return sqlite.insert(MailRow).on_conflict_do_nothing(index_elements=["key"])


def _settle(database: Database, session: Session, place: str, outcome: Outcome) -> None:
    row = session.get(MailRow, outcome.key, with_for_update=True)
    # Where the lease ran out and another has it, its fate is theirs to write; but what was sent
    # was sent, whoever has it by now.
    if row is None or row.sent or (row.claim != place and not isinstance(outcome, Sent | Unneeded)):
        return
    now = database.now()
    row.claim = None
    if isinstance(outcome, Sent | Unneeded):
        row.sent, row.failed, row.error = now, None, ""
    else:
        row.error = outcome.error[:500]
        row.due = now + _wait(row.attempts)
        if isinstance(outcome, Refused) or row.due > row.until:
            row.failed = now
    if row.secret and (row.sent or row.failed):
        row.text = row.html = ""


def _wait(attempts: int) -> timedelta:
    """Longer each time; not the same for all, which would then come all at once again."""
    doubled: int = 2 ** min(attempts - 1, 20)
    wait = min(_FIRST_WAIT * doubled, _LONGEST_WAIT)
    return wait * (0.75 + random() / 2)  # noqa: S311 - no secret


def _as_mail(row: MailRow) -> Mail:
    late = DeferredLetter(row.maker, row.about) if row.maker else None
    return value_of(Mail, row, headers=json.loads(row.headers), late=late)


def _blanked() -> dict[str, object]:
    return {
        "text": case((MailRow.secret, ""), else_=MailRow.text),
        "html": case((MailRow.secret, ""), else_=MailRow.html),
    }


def _unless_empty(words: str) -> object:
    return case((MailRow.error == "", words), else_=MailRow.error)
