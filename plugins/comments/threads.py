"""What people say: a thread is begun, answered, resolved; words are changed, taken back, let stand.

Each is one transaction, and doing it again does nothing.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex

from sqlalchemy import ColumnElement, delete, func, select, true
from sqlalchemy.orm import Session

from wiki.api.errors import BadField
from wiki.api.limits import DAY, Limit, client_network, count_attempts
from wiki.api.pages import Page
from wiki.api.people import check_name, sign_by_link
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.tables import birth_name
from wiki.api.translation import gettext

from .mentions import Named, named_in
from .models import HELD, OPEN, TABLES, WORDS, CommentRow, MentionRow, ThreadRow
from .positions import Chosen
from .store import alone, is_held

#: a day: comments by one account; by visitors from one network; held ones about one page
_MINE, _NETWORK, HELD_A_DAY = 200, 20, 100
#: threads about one page that are open; comments in one thread
THREADS, _COMMENTS = 300, 200
#: the same words once more within so long are a second click
_AGAIN = timedelta(minutes=10)
#: what is no sign, and stands in words: line ends, and the joiners of Persian words and of emoji
_FINE = "\n\t\u200c\u200d"
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Said:
    """What somebody typed, and from where it came; ``name`` is a visitor's, and may be empty."""

    words: str
    name: str = ""
    origin: str = ""


def checked(words: str) -> str:
    """Words for others to read, as they are kept. Raises BadField."""
    said = "\n".join(line.rstrip() for line in words.strip().splitlines())
    said = _BLANK_LINES.sub("\n\n", said)
    if not said:
        raise BadField("words", gettext("Write your comment first: a few words are enough."))
    if len(said) > WORDS:
        raise BadField("words", gettext("Say it in {count} characters.").format(count=WORDS))
    if any(not char.isprintable() and char not in _FINE for char in said):
        raise BadField("words", gettext("This holds characters that cannot be seen."))
    return said


def begin(reader: Reader, page: Page, chosen: Chosen | None, said: Said) -> CommentRow:
    """A thread about ``chosen``, or about the page; the first comment of it.

    Raises BadField, TooMany.
    """
    instance, path = reader.instance, page.path
    words = checked(said.words)
    name = _checked_name(reader, path, said)
    _attempt(reader, path, said)
    name_of_page = birth_name(instance, path)
    private = instance.private
    with private.about(path, *TABLES), private.session(f"comments>{path}") as session:
        here = (ThreadRow.path == path, ThreadRow.born == name_of_page)
        about = ThreadRow.quote == (chosen.quote if chosen else "")
        if (known := _same(reader, session, words, name, *here, about)) is not None:
            return known
        count = select(func.count()).where(*here, ThreadRow.resolved.is_(None))
        if (session.scalar(count) or 0) >= THREADS:
            raise BadField(
                "words",
                gettext("This page has as many comments as it can hold: resolve some first."),
            )
        thread = ThreadRow(
            id=token_hex(8),
            path=path,
            born=name_of_page,
            chapter=bool(chosen and chosen.chapter),
            quote=chosen.quote if chosen else "",
            start=chosen.span.start if chosen else 0,
            end=chosen.span.end if chosen else 0,
            place=path,
            revision=reader.head,
            lost=False,
            created=instance.private.now(),
        )
        session.add(thread)
        session.flush()
        return _comment(reader, session, thread, words, name)


def reply(reader: Reader, thread: ThreadRow, said: Said) -> CommentRow:
    """One more comment in the thread, which is open again by it. Raises BadField, TooMany."""
    instance = reader.instance
    words = checked(said.words)
    name = _checked_name(reader, thread.path, said)
    _attempt(reader, thread.path, said)
    with alone(instance, thread.id) as found:
        if found is None:
            raise BadField("words", gettext("This conversation is gone meanwhile."))
        session, row = found
        known = _same(reader, session, words, name, ThreadRow.id == row.id)
        if known is not None:
            return known
        count = select(func.count()).where(CommentRow.thread == row.id)
        if (session.scalar(count) or 0) >= _COMMENTS:
            raise BadField("words", gettext("This conversation is full: begin another one."))
        made = _comment(reader, session, row, words, name)
        if made.state == OPEN:
            row.resolved = row.resolver = None
    return made


def change(reader: Reader, comment: CommentRow, thread: ThreadRow, words: str) -> None:
    """Other words in place of one's own. Raises BadField, TooMany."""
    instance = reader.instance
    now = checked(words)
    _attempt(reader, thread.path, Said(now))
    with alone(instance, thread.id) as found:
        row = found[0].get(CommentRow, comment.id) if found else None
        if found is None or row is None or not row.words or row.words == now:
            return
        row.words, row.changed = now, instance.private.now()
        _mention(found[0], row, named_in(reader, thread.path, now))


def take_back(instance: Instance, comment: CommentRow) -> None:
    """Its words are gone; where nobody answered, so is all of it."""
    with alone(instance, comment.thread) as found:
        row = found[0].get(CommentRow, comment.id) if found else None
        if found is None or row is None:
            return
        session, thread = found
        rows = list(
            session.scalars(
                select(CommentRow)
                .where(CommentRow.thread == thread.id)
                .order_by(CommentRow.created, CommentRow.id)
            )
        )
        if rows[-1].id != row.id:
            row.words, row.name, row.person = "", "", None
            session.execute(delete(MentionRow).where(MentionRow.comment == row.id))
        else:
            session.delete(row)
            rows.pop()
        if not any(one.words for one in rows):
            session.delete(thread)


def resolve(reader: Reader, thread_id: str, *, resolved: bool) -> None:
    """The thread is resolved, or open again; again is nothing."""
    instance = reader.instance
    with alone(instance, thread_id) as found:
        if found is None or (found[1].resolved is not None) == resolved:
            return
        found[1].resolved = instance.private.now() if resolved else None
        found[1].resolver = reader.person.id if resolved and reader.person else None


def let_through(reader: Reader, comment: CommentRow, seen: str) -> bool:
    """A held comment stands from now on, if it says what was ``seen``; whether it stands."""
    with alone(reader.instance, comment.thread) as found:
        row = found[0].get(CommentRow, comment.id) if found else None
        if found is None or row is None or row.state != HELD:
            return row is not None
        if digest_of(row.words) != seen:
            return False  # its writer changed it while it was read
        row.state = OPEN
        found[1].resolved = found[1].resolver = None
    return True


def digest_of(words: str) -> str:
    """What tells whether a comment still says what somebody read."""
    return sha256(words.encode()).hexdigest()[:16]


def mentioned(instance: Instance, comment_id: str) -> list[str]:
    """The ids of the accounts that a comment names."""
    asked = select(MentionRow.person).where(MentionRow.comment == comment_id)
    return instance.private.list_rows(asked.order_by(MentionRow.person))


def _comment(
    reader: Reader, session: Session, thread: ThreadRow, words: str, name: str
) -> CommentRow:
    person = reader.person
    row = CommentRow(
        id=token_hex(8),
        thread=thread.id,
        person=person.id if person else None,
        name=name,
        words=words,
        state=HELD if is_held(reader, thread.path) else OPEN,
        created=reader.instance.private.now(),
    )
    session.add(row)
    session.flush()
    if person is not None:
        _mention(session, row, named_in(reader, thread.path, words))
    return row


def _mention(session: Session, row: CommentRow, named: list[Named]) -> None:
    """Those whom it names now."""
    session.execute(delete(MentionRow).where(MentionRow.comment == row.id))
    session.add_all(MentionRow(comment=row.id, person=one.person.id) for one in named)


def _same(
    reader: Reader, session: Session, words: str, name: str, *where: ColumnElement[bool]
) -> CommentRow | None:
    """The same words of the same person about the same thing, a moment ago."""
    mine = (
        CommentRow.person == reader.person.id
        if reader.person
        else CommentRow.person.is_(None) & (CommentRow.name == name)
    )
    since = reader.instance.private.now() - _AGAIN
    return session.scalar(
        select(CommentRow)
        .join(ThreadRow, ThreadRow.id == CommentRow.thread)
        .where(true(), *where, mine, CommentRow.words == words, CommentRow.created >= since)
        .limit(1)
    )


def _checked_name(reader: Reader, path: str, said: Said) -> str:
    """What a visitor is called; who came by a link says so. Raises BadField."""
    if reader.person is not None:
        return ""
    signed = sign_by_link(reader, path, said.name)
    return signed or (check_name(said.name) if said.name.strip() else "")


def _attempt(reader: Reader, path: str, said: Said) -> None:
    limits = []
    if reader.person is not None:
        limits.append(Limit(f"comments:{reader.person.id}", _MINE, DAY))
    if reader.person is None or reader.person.held:
        limits.append(Limit(f"comments@{client_network(said.origin)}", _NETWORK, DAY))
        limits.append(Limit(f"comments>{path}", HELD_A_DAY, DAY))
    count_attempts(reader.instance.private, limits)
