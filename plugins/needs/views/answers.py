"""A mailed link that answers whether a need still stands: looking changes nothing, its button does.

It acts in the name of the account that it was sent to, while that may still change the need; once,
and not after it has expired.
"""

from dataclasses import dataclass

from flask import Blueprint, request
from sqlalchemy import update
from werkzeug.wrappers import Response

from wiki.api.errors import Forbidden, NotFound
from wiki.api.people import Person, get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, get_item
from wiki.api.translation import gettext, lazy
from wiki.api.web import current_instance, current_person, current_reader
from wiki.api.web.forms import render_tool

from .. import changes
from ..changes import Answer
from ..model import KIND_BY_BLOCK, NEED
from ..models import QuestionRow
from ..presenters import item_url
from ..reminders import ACTS, ANSWER, Token

bp = Blueprint("needs_answering", __name__)

_LABELS = {
    "renew": lazy("It still stands"),
    "met": lazy("We have found"),
    "withdraw": lazy("Withdraw it"),
}
_DONE = {
    "renew": lazy("Noted: it still stands, and is on the board again."),
    "met": lazy("Noted. Thank you: others see by it that asking helps."),
    "withdraw": lazy("It is off the board, and stays in its page."),
}


@dataclass(frozen=True)
class Question:
    """What a link asks: about which need, and in whose name it is answered."""

    id: str
    person: Person
    reader: Reader
    row: ItemRow


@bp.get("/needs/answer/<token>")
def show(token: str) -> Response:
    """The need, and a button for each answer; the one that was pressed in the mail stands first."""
    link, question = _read(current_instance(), token)
    return _page(question, link.act)


@bp.post("/needs/answer/<token>")
def answer(token: str) -> Response:
    """Does it, once."""
    instance = current_instance()
    link, question = _read(instance, token)
    act = request.form.get("act", link.act)
    act = act if act in ACTS else link.act
    # Before it is used up: what cannot be done can be tried again.
    if act == "renew":
        changes.renew(question.reader, question.row)
    elif act == "withdraw":
        changes.withdraw(question.reader, question.row)
    else:
        words = Answer(words=request.form.get("words", ""))
        changes.mark_met(question.reader, question.row, words)
    instance.private.execute(
        update(QuestionRow)
        .where(QuestionRow.id == question.id, QuestionRow.answered.is_(None))
        .values(answered=instance.private.now())
    )
    return _page(question, act, done=True)


def _read(instance: Instance, token: str) -> tuple[Token, Question]:
    """The question of a link.

    Raises Forbidden for who is signed in as somebody else, to whom it was passed on, and NotFound
    where it is no longer good. All that a link can no longer do is told alike: it says nothing of
    who it was for.
    """
    link = ANSWER.read(instance, token)
    question = _question(instance, link.question) if link and link.act in ACTS else None
    if link is None or question is None:
        raise NotFound(
            gettext(
                "This link is no longer good: it has been used, is too old, or the need is gone. "
                "Log in to see what waits for you."
            )
        )
    asking = current_person()
    if asking is not None and asking.id != question.person.id:
        raise Forbidden(
            gettext(
                "This link was sent to somebody else, and writes in their name. Nothing happened."
            )
        )
    return link, question


def _question(instance: Instance, id: str) -> Question | None:
    row = instance.private.find_row(QuestionRow, id)
    if row is None or row.answered is not None or row.expires <= instance.private.now():
        return None
    identity, person_id = row.identity, row.person
    person = get_person(instance.private, person_id)
    if person is None or person.disabled:
        return None
    reader = Reader(instance, person)
    item = get_item(reader, identity)
    if item is None or KIND_BY_BLOCK.get(item.block) is not NEED:
        return None
    return Question(id, person, reader, item) if reader.may_edit(item.path) else None


def _page(question: Question, act: str, *, done: bool = False) -> Response:
    ordered = [act, *(one for one in ACTS if one != act)]
    visitor = current_reader()
    return render_tool(
        "needs/still.html",
        private_address=True,
        said=question.row.plain,
        place=question.row.space_title or question.row.page_title,
        name=question.person.name,
        acts=[(one, str(_LABELS[one])) for one in ordered],
        done=str(_DONE[act]) if done else "",
        url=item_url(NEED, question.row.identity)
        if get_item(visitor, question.row.identity or "")
        else "",
    )
