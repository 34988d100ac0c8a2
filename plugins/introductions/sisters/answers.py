"""Somebody with an account here answers a need or an offer of a sister's; limits come first."""

from secrets import token_hex

from wiki.api.errors import BadField, Forbidden
from wiki.api.people import Person
from wiki.api.reading import Reader
from wiki.api.sisters import is_exchanging
from wiki.api.translation import gettext

from .. import requests, rules
from ..models import ANSWER
from ..someone import Someone, account, new_side
from ..states import YES
from ..store import Introduction
from ..subjects import Subject
from . import exchange
from .inbox import new_elsewhere


def answer(
    reader: Reader,
    subject: Subject,
    person: Person,
    words: str,
    *,
    hidden: bool,
    relay: bool,
    origin: str,
) -> Introduction:
    """``person`` would help, or is interested: the sister asks those of the page.

    ``relay``: those who bring people together there may read it where nobody else does. The same
    answer twice is one. Raises BadField, Forbidden, TooMany.
    """
    instance, sister = reader.instance, subject.origin
    said = rules.check_words(words)
    if person.held:
        raise Forbidden(
            gettext("Your first text is read by someone before you write to other sites.")
        )
    if not subject.open:
        raise BadField("", gettext("This no longer waits for an answer."))
    if sister is None or not is_exchanging(instance, sister.name):
        raise BadField("", gettext("Nothing is exchanged with that site at present."))
    if known := requests.find_same(instance, subject, account(person)):
        return known
    rules.check_trust(instance, person.id)
    rules.spend(instance, person.id, [subject.about], origin)
    row = requests.new_row(instance, ANSWER, subject, said)
    row.confirmed = row.answered = row.created
    mine = new_side(row, account(person), "a")
    mine.hidden, mine.answer = hidden, YES
    theirs = new_side(row, Someone(subject.page_title[:200], person.lang), "b")
    theirs.elsewhere = new_elsewhere(theirs, sister.name, token_hex(16))
    theirs.elsewhere.relay = relay
    made = requests.begin(reader, subject, row, [mine, theirs], person.id)
    exchange.tell(instance, made.row.id)
    return made
