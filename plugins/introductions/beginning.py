"""How an introduction begins: someone answers, or a third person proposes; limits come first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wiki.api import (
    DAY,
    BadField,
    Forbidden,
    Instance,
    Limit,
    Person,
    Reader,
    TooMany,
    attempt_all,
    check_name,
    find_person,
    fold_email,
    get_person,
    gettext,
    network,
    note_request,
    people_by_page,
    put,
    requests_a_month,
    wake_sender,
)

from . import letters
from .keeping import CONFIRMING, RESTS_AFTER, Introduction, find_all
from .links import who_of
from .models import BlockRow, IntroductionRow, QuietRow, SideRow
from .states import NO, WAITING, YES
from .subjects import OFFER, Subject, may_give

ANSWER, PROPOSAL = "answer", "proposal"
WORDS = 400
#: different people after whose reports someone introduces nobody any more
REPORTS = 3
#: introductions of one sender to the same recipient a day; to one recipient by all; from a network
_SAME, _ONE, _NETWORK = 3, 20, 20
_ADDRESS = re.compile(r"\S@\S+\.\S|\S@\S")


@dataclass(frozen=True)
class Someone:
    """Who answers, or is proposed: an account, or a name with an address.

    ``by_address``: a third person gave the address, and learns nothing of whose it is.
    """

    name: str
    lang: str
    person: Person | None = None
    email: str = ""
    by_address: bool = False


def visitor(instance: Instance, name: str, email: str, lang: str) -> Someone:
    """Someone without an account, as they typed it. Raises BadField."""
    return Someone(check_name(name), lang, None, fold_email(email))


def account(person: Person) -> Someone:
    """Someone with an account."""
    return Someone(person.name, person.lang, person)


def named(reader: Reader, page: str, email: str, name: str, lang: str) -> Someone:
    """Whom a third person means: by their page, or by an address. Raises BadField.

    Whether an address has an account makes no difference to what the third person is told.
    """
    if email.strip():
        folded = fold_email(email)
        known = find_person(reader.instance.private, folded)
        shown, spoken = check_name(name), known.lang if known else lang
        return Someone(shown, spoken, known, "" if known else folded, by_address=True)
    row = reader.row(page) if page else None
    if row is None or row.type != "person":
        raise BadField(
            "person", gettext("Choose a person who has a page here, or give an address.")
        )
    joined = people_by_page(reader.instance.private, [page]).get(page)
    if joined is None or joined.disabled:
        raise BadField(
            "person",
            gettext("Nobody reads mails for this page yet. If you have an address, give it below."),
        )
    return account(joined)


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
    if known := _same(instance, subject, sender):
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
    return _begin(reader, subject, row, [mine, *theirs], who)


def propose(
    reader: Reader, subject: Subject, proposer: Person, helper: Someone, words: str, *, origin: str
) -> Introduction:
    """``proposer`` thinks that ``helper`` and who looks after the subject should meet.

    Raises BadField, Forbidden, TooMany.
    """
    instance = reader.instance
    check_proposer(proposer)
    said = check_words(words)
    if helper.person is not None and helper.person.id == proposer.id:
        raise BadField("person", gettext("That is you: answer it yourself."))
    check_team(subject, helper)
    who = who_of(instance, helper.person, helper.email)
    if known := _same(instance, subject, helper):
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
    return _begin(reader, subject, row, sides, proposer.id)


def check_proposer(person: Person) -> None:
    """Raises Forbidden for a newcomer whom nobody has read yet.

    A proposal sends words of theirs to any address: whoever signs up to do that gets no further.
    """
    if person.held:
        raise Forbidden(
            gettext(
                "Your first text is read by someone before you bring others together. Until then, "
                "you can answer for yourself."
            )
        )


def no_room(name: str) -> str:
    """What is said where someone is not to be asked now; why is theirs."""
    return gettext(
        "{name} is not to be asked just now: they have been asked as much as they can take. "
        "Somebody else may be glad to be."
    ).format(name=name)


def _begin(
    reader: Reader,
    subject: Subject,
    row: IntroductionRow,
    sides: Sequence[SideRow],
    who: str,
) -> Introduction:
    instance = reader.instance
    with instance.private.session() as session:
        instance.private.lock(session, f"introductions:{subject.about}")
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
            if side.answer != WAITING:
                continue
            if row.confirmed is None:
                if side.place == "a":
                    put(instance.private, session, letters.confirming(instance, row, side))
                continue
            names = introduction.names_opposite(side)
            put(instance.private, session, letters.asking(instance, row, side, names))
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
        offers = side.place == "b" and subject.kind == OFFER
        if not (asked or offers) or side.answer == YES:
            continue
        person = get_person(reader.instance.private, side.person) if side.person else None
        page = person.page if person else None
        room = note_request(
            reader.instance.private,
            session,
            page or who_of(reader.instance, person, side.email),
            "introduction",
            may_give(Reader(reader.instance, person), page) if page else requests_a_month(""),
            offer=subject.about if offers else "",
            of_offer=subject.monthly if offers else None,
        )
        if not room:
            raise BadField("person" if asked else "", no_room(side.name))


def check_words(words: str) -> str:
    """The words as they are kept: a line or two, without an address. Raises BadField."""
    said = "\n".join(" ".join(line.split()) for line in words.strip().splitlines())
    if not said or len(said) > WORDS:
        raise BadField("words", gettext("Say it in a line or two; 400 characters at most."))
    if any(not char.isprintable() and char != "\n" for char in said):
        raise BadField("words", gettext("This holds characters that cannot be seen."))
    if _ADDRESS.search(said):
        raise BadField(
            "words",
            gettext("Leave mail addresses out: each learns the other’s once both have said yes."),
        )
    return said


def check_team(subject: Subject, someone: Someone) -> None:
    """Raises BadField where nobody can be asked about the subject, or only whom it is about."""
    if not subject.team:
        raise BadField(
            "", gettext("Nobody who looks after this page reads mails here yet: write on the page.")
        )
    if not subject.open:
        raise BadField("", gettext("This no longer waits for an answer."))
    if someone.person in subject.team and not someone.by_address:
        raise BadField("", gettext("This is looked after by the very person that you would bring."))


def check_trust(instance: Instance, who: str) -> None:
    """Raises Forbidden for one whom several people have reported."""
    with instance.private.reading() as session:
        asked = select(func.count()).where(BlockRow.sender == who, BlockRow.reported.is_(True))
        if (session.scalar(asked) or 0) >= REPORTS:
            raise Forbidden(
                gettext("Several people have asked not to hear from you: nothing more is sent.")
            )


def is_quiet(instance: Instance, who: str) -> bool:
    """Whether they are not to be proposed any more."""
    with instance.private.reading() as session:
        return session.get(QuietRow, who) is not None


def spend(instance: Instance, sender: str, recipients: Sequence[str], origin: str) -> None:
    """Counts against the limits of a day. Raises TooMany."""
    most = instance.settings.introductions_per_day
    limits = [
        Limit(f"introductions:{sender}", most, DAY),
        Limit(f"introductions@{network(origin)}", _NETWORK * max(most, 1), DAY),
    ]
    for one in recipients:
        limits.append(Limit(f"introductions:{sender}>{one}", _SAME, DAY))
        limits.append(Limit(f"introductions>{one}", _ONE, DAY))
    try:
        attempt_all(instance.private, limits)
    except TooMany as error:
        raise TooMany(
            gettext("That is as many introductions as one day takes. Nothing was sent; tomorrow."),
            retry_after=error.retry_after,
        ) from None


def _same(instance: Instance, subject: Subject, someone: Someone) -> Introduction | None:
    """The introduction of the same person about the same thing that is under way."""
    with instance.private.reading() as session:
        person = someone.person.id if someone.person else None
        return _live(session, subject.about, person, someone.email)


def _live(session: Session, about: str, person: str | None, email: str) -> Introduction | None:
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


def refusing(
    session: Session, instance: Instance, sides: Sequence[SideRow], sender: str
) -> set[str]:
    """The sides that want nothing from the sender: for them it is a no that nobody hears."""
    known = {side.id: side.person or who_of(instance, None, side.email) for side in sides}
    blocking = select(BlockRow.who).where(BlockRow.sender == sender)
    blocks = set(session.scalars(blocking.where(BlockRow.who.in_(known.values()))))
    return {side for side, who in known.items() if who in blocks}


def new_row(instance: Instance, kind: str, subject: Subject, words: str) -> IntroductionRow:
    """An introduction that begins now, about ``subject``."""
    now = instance.private.now()
    return IntroductionRow(
        id=token_hex(8),
        kind=kind,
        about=subject.about,
        proposer=None,
        words=words,
        created=now,
        confirmed=None,
        answered=None,
        connected=None,
        over=None,
        reminded=None,
        expires=now + RESTS_AFTER,
        outcome_asked=None,
        line="",
        line_by="",
        line_told=None,
    )


def new_side(row: IntroductionRow, someone: Someone, place: str) -> SideRow:
    """Someone as one side of it, asked at ``place``."""
    return SideRow(
        id=token_hex(8),
        introduction=row.id,
        place=place,
        person=someone.person.id if someone.person else None,
        email="" if someone.person else someone.email,
        name=someone.name,
        lang=someone.lang,
        answer=WAITING,
        hidden=False,
        chosen=False,
        outcome="",
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
