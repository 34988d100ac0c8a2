"""How an answer is given, confirmed and taken back; what is typed is checked first."""

import re
from dataclasses import asdict, dataclass, replace
from secrets import token_hex
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.api.errors import BadField
from wiki.api.limits import DAY, Limit, client_network, count_attempts, door_limits
from wiki.api.mail import queue_mail, wake_sender
from wiki.api.people import Person, check_name, find_person, fold_email
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import letters
from .blocks import Ask
from .links import who_of
from .models import HELD, OPEN, UNCONFIRMED, WORDS, AnswerRow, SenderRow
from .store import alone, origin_of, sender

PROMPTS = ("helps", "missing", "knows", "test")
#: a day: answers by one person, to one page, from a network; mails that go to one address
_MINE, _PAGE, _NETWORK, _TO_ONE = 30, 1000, 1000, 5
#: what is no sign, and stands in words: line ends, and the joiners of Persian words and of emoji
_FINE = "\n\t\u200c\u200d"
_ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")


@dataclass(frozen=True)
class Words:
    """What someone typed, checked; ``hypothesis`` is one that the page names, or ""."""

    helps: str = ""
    missing: str = ""
    knows: str = ""
    test: str = ""
    hypothesis: str = ""
    shown: bool = False


@dataclass(frozen=True)
class Visitor:
    """Someone without an account."""

    name: str
    email: str
    lang: str


def visitor(name: str, email: str, lang: str) -> Visitor:
    """As they typed it. Raises BadField."""
    return Visitor(check_name(name), fold_email(email), lang)


def checked(words: Words) -> Words:
    """What was typed, as it is kept. Raises BadField."""
    said: dict[str, Any] = {name: checked_text(getattr(words, name), name) for name in PROMPTS}
    if not any(said.values()) and not words.hypothesis:
        raise BadField("", gettext("One answer is enough: write something in one of the four."))
    return replace(words, hypothesis=words.hypothesis[:300], **said)


def checked_text(words: str, field: str) -> str:
    """Some lines of words for others to read. Raises BadField."""
    said = "\n".join(line.rstrip() for line in words.strip().splitlines())
    if len(said) > WORDS:
        raise BadField(field, gettext("Say it in {count} characters.").format(count=WORDS))
    if any(not char.isprintable() and char not in _FINE for char in said):
        raise BadField(field, gettext("This holds characters that cannot be seen."))
    if _ADDRESS.search(said):
        raise BadField(
            field,
            gettext("Leave mail addresses out: a name is enough, the team finds them through you."),
        )
    return said


def answer(
    reader: Reader, path: str, ask: Ask, words: Words, by: Person | Visitor, origin: str
) -> str:
    """Keeps what someone answers; without an account the mailed link is asked for first.

    Returns the id of the answer of an account, or "". The same words twice are one answer.
    ``origin`` is where the request came from. Raises BadField, TooMany.
    """
    instance = reader.instance
    words = checked(words)
    person = by if isinstance(by, Person) else None
    email = by.email if isinstance(by, Visitor) else ""
    who = who_of(instance, person, email)
    limits = [
        Limit(f"feedback:{who}", _MINE, DAY),
        Limit(f"feedback@{client_network(origin)}", _NETWORK, DAY),
        *door_limits(instance.private, f"feedback>{path}", origin, network=_PAGE // 2, most=_PAGE),
    ]
    if email:
        limits.append(Limit(f"feedback:to:{email}", _TO_ONE, DAY))
    count_attempts(instance.private, limits)
    with instance.private.session(f"feedback:who:{who}") as session:
        row = _row(reader, path, ask, words, by)
        known = _same(session, row)
        if known is None and _is_unwanted(session, instance, person, email):
            # As if all were well: who sends rubbish is not told how to send more.
            return ""
        if known is None:
            session.add(row)
            if person is not None:
                _arrive(instance, session, row, person)
            session.flush()
        if isinstance(by, Visitor) and (known is None or known.state == UNCONFIRMED):
            queue_mail(instance.private, session, letters.confirming(instance, known or row))
    wake_sender(instance)
    return (known or row).id if person else ""


def confirm(instance: Instance, answer_id: str) -> AnswerRow | None:
    """Whoever holds the mailed link means it; again is nothing. None where it is gone."""
    with alone(instance, answer_id) as found:
        if found is None:
            return None
        session, row = found
        if row.state == UNCONFIRMED:
            person = find_person(instance.private, row.email)
            if person is not None and not person.disabled:
                # Whoever shows that an address is theirs answers by the account that has it.
                row.person, row.email, row.name = person.id, "", ""
            else:
                person = None
            _arrive(instance, session, row, person)
    return row


def take_back(instance: Instance, answer_id: str) -> None:
    """It is gone, with all that was said about it; again is nothing."""
    instance.private.execute(delete(AnswerRow).where(AnswerRow.id == answer_id))


def _arrive(instance: Instance, session: Session, row: AnswerRow, person: Person | None) -> None:
    """It reaches the team: at once, or held where it is the first of its author."""
    known = session.get(SenderRow, who_of(instance, person, row.email))
    trusted = known is not None and bool(known.trusted)
    if person is not None and not person.held:
        trusted = True
    row.state = OPEN if trusted else HELD
    row.arrived = instance.private.now()
    if not trusted:
        sender(session, who_of(instance, person, row.email))


def _is_unwanted(session: Session, instance: Instance, person: Person | None, email: str) -> bool:
    account = person or find_person(instance.private, email)
    names = {who_of(instance, None, email)} if email else set()
    names |= {account.id} if account else set()
    asked = select(SenderRow.who).where(SenderRow.who.in_(names), SenderRow.trusted.is_(False))
    return session.scalar(asked.limit(1)) is not None


def _same(session: Session, row: AnswerRow) -> AnswerRow | None:
    """The same words of the same person about the same thing."""
    return session.scalar(
        select(AnswerRow)
        .where(
            AnswerRow.path == row.path,
            AnswerRow.section == row.section,
            AnswerRow.person == row.person if row.person else AnswerRow.email == row.email,
            *(getattr(AnswerRow, name) == getattr(row, name) for name in PROMPTS),
            AnswerRow.hypothesis == row.hypothesis,
        )
        .limit(1)
    )


def _row(reader: Reader, path: str, ask: Ask, words: Words, by: Person | Visitor) -> AnswerRow:
    account = by if isinstance(by, Person) else None
    return AnswerRow(
        id=token_hex(8),
        path=path,
        origin=origin_of(reader, path),
        section=ask.section[:300],
        heading=ask.heading[:300],
        person=account.id if account else None,
        email=by.email if isinstance(by, Visitor) else "",
        name=by.name if isinstance(by, Visitor) else "",
        lang=by.lang,
        state=UNCONFIRMED,
        created=reader.instance.private.now(),
        told_of=True,
        **asdict(words),
        **dict.fromkeys(("fate", "revision", "reply", "reason"), ""),
    )
