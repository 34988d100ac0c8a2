"""A mailed link that gives news: looking changes nothing, its button writes the line, once.

It acts in the name of the account that it was sent to, while that may still write the story; not
after it has expired, and not for somebody else who is signed in.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http import HTTPStatus

from flask import Blueprint, redirect
from sqlalchemy import select, update
from werkzeug.wrappers import Response

from wiki.api.errors import BadField, Forbidden, NotFound, WikiError
from wiki.api.pages.editing import story_page, write_turn
from wiki.api.paths import action_url, page_url
from wiki.api.people import Person, get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.reading.rows import PageRow, get_row
from wiki.api.translation import gettext, use_language
from wiki.api.web import current_instance, current_person, current_reader, render_page
from wiki.api.web.forms import FormText, show_refusal

from .forms import typed_news
from .models import RequestRow, StopRow
from .news import MOST_LINK, MOST_WORDS, STATE, choices, known_states, read_news, tell_news
from .requests import moved
from .tokens import ANSWER, NOTHING, STOP, TELL

bp = Blueprint("news_answering", __name__)

#: so long after it was used, the same button pressed again is the same press
_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Request:
    """What a link asks: about which project, in whose name; ``again``: it was just answered."""

    id: str
    person: Person
    reader: Reader
    row: PageRow
    again: bool


@bp.get("/news/answer/<token>")
def show(token: str) -> Response:
    """The form, with what was pressed in the mail chosen already."""
    asked, act = _read(token)
    if asked.again:
        raise _no_good()
    if (other := _someone_else(asked)) is not None:
        return other
    state = act if act in known_states(asked.reader) else ""
    return _page(asked, act, {"state": state, "words": "", "link": "", "all": ""})


@bp.post("/news/answer/<token>")
def answer(token: str, all: FormText) -> Response:
    """Does it, once."""
    asked, act = _read(token)
    if (other := _someone_else(asked)) is not None:
        return other
    if asked.again:
        return _page(asked, act, {}, done=True)
    values = typed_news() | {"all": all}
    try:
        _answer(asked, act, values)
    except BadField as error:
        return show_refusal(partial(_page, asked, act, values), error)
    return _page(asked, act, values, done=True)


def _answer(asked: Request, act: str, values: dict[str, str]) -> None:
    """Writes what was said, then notes that the link is used; one at a time, everywhere."""
    instance = asked.reader.instance
    news = None
    if act not in (NOTHING, STOP):
        news = read_news(asked.reader, values["state"], values["words"], values["link"])
    with write_turn(instance):
        if _used(instance, asked.id):
            return
        # Before it is used up: what cannot be done can be tried again.
        if news is not None:
            tell_news(asked.reader, asked.row, news)
        now = instance.private.now()
        with instance.private.session() as session:
            session.execute(
                update(RequestRow)
                .where(RequestRow.id == asked.id, RequestRow.answered.is_(None))
                .values(answered=now, outcome="told" if news else act)
            )
            if act == STOP:
                project = "" if values["all"] else asked.row.path
                session.add(StopRow(person=asked.person.id, project=project, at=now))


def _used(instance: Instance, id: str) -> bool:
    chosen = select(RequestRow.id).where(RequestRow.id == id, RequestRow.answered.is_(None))
    return instance.private.find_value(chosen) is None


def _read(token: str) -> tuple[Request, str]:
    """The request of a link. Raises NotFound where it is no longer good.

    All that a link can no longer do is told alike: it says nothing of who it was for.
    """
    instance = current_instance()
    link = ANSWER.read(instance, token)
    asked = _request(instance, link.request) if link else None
    if link is None or asked is None:
        raise _no_good()
    known = (TELL, NOTHING, STOP, *known_states(asked.reader))
    return asked, link.act if link.act in known else TELL


def _no_good() -> WikiError:
    return NotFound(
        gettext(
            "This link is no longer good: it has been used, is too old, or the project is gone. "
            "Log in to give news from its page."
        )
    )


def _request(instance: Instance, id: str) -> Request | None:
    now = instance.private.now()
    row = instance.private.find_row(RequestRow, id)
    if row is None or row.person is None or row.expires <= now:
        return None
    if row.answered is not None and row.answered + _AGAIN <= now:
        return None
    project, person_id, again = row.project, row.person, row.answered is not None
    person = get_person(instance.private, person_id)
    if person is None or person.disabled or person.held:
        return None
    reader = Reader(instance, person)
    found = get_row(reader, moved(reader, project))
    if found is None or found.type != "project":
        return None
    if not reader.may_edit(story_page(reader, found.path)):
        return None
    return Request(id, person, reader, found, again)


def _someone_else(asked: Request) -> Response | None:
    """Where somebody else is signed in, who tells in their own name or not at all."""
    person = current_person()
    if person is None or person.id == asked.person.id:
        return None
    if current_reader().may_edit(asked.row.path):
        return redirect(action_url("news/tell", asked.row.path), HTTPStatus.SEE_OTHER)
    raise Forbidden(
        gettext("This link was sent to somebody else, and writes in their name. Nothing happened.")
    )


def _page(asked: Request, act: str, values: dict[str, str], *, done: bool = False) -> Response:
    seen = get_row(current_reader(), asked.row.path) is not None
    instance, present = asked.reader.instance, asked.row.first(STATE)
    # Whoever comes from the mail goes on in its language, whatever their browser prefers.
    with use_language(asked.person.lang):
        # The address lets one answer: no page that is gone to from here learns of it.
        return render_page(
            "news/answer.html",
            private_address=True,
            project=asked.row.title,
            name=asked.person.name,
            act=act if act in (NOTHING, STOP) else TELL,
            choices=choices(asked.reader, present),
            values=values,
            most={"words": MOST_WORDS, "link": MOST_LINK},
            done=done,
            tell=ANSWER.path(instance, asked.id, TELL),
            url=page_url(asked.row.path) if seen else "",
            noindex=True,
        )
