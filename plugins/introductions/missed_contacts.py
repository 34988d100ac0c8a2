"""“I wanted to talk to you”: one who was at an event asks another, or a project's team, to meet.

Asked by other plugins through the service ``introductions``. Whoever asks has said yes by it; where
the other has asked the same of them, both have, and addresses cross at once.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from wiki.api.errors import WikiError
from wiki.api.events import IntroductionAsked, Party
from wiki.api.limits import monthly_requests, record_request
from wiki.api.mail import queue_mail, wake_sender
from wiki.api.paths import page_url
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext

from . import letters
from .links import who_of
from .models import MISSED, IntroductionRow, SideRow
from .requests import new_row
from .rules import (
    check_proposer,
    check_team,
    check_trust,
    check_words,
    is_quiet,
    no_room,
    refusing,
    spend,
)
from .someone import Someone, account, new_side
from .states import NO, WAITING, YES, Event
from .store import alone, apply
from .subjects import PAGE, Subject, may_give, subject_of

#: a line of each of two, with their names, is kept in the words of one introduction
_WORDS = 500


def ask(instance: Instance, asked: IntroductionAsked) -> str:
    """See the service ``introductions``."""
    try:
        _ask(instance, asked)
    except WikiError as error:
        return error.words
    return ""


def _ask(instance: Instance, asked: IntroductionAsked) -> None:
    sender = _someone(instance, asked.sender)
    if sender is None:
        raise WikiError(gettext("This account is closed."))
    if sender.person is not None:
        check_proposer(sender.person, instance)
    said = check_words(asked.words)
    who = who_of(instance, sender.person, sender.email)
    check_trust(instance, who)
    subject, others = _whom(instance, asked, sender)
    if _goes_on(instance, asked, subject, sender, others, said):
        return
    open_to_it = [one for one in others if not is_quiet(instance, _who(instance, one))]
    if not open_to_it:
        raise WikiError(no_room(_name(asked, subject)))
    spend(instance, who, [_who(instance, one) for one in open_to_it], asked.origin)
    if not _begin(instance, asked, subject, sender, open_to_it, said):
        # A second click, or the other, was first.
        _goes_on(instance, asked, subject, sender, others, said)


def _someone(instance: Instance, party: Party) -> Someone | None:
    """The party as introductions know people; None for an account that is gone or closed."""
    if party.person is None:
        return Someone(party.name, party.lang, None, party.email)
    person = get_person(instance.private, party.person)
    return account(person) if person is not None and not person.disabled else None


def _whom(
    instance: Instance, asked: IntroductionAsked, sender: Someone
) -> tuple[Subject, list[Someone]]:
    """What it is about, and who is asked. Raises WikiError where that is nobody."""
    reader = Reader(instance, sender.person)
    if isinstance(asked.to, str):
        subject = subject_of(reader, asked.to)
        if subject is None or subject.kind != PAGE:
            raise WikiError(gettext("There is no such page here."))
        check_team(subject, sender)
        return subject, [account(person) for person in subject.team]
    row = get_row(reader, asked.about)
    title = row.title if row else ""
    subject = Subject(asked.about, PAGE, title, page_url(asked.about), asked.about, title)
    other = _someone(instance, asked.to)
    if other is None:
        raise WikiError(no_room(asked.to.name))
    if _who(instance, other) == who_of(instance, sender.person, sender.email):
        raise WikiError(gettext("That is you."))
    return subject, [other]


def _goes_on(
    instance: Instance,
    asked: IntroductionAsked,
    subject: Subject,
    sender: Someone,
    others: Sequence[Someone],
    said: str,
) -> bool:
    """Whether these two are on their way already; who was asked says yes by asking the same."""
    with instance.private.reading() as session:
        if _between(session, subject.about, sender, others):
            return True
        known = _asked_by_the_other(session, asked, sender, others)
    if known is None:
        return False
    with alone(instance, known) as found:
        if found is None:
            return False
        session, introduction = found
        mine = next(one for one in introduction.sides if one.place == "b")
        theirs = next(one for one in introduction.sides if one.place == "a")
        if mine.answer == WAITING:
            mine.hidden = asked.hidden
            lines = f"{theirs.name}: {introduction.row.words}", f"{mine.name}: {said}"
            introduction.row.words = "\n".join(lines)[:_WORDS]
            apply(instance, session, introduction, Event("yes", mine.id))
    wake_sender(instance)
    return True


def _begin(
    instance: Instance,
    asked: IntroductionAsked,
    subject: Subject,
    sender: Someone,
    others: Sequence[Someone],
    said: str,
) -> bool:
    """Writes it down and asks the others; False where one between these two was there first."""
    row = new_row(instance, MISSED, subject, said)
    row.confirmed = row.answered = row.created
    mine = new_side(row, sender, "a")
    mine.hidden, mine.answer = asked.hidden, YES
    theirs = [new_side(row, one, "b") for one in others]
    with instance.private.session(f"introductions:{subject.about}") as session:
        if _between(session, subject.about, sender, others):
            return False
        if _asked_by_the_other(session, asked, sender, others):
            return False
        if not isinstance(asked.to, str):
            _count(instance, session, theirs[0])
        unwanted = refusing(session, instance, theirs, _who(instance, sender))
        session.add(row)
        session.flush()
        session.add_all([mine, *theirs])
        for side in theirs:
            side.answer = NO if side.id in unwanted else WAITING
        session.flush()
        for side in theirs:
            if side.answer == WAITING:
                queue_mail(
                    instance.private, session, letters.asking(instance, row, side, mine.name)
                )
    wake_sender(instance)
    return True


def _count(instance: Instance, session: Session, side: SideRow) -> None:
    """Counts one request of whose time it takes. Raises WikiError where they have none left."""
    person = get_person(instance.private, side.person) if side.person else None
    page = person.page if person else None
    room = record_request(
        instance.private,
        session,
        page or who_of(instance, person, side.email),
        "introduction",
        may_give(Reader(instance, person), page) if page else monthly_requests(""),
    )
    if not room:
        raise WikiError(no_room(side.name))


def _asked_by_the_other(
    session: Session, asked: IntroductionAsked, sender: Someone, others: Sequence[Someone]
) -> str | None:
    """The id of what ``others`` (one person) began with ``sender``, unless that was a no."""
    if isinstance(asked.to, str):
        return None
    return _between(session, asked.about, others[0], [sender], but_no=True)


def _between(
    session: Session,
    about: str,
    first: Someone,
    others: Sequence[Someone],
    *,
    but_no: bool = False,
) -> str | None:
    """The id of what ``first`` began with one of ``others`` about that, and that goes on."""
    begun, met = aliased(SideRow), aliased(SideRow)
    found = (
        select(IntroductionRow.id)
        .join(begun, begun.introduction == IntroductionRow.id)
        .join(met, met.introduction == IntroductionRow.id)
        .where(
            IntroductionRow.kind == MISSED,
            IntroductionRow.about == about,
            IntroductionRow.over.is_(None),
            begun.place == "a",
            _is(begun, first),
            met.place == "b",
            or_(*(_is(met, one) for one in others)),
        )
    )
    return session.scalar((found.where(met.answer != NO) if but_no else found).limit(1))


def _is(side: type[SideRow], one: Someone) -> ColumnElement[bool]:
    return side.person == one.person.id if one.person else side.email == one.email


def _who(instance: Instance, one: Someone) -> str:
    return who_of(instance, one.person, one.email)


def _name(asked: IntroductionAsked, subject: Subject) -> str:
    return subject.page_title if isinstance(asked.to, str) else asked.to.name
