"""The mails of introductions, each to one person; only one of them holds an address of another."""

from dataclasses import replace
from hashlib import sha256

from wiki.api.mail import DeferredLetter, Letter, Mail, Recipient, address_letter, compose
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader

from .links import SIDE
from .models import ANSWER, MISSED, IntroductionRow, SideRow
from .relays import is_relay
from .subjects import Subject, subject_of

#: a page below a side's own
QUIET = "quiet"
#: who makes the words of the mail that holds an address
CROSSING = "introductions.cross"


def address_of(instance: Instance, side: SideRow) -> str:
    """Where a side is written to: the account's address as it is now."""
    person = get_person(instance.private, side.person) if side.person else None
    return person.email if person else side.email


def subject_for(instance: Instance, row: IntroductionRow, side: SideRow) -> Subject | None:
    """What the introduction is about, as that side may see it."""
    person = get_person(instance.private, side.person) if side.person else None
    return subject_of(Reader(instance, person), row.about)


def confirming(instance: Instance, row: IntroductionRow, side: SideRow) -> Mail:
    """To who answered without an account: is this address yours?"""
    letter = compose(
        instance,
        "introductions/mail/confirm",
        side.lang,
        url=SIDE.url(instance, side.id),
        topic=subject_for(instance, row, side),
    )
    return _mail(instance, row, side, "confirm", letter)


def asking(
    instance: Instance, row: IntroductionRow, side: SideRow, other: str, *, again: bool = False
) -> Mail:
    """Will you meet ``other``? ``again``: the one reminder."""
    proposer = get_person(instance.private, row.proposer) if row.proposer else None
    topic = subject_for(instance, row, side)
    asked = side.place == "b" and row.kind == ANSWER
    letter = compose(
        instance,
        "introductions/mail/ask",
        side.lang,
        name=side.name,
        other=other,
        proposer=proposer.name if proposer else "",
        place=side.place,
        missed=row.kind == MISSED,
        said=row.words,
        again=again,
        url=SIDE.url(instance, side.id),
        unsubscribe=SIDE.url(instance, side.id, below=QUIET),
        topic=topic,
        relay=asked and topic is not None and is_relay(topic, side.person),
    )
    return _mail(instance, row, side, "again" if again else "ask", letter, stops=True)


def crossing(instance: Instance, row: IntroductionRow, side: SideRow, other: SideRow) -> Mail:
    """Both said yes. The words are made when it is sent: no row ever holds the other's address."""
    return Mail(
        key=mail_key(row.id, side.id, "cross"),
        to=address_of(instance, side),
        subject=crossing_words(instance, row, side, other).subject,
        person=side.person,
        late=DeferredLetter(CROSSING, side.id),
        lang=side.lang,
    )


def crossing_sites(
    instance: Instance, row: IntroductionRow, side: SideRow, other: SideRow, address: str
) -> Mail:
    """The same with the ``address`` that came from the other's site: gone from here once sent."""
    return _mail(instance, row, side, "cross", crossing_words(instance, row, side, other, address))


def crossing_words(
    instance: Instance, row: IntroductionRow, side: SideRow, other: SideRow, address: str = ""
) -> Letter:
    """Here is how to reach ``other``, or the form that reaches them; ``address``: of elsewhere."""
    return compose(
        instance,
        "introductions/mail/cross",
        side.lang,
        name=side.name,
        other=other.name,
        address="" if other.hidden else address or address_of(instance, other),
        said=row.words if row.kind == MISSED else "",
        url=SIDE.url(instance, side.id),
        topic=subject_for(instance, row, side),
    )


def resting(instance: Instance, row: IntroductionRow, side: SideRow) -> Mail:
    """It rests; why is not said, and is not to be guessed."""
    letter = compose(
        instance,
        "introductions/mail/rest",
        side.lang,
        name=side.name,
        topic=subject_for(instance, row, side),
    )
    return _mail(instance, row, side, "rest", letter)


def relayed(
    instance: Instance, row: IntroductionRow, side: SideRow, other: str, words: str, key: str
) -> Mail:
    """What ``other`` wrote by the form; it is answered by the form too."""
    letter = compose(
        instance,
        "introductions/mail/message",
        side.lang,
        name=side.name,
        other=other,
        words=words,
        url=SIDE.url(instance, side.id),
    )
    return _mail(instance, row, side, f"message:{key}", letter)


def outcome(instance: Instance, row: IntroductionRow, side: SideRow, other: str) -> Mail:
    """A month later: what came of it?"""
    letter = compose(
        instance,
        "introductions/mail/outcome",
        side.lang,
        name=side.name,
        other=other,
        url=SIDE.url(instance, side.id),
    )
    return _mail(instance, row, side, "outcome", letter)


def proposing_line(instance: Instance, row: IntroductionRow, side: SideRow, other: str) -> Mail:
    """``other`` would like to tell it in the story of the page: do you agree?"""
    letter = compose(
        instance,
        "introductions/mail/line",
        side.lang,
        name=side.name,
        other=other,
        line=row.line,
        url=SIDE.url(instance, side.id),
    )
    return _mail(instance, row, side, f"line:{sha256(row.line.encode()).hexdigest()[:16]}", letter)


def mail_key(row_id: str, side_id: str, what: str) -> str:
    """The key of a mail about an introduction to one side: it is sent once."""
    return f"{keys_of(row_id)}{side_id}:{what}"


def keys_of(row_id: str) -> str:
    """What the keys of all mails about an introduction begin with."""
    return f"introductions:{row_id}:"


def _mail(
    instance: Instance,
    row: IntroductionRow,
    side: SideRow,
    what: str,
    letter: Letter,
    *,
    stops: bool = False,
) -> Mail:
    who = Recipient(address_of(instance, side), side.lang, id=side.person)
    # Each lets its holder answer, and one holds an address.
    mail = address_letter(letter, mail_key(row.id, side.id, what), who, secret=True)
    headers = {
        "List-Unsubscribe": f"<{SIDE.url(instance, side.id, below=QUIET)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return replace(mail, headers=headers) if stops else mail
