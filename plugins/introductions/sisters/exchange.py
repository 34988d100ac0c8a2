"""What the other site is told of an introduction, as it stands when the message leaves."""

from collections.abc import Mapping
from hashlib import sha256
from hmac import new
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from wiki.api.errors import Forbidden, WikiError
from wiki.api.mail import forget_words, wake_sender
from wiki.api.plugin import Instance
from wiki.api.sisters import is_exchanging, send_message
from wiki.api.translation import gettext

from .. import letters
from ..models import ElsewhereRow, IntroductionRow, SideRow
from ..states import NO, Event
from ..store import Introduction, apply, changing, find_all, find_by_side

ASK, AGREE, ADDRESS, REST, WORDS = "ask", "yes", "address", "rest", "words"
#: who stood here is gone: nothing of them is to be left there
ERASED = "erased"
_PREFIX = "introductions-"
#: each is told once, and never one before what was told already
_ORDER = ("", ASK, AGREE, ADDRESS, REST, ERASED)
_AT_ONCE = 1000


def kind_of_message(what: str) -> str:
    """What sisters call a message that says ``what``."""
    return _PREFIX + what


def next_word(introduction: Introduction, side: SideRow) -> str:
    """What the other site, where ``side`` stands, is to know by now; "" for nothing yet."""
    talk, elsewhere = introduction.talk, side.elsewhere
    asking = side.place == "b"
    if elsewhere is None or (talk.over and asking and not elsewhere.told):
        return ""
    if _is_left(introduction, side):
        return ERASED
    # Whoever answered takes it back by a no: then nobody there need be asked any more.
    if talk.over or (asking and talk.hopeless("a")):
        return REST
    if asking:
        return ADDRESS if elsewhere.agreed else ASK
    if talk.met:
        return ADDRESS
    return AGREE if talk.said_yes("b") else ""


def tell(instance: Instance, row_id: str) -> None:
    """Tells the other site what it does not know yet; what cannot be sent is sent later."""
    for introduction in find_all(instance, IntroductionRow.id == row_id):
        for side in introduction.sides:
            _tell(instance, introduction, side)


def tell_all(instance: Instance) -> None:
    """The same for each that has not ended at the other site."""
    for introduction in _elsewhere(instance, ElsewhereRow.told != ERASED):
        for side in introduction.sides:
            _tell(instance, introduction, side)


def end_unreachable(instance: Instance) -> None:
    """Has those rest whose other site is blocked, removed, or no longer exchanges anything."""
    waiting = IntroductionRow.over.is_(None) & IntroductionRow.connected.is_(None)
    for introduction in _elsewhere(instance, waiting):
        for side in introduction.sides:
            sister = side.elsewhere.sister if side.elsewhere else ""
            if sister and not is_exchanging(instance, sister):
                end(instance, side.id)


def end(instance: Instance, side_id: str) -> None:
    """Nothing more comes from the other site: it rests, and what came from there is forgotten."""
    with changing(instance, side_id) as found:
        side = found[1].side(side_id) if found else None
        if found is None or side is None:
            return
        session, introduction = found
        apply(instance, session, introduction, Event("erase", side_id))
        if side.place == "a":
            introduction.row.words = ""
        session.delete(side)
        forget_mails(session, introduction)
    wake_sender(instance)


def forget_mails(session: Session, introduction: Introduction) -> None:
    """Takes back the mails about somebody who is gone, but those that say that it rests."""
    row = introduction.row
    rest = [letters.mail_key(row.id, one.id, "rest") for one in introduction.sides]
    forget_words(session, letters.keys_of(row.id), rest)


def find_thread(
    instance: Instance, sister: str, thread: str
) -> tuple[Introduction, SideRow] | None:
    """The introduction that the sister calls ``thread``, with its side there."""
    asked = select(ElsewhereRow.side).where(
        ElsewhereRow.sister == sister, ElsewhereRow.thread == thread
    )
    side_id = instance.private.find_value(asked)
    introduction = find_by_side(instance, side_id) if side_id else None
    side = introduction.side(side_id) if introduction and side_id else None
    return (introduction, side) if introduction is not None and side is not None else None


def fill(
    instance: Instance, sister: str, body: Mapping[str, Any], what: str
) -> Mapping[str, Any] | None:
    """What ``what`` says at this moment; None where it is not so any more."""
    if what in (REST, ERASED):
        return body  # it is so for good, whatever is known of it here by now
    found = find_thread(instance, sister, str(body.get("id")))
    if found is None:
        return None
    introduction, side = found
    wanted = next_word(introduction, side)
    if what == WORDS:
        return body if introduction.talk.met and wanted not in (REST, ERASED) else None
    if wanted in (REST, ERASED) or _ORDER.index(wanted) < _ORDER.index(what):
        return None
    match what:
        case "ask":
            return _asked(instance, introduction, side, body)
        case "address":
            return _reached(instance, introduction, side, body)
    return body


def send_words(instance: Instance, elsewhere: ElsewhereRow, words: str) -> None:
    """Has the other site mail ``words`` on to who stands there. Raises Forbidden."""
    try:
        body = {"id": elsewhere.thread, "words": words}
        send_message(instance, elsewhere.sister, kind_of_message(WORDS), body)
    except WikiError:
        words = gettext("The other site cannot be told anything at present: nothing was sent.")
        raise Forbidden(words) from None


def _asked(
    instance: Instance, introduction: Introduction, side: SideRow, body: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    mine = next((one for one in introduction.at("a") if one.answer != NO), None)
    elsewhere = side.elsewhere
    if mine is None or mine.person is None or elsewhere is None:
        return None
    # The same for all that one asks of that site, so that it can refuse them; another elsewhere.
    known = f"introductions:{elsewhere.sister}:{mine.person}"
    return {
        **body,
        "about": introduction.row.about.rpartition("/")[2],
        "name": mine.name,
        "words": introduction.row.words,
        "by": new(instance.secret, known.encode(), sha256).hexdigest(),
        "relay": elsewhere.relay,
    }


def _reached(
    instance: Instance, introduction: Introduction, side: SideRow, body: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    place = "a" if side.place == "b" else "b"
    yes = introduction.talk.said_yes(place)
    mine = introduction.side(yes.id) if yes else None
    address = letters.address_of(instance, mine) if mine else ""
    if mine is None or not address:
        return None
    return {**body, "name": mine.name, "address": "" if mine.hidden else address}


def _tell(instance: Instance, introduction: Introduction, side: SideRow) -> None:
    elsewhere = side.elsewhere
    word = next_word(introduction, side)
    if elsewhere is None:
        return
    if word == "" and elsewhere.told == AGREE:  # taken back: another's yes is news again
        _note(instance, side, "")
    if _ORDER.index(word) <= _ORDER.index(elsewhere.told):
        return
    try:
        body = {"id": elsewhere.thread}
        send_message(instance, elsewhere.sister, kind_of_message(word), body)
    except WikiError:
        return
    # Afterwards: said twice is taken once, said never would be lost.
    _note(instance, side, word)


def _note(instance: Instance, side: SideRow, word: str) -> None:
    with changing(instance, side.id) as found:
        now = found[1].side(side.id) if found else None
        if now is not None and now.elsewhere is not None:
            now.elsewhere.told = word
            if found and word in (REST, ERASED) and found[1].talk.over:
                now.name = ""  # nobody is told it any more


def _is_left(introduction: Introduction, side: SideRow) -> bool:
    """Whether nobody stands here any more of whom the other site, where ``side`` is, was told."""
    here = [one for one in introduction.sides if one.place != side.place]
    if introduction.talk.met:
        return not any(one.chosen for one in here)
    return not here


def _elsewhere(instance: Instance, condition: ColumnElement[bool]) -> list[Introduction]:
    asked = (
        select(IntroductionRow.id)
        .join(SideRow, SideRow.introduction == IntroductionRow.id)
        .join(ElsewhereRow, ElsewhereRow.side == SideRow.id)
        .where(condition)
    )
    return find_all(instance, IntroductionRow.id.in_(asked), limit=_AT_ONCE)
