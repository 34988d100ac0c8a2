"""How an introduction begins: someone answers, or a third person proposes; limits come first."""

from collections.abc import Sequence
from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.api.errors import BadField
from wiki.api.limits import monthly_requests, record_request
from wiki.api.mail import queue_mail, wake_sender
from wiki.api.people import Person, get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import letters
from .links import who_of
from .models import ANSWER, IntroductionRow, SideRow
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
from .states import NO, WAITING, YES
from .store import CONFIRMING, RESTS_AFTER, Introduction, find_all, reachable
from .subjects import OFFER, Subject, may_give

PROPOSAL = "proposal"


def answer(
    reader: Reader, subject: Subject, sender: Someone, words: str, *, hidden: bool, origin: str
) -> Introduction:
    """``sender`` says that they can help, or are interested; those of the page are then asked.

    Without an account the mailed link is asked for first. The same answer twice is one. ``origin``
    is where the request came from. Raises BadField, Forbidden, TooMany.
    """
    instance = reader.instance
    said = check_words(words)
    check_team(subject, sender)
    who = who_of(instance, sender.person, sender.email)
    if known := find_same(instance, subject, sender):
        return known
    check_trust(instance, who)
    spend(instance, who, [*map(_id, subject.team)], origin)
    row, place = new_row(instance, ANSWER, subject, said), "a"
    row.confirmed = row.created if sender.person else None
    if not row.confirmed:
        row.expires = row.created + CONFIRMING
    mine = new_side(row, sender, place)
    mine.hidden = hidden
    mine.answer = YES if sender.person else WAITING
    row.answered = row.confirmed
    theirs = [new_side(row, account(person), "b") for person in subject.team]
    return begin(reader, subject, row, [mine, *theirs], who)


def propose(
    reader: Reader, subject: Subject, proposer: Person, helper: Someone, words: str, *, origin: str
) -> Introduction:
    """``proposer`` thinks that ``helper`` and who looks after the subject should meet.

    Raises BadField, Forbidden, TooMany.
    """
    instance = reader.instance
    check_proposer(proposer, instance)
    said = check_words(words)
    if helper.person is not None and helper.person.id == proposer.id:
        raise BadField("person", gettext("That is you: answer it yourself."))
    check_team(subject, helper)
    who = who_of(instance, helper.person, helper.email)
    if known := find_same(instance, subject, helper):
        return known
    check_trust(instance, proposer.id)
    if is_quiet(instance, who):
        raise BadField("person", no_room(helper.name))
    spend(instance, proposer.id, [who, *map(_id, subject.team)], origin)
    row = new_row(instance, PROPOSAL, subject, said)
    row.proposer, row.confirmed = proposer.id, row.created
    asked = [person for person in subject.team if not is_quiet(instance, person.id)]
    if not asked:
        raise BadField("", no_room(subject.page_title))
    sides = [new_side(row, helper, "a"), *(new_side(row, account(person), "b") for person in asked)]
    for side in sides:
        if side.person == proposer.id:
            # Whoever proposes someone for what they look after has said yes for it.
            side.answer = YES
    return begin(reader, subject, row, sides, proposer.id)


def begin(
    reader: Reader,
    subject: Subject,
    row: IntroductionRow,
    sides: Sequence[SideRow],
    who: str,
) -> Introduction:
    """Writes it down with the first mails; ``who`` began it. Raises BadField."""
    instance = reader.instance
    with instance.private.session(f"introductions:{subject.about}") as session:
        first = next(side for side in sides if side.place == "a")
        if known := _live(session, subject.about, first.person, first.email):
            return known
        _count(reader, session, subject, row, sides)
        unwanted = refusing(session, instance, sides, who)
        for side in sides:
            if side.id in unwanted and side.answer == WAITING:
                side.answer = NO
        session.add(row)
        session.flush()
        session.add_all(sides)
        session.flush()
        introduction = Introduction(row, tuple(sides))
        for side in sides:
            if side.answer != WAITING or not reachable(instance, side):
                continue
            if row.confirmed is None:
                if side.place == "a":
                    queue_mail(instance.private, session, letters.confirming(instance, row, side))
                continue
            names = introduction.names_opposite(side)
            queue_mail(instance.private, session, letters.asking(instance, row, side, names))
    wake_sender(instance)
    return introduction


def _count(
    reader: Reader,
    session: Session,
    subject: Subject,
    row: IntroductionRow,
    sides: Sequence[SideRow],
) -> None:
    """Counts one request of each whose time it takes. Raises BadField where one has none left.

    What one has asked for oneself, by a need or on the page of one's project, is no request.
    """
    for side in sides:
        asked = side.place == "a" and row.kind == PROPOSAL
        offers = side.place == "b" and subject.kind == OFFER and not subject.relayed
        if not (asked or offers) or side.answer == YES or side.elsewhere is not None:
            continue
        person = get_person(reader.instance.private, side.person) if side.person else None
        page = person.page if person else None
        room = record_request(
            reader.instance.private,
            session,
            page or who_of(reader.instance, person, side.email),
            "introduction",
            may_give(Reader(reader.instance, person), page) if page else monthly_requests(""),
            offer=subject.about if offers else "",
            of_offer=subject.monthly if offers else None,
        )
        if not room:
            raise BadField("person" if asked else "", no_room(side.name))


def find_same(instance: Instance, subject: Subject, someone: Someone) -> Introduction | None:
    """The introduction of the same person about the same thing that is under way."""
    with instance.private.reading() as session:
        person = someone.person.id if someone.person else None
        return _live(session, subject.about, person, someone.email)


def _live(session: Session, about: str, person: str | None, email: str) -> Introduction | None:
    if not person and not email:  # of elsewhere: the sister that asks knows them
        return None
    asked = (
        select(IntroductionRow)
        .join(SideRow, SideRow.introduction == IntroductionRow.id)
        .where(
            IntroductionRow.about == about,
            IntroductionRow.over.is_(None),
            SideRow.place == "a",
            SideRow.person == person if person else SideRow.email == email,
        )
    )
    row = session.scalar(asked.limit(1))
    if row is None:
        return None
    sides = session.scalars(select(SideRow).where(SideRow.introduction == row.id))
    return Introduction(row, tuple(sides))


def new_row(instance: Instance, kind: str, subject: Subject, words: str) -> IntroductionRow:
    """An introduction that begins now, about ``subject``."""
    now = instance.private.now()
    return IntroductionRow(
        id=token_hex(8),
        kind=kind,
        about=subject.about,
        words=words,
        created=now,
        expires=now + RESTS_AFTER,
        line="",
        line_by="",
    )


def _id(person: Person) -> str:
    return person.id


def live_about(instance: Instance, abouts: Sequence[str]) -> set[str]:
    """Those of ``abouts`` that somebody has answered, or is asked about, at this moment."""
    found = find_all(
        instance,
        IntroductionRow.about.in_(abouts),
        IntroductionRow.confirmed.is_not(None),
        IntroductionRow.over.is_(None),
        limit=10_000,
    )
    return {one.row.about for one in found}
