"""What the other site says of an introduction: a sister's word, bounded and looked at first."""

from collections.abc import Mapping
from functools import partial
from secrets import token_hex
from typing import Any

from wiki.api.errors import BadRequest, Forbidden, NotFound, TooMany
from wiki.api.limits import DAY, Limit, count_attempts
from wiki.api.mail import queue_mail, wake_sender
from wiki.api.people import Person, check_name, fold_email
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.sisters import SisterMessage, count_met, list_origins
from wiki.api.translation import gettext

from .. import letters, relays, requests, rules
from ..links import who_elsewhere
from ..models import ANSWER, ElsewhereRow, SideRow
from ..someone import Someone, new_side
from ..states import Event
from ..store import Introduction, apply, changing
from ..subjects import NEED, OFFER, is_identity, subject_here
from . import exchange
from .exchange import ADDRESS, AGREE, ASK, ERASED, REST, WORDS

_THREAD, _HANDLE, _TITLE, _MESSAGE = 32, 64, 100, 4000
#: where somebody of elsewhere stands
_TABLES = ("introductions_introduction", "introductions_side", "introductions_elsewhere", "mail")
#: messages that are mailed on to one person from one introduction a day
_MAILED = 20


def list_messages() -> list[SisterMessage]:
    """The kinds of messages about introductions."""
    taken = {
        ASK: asked,
        AGREE: agreed,
        ADDRESS: reached,
        REST: rests,
        ERASED: erased,
        WORDS: written,
    }
    return [
        SisterMessage(
            exchange.kind_of_message(what),
            take,
            None if what in (REST, ERASED) else not_told,
            partial(_fill, what),
            lasting=what == ERASED,
        )
        for what, take in taken.items()
    ]


def asked(instance: Instance, sister: str, body: Mapping[str, Any]) -> None:
    """Somebody of the sister answers a need or an offer: those who look after it are asked.

    Raises BadField, BadRequest, Forbidden, NotFound.
    """
    thread, about = _hex(body, "id", _THREAD), _text(body, "about", 20)
    if exchange.find_thread(instance, sister, thread) is not None:
        return
    words = rules.check_words(_text(body, "words", 2 * rules.WORDS))
    someone = Someone(_name(instance, sister, body), instance.settings.lang)
    visitor = Reader(instance)  # only what the sister could read
    if not is_identity(about):
        raise _unreadable()
    subject = subject_here(visitor, about)
    if body.get("relay") is True:
        subject = relays.relayed(visitor, subject)
    rules.check_team(subject, someone)
    handle = _hex(body, "by", _HANDLE)
    who = who_elsewhere(instance, sister, handle)
    rules.check_trust(instance, who)
    rules.spend_of_sister(instance, sister, who, [one.id for one in subject.team])
    row = requests.new_row(instance, ANSWER, subject, words)
    row.confirmed = row.answered = row.created
    theirs = new_side(row, someone, "a")
    theirs.elsewhere = new_elsewhere(theirs, sister, thread, handle)
    team = [new_side(row, _account(person), "b") for person in subject.team]
    requests.begin(visitor, subject, row, [theirs, *team], who)


def agreed(instance: Instance, sister: str, body: Mapping[str, Any]) -> None:
    """Somebody there said yes to what was asked here: the address of who asked is told now."""
    introduction, side = _found(instance, sister, body)
    if side.place != "b" or introduction.talk.over or not introduction.talk.said_yes("a"):
        raise _unknown()
    with changing(instance, side.id) as found:
        now = found[1].side(side.id) if found else None
        if now is not None and now.elsewhere is not None:
            now.elsewhere.agreed = True
    exchange.tell(instance, introduction.row.id)


def reached(instance: Instance, sister: str, body: Mapping[str, Any]) -> None:
    """How the other is reached: both said yes, and who stands here is told by mail, once."""
    introduction, side = _found(instance, sister, body)
    name, address = _name(instance, sister, body), _text(body, "address", 254)
    address = fold_email(address) if address else ""
    if introduction.talk.met:
        return
    with changing(instance, side.id) as found:
        if found is None:
            raise _unknown()
        session, now = found
        theirs = now.side(side.id)
        # Who asked here has said so, and the sister has: it cannot be reached before.
        if theirs is None or theirs.elsewhere is None or not _may_reach(now, theirs):
            raise _unknown()
        theirs.name, theirs.hidden = name, not address
        arrived = Introduction(now.row, now.sides, address)
        if not apply(instance, session, arrived, Event("yes", theirs.id)).met:
            raise _unknown()
    asking = side.place == "b"
    kind = NEED if introduction.row.about.rpartition("/")[2].startswith("b-") else OFFER
    # Of what was needed here: a need of ours that they answered, or an offer of theirs.
    if kind == (OFFER if asking else NEED):
        count_met(instance, sister)
    wake_sender(instance)
    exchange.tell(instance, introduction.row.id)


def rests(instance: Instance, sister: str, body: Mapping[str, Any]) -> None:
    """It rests there, whatever the reason: taken back, refused in silence, or somebody left."""
    found = exchange.find_thread(instance, sister, _hex(body, "id", _THREAD))
    if found is not None:
        exchange.end(instance, found[1].id)


def erased(instance: Instance, sister: str, body: Mapping[str, Any]) -> None:
    """Who stood there is no more: nothing of them is left here, in what was written before either.

    Said again, there is nothing left to forget.
    """
    if exchange.find_thread(instance, sister, _hex(body, "id", _THREAD)) is not None:
        rests(instance, sister, body)
        instance.private.erase_traces(_TABLES)


def written(instance: Instance, sister: str, body: Mapping[str, Any]) -> None:
    """What the other writes by the form of their site is mailed on. Raises Forbidden, NotFound."""
    introduction, side = _found(instance, sister, body)
    said = _text(body, "words", _MESSAGE).replace("\r\n", "\n")
    said = "".join(char for char in said if char.isprintable() or char == "\n").strip()
    other = introduction.other(side)
    if not said or other is None or introduction.talk.over:
        raise _unknown()
    try:
        count_attempts(instance.private, [Limit(f"introductions:relay:{side.id}", _MAILED, DAY)])
    except TooMany as error:
        raise Forbidden(error.words) from None
    with instance.private.session() as session:
        mail = letters.relayed(instance, introduction.row, other, side.name, said, token_hex(8))
        queue_mail(instance.private, session, mail)
    wake_sender(instance)


def not_told(instance: Instance, sister: str, body: Mapping[str, Any], words: str) -> None:
    """It was refused there, or did not arrive in a month; why is not told on: it rests."""
    found = exchange.find_thread(instance, sister, str(body.get("id")))
    if found is not None:
        exchange.end(instance, found[1].id)


def new_elsewhere(side: SideRow, sister: str, thread: str, handle: str = "") -> ElsewhereRow:
    """Where ``side`` stands: at the sister."""
    return ElsewhereRow(
        side=side.id,
        sister=sister,
        thread=thread,
        handle=handle,
        told="",
        agreed=False,
        relay=False,
    )


def _may_reach(introduction: Introduction, side: SideRow) -> bool:
    talk, elsewhere = introduction.talk, side.elsewhere
    if elsewhere is None or talk.over:
        return False
    if side.place == "b":
        return elsewhere.agreed and talk.said_yes("a") is not None
    return talk.said_yes("b") is not None


def _found(
    instance: Instance, sister: str, body: Mapping[str, Any]
) -> tuple[Introduction, SideRow]:
    found = exchange.find_thread(instance, sister, _hex(body, "id", _THREAD))
    if found is None:
        raise _unknown()
    return found


def _fill(
    what: str, instance: Instance, sister: str, body: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    return exchange.fill(instance, sister, body, what)


def _account(person: Person) -> Someone:
    return Someone(person.name, person.lang, person)


def _name(instance: Instance, sister: str, body: Mapping[str, Any]) -> str:
    """The name that somebody of the sister is shown with: always with that of their site."""
    name = check_name(_text(body, "name", 200))
    title = next(
        (one.title for one in list_origins(Reader(instance)) if one.name == sister), sister
    )
    return f"{name} ({title[:_TITLE]})"


def _text(body: Mapping[str, Any], key: str, most: int) -> str:
    said = body.get(key)
    if not isinstance(said, str) or len(said) > most:
        raise _unreadable()
    return said


def _hex(body: Mapping[str, Any], key: str, length: int) -> str:
    said = _text(body, key, length)
    if len(said) != length or not set(said) <= set("0123456789abcdef"):
        raise _unreadable()
    return said


def _unreadable() -> BadRequest:
    return BadRequest(gettext("This is not written as a Carrefour writes it."))


def _unknown() -> NotFound:
    return NotFound(gettext("This introduction has ended: nothing was sent."))
