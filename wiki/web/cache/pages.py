"""Pages kept for all who are alike, with what is one person's own filled in for each.

::

    who asks ──▶ same rights, language, address ──▶ kept? ──yes──▶ filled in
                                                      │ no          ▲
                                                      └──▶ made for a stand-in

People with the same rights see the same page, but for their name, the tokens of their forms and
what their last request has to say. So a stand-in asks for it in their place: someone with these
rights, without a name, an address or a page. What makes the page cannot tell who asks, so nothing
private can be kept. Where the name, the token and the notices go stand words that nobody can guess.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from http import HTTPStatus
from secrets import token_hex
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from cachetools import LRUCache
from flask import Flask, current_app, g, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import escape
from werkzeug.wrappers import Response

from wiki.cache.topics import noting
from wiki.instance import Instance
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.translation import language
from wiki.web.conditional import wanted_kind
from wiki.web.notices import render_notices, take_notices
from wiki.web.support import (
    current_instance,
    current_person,
    current_reader,
    wanted,
)

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

#: people whose tokens are kept
MAX_PEOPLE = 1000
_EXTENSION = "carrefour-tokens"
_lock = Lock()
_NAME, _TOKEN, _NOTICES = token_hex(16), token_hex(16), token_hex(16)
_OWN = re.compile(f"({_NAME}|{_TOKEN}|{_NOTICES})")

#: text, own word, text, own word, … text
Pieces = tuple[str, ...]


def keep_pages(app: Flask) -> None:
    """Gives ``app`` the memory of tokens that ``for_all_alike`` uses."""
    app.extensions[_EXTENSION] = LRUCache(MAX_PEOPLE)


def for_all_alike(view: Callable[Arguments, Response]) -> Callable[Arguments, Response]:
    """``view``, made once for all signed-in readers who are alike, where it calls ``share()``.

    Its arguments, which are compared too, are all that it may know of who asks beyond their rights.
    """

    @wraps(view)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        person = current_person()
        if person is None:
            return view(*args, **kwargs)
        instance = current_instance()
        cache = instance.cache
        audience = cache.answer(("audience", person), lambda: Reader(instance, person).audience)
        asked = (request.path, request.query_string, wanted_kind(request.environ), wanted())
        rights = (audience, person.role, person.held)
        key = ("page", view.__qualname__, args, tuple(kwargs.items()), asked, rights)
        pieces: Pieces | None = cache.find(key)
        if pieces is None:
            begun = cache.begin()
            with noting() as topics, _stand_in(instance, person, audience):
                response = view(*args, **kwargs)
                shared = bool(g.get("shared"))
            if response.mimetype != "text/html" or response.is_streamed:
                return response
            pieces = tuple(_OWN.split(response.get_data(as_text=True)))
            if response.status_code != HTTPStatus.OK or not shared:
                response.set_data(_filled(pieces, person))
                return response
            cache.keep(key, pieces, sum(map(len, pieces)), cache.finish(begun, topics))
        return Response(_filled(pieces, person), mimetype="text/html")

    return answer


def keep_part(reader: Reader, key: tuple[str, ...], work: Callable[[Reader], Answer]) -> Answer:
    """A part of several pages, kept for all who are alike: what ``work`` says for such a reader.

    Asked anew for a person who is told from others: nothing of theirs is kept.
    """
    person, instance = reader.person, reader.instance
    if person is not None and not isinstance(person, _Alike):
        return work(reader)
    rights = (reader.audience, person is not None and (person.role, person.held))

    def answer() -> Answer:
        # Someone of its own: what this reader has asked before would not be noted again.
        return work(Reader(instance, person, audience=reader.audience))

    return instance.cache.answer(("part", *key, language(), rights), answer)


class _Alike(Person):
    """Anybody with some rights: a page made for them that asks whose they are shows nobody's."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        if name in ("id", "email", "page"):
            raise RuntimeError(
                f"person.{name} is not known here: this page is kept for all with the same rights. "
                "Put what is one person's own in a page or a part of their own."
            )
        return super().__getattribute__(name)


@contextmanager
def _stand_in(instance: Instance, person: Person, audience: frozenset[str]) -> Iterator[None]:
    """Has someone ask who is as ``person`` in all that pages depend on, and is nobody."""
    nobody = _Alike("", "", _NAME, role=person.role, lang=person.lang, held=person.held)
    reader = current_reader()
    g.reader = Reader(instance, nobody, audience=audience)
    g.person, g.form_token, g.notices = nobody, _TOKEN, _NOTICES
    try:
        yield
    finally:
        g.reader, g.person = reader, person
        del g.form_token, g.notices


def _filled(pieces: Pieces, person: Person) -> str:
    if len(pieces) == 1:
        return pieces[0]
    own = {_NAME: str(escape(person.name)), _NOTICES: ""}
    if _NOTICES in pieces and "_flashes" in session:
        own[_NOTICES] = render_notices(current_instance(), take_notices())
    if _TOKEN in pieces:
        own[_TOKEN] = _token()
    filled = list(pieces)
    filled[1::2] = [own[word] for word in pieces[1::2]]
    return "".join(filled)


def _token() -> str:
    """What the forms of who asks send back: signed once a session, for it has no age."""
    tokens: LRUCache[str, str] = current_app.extensions[_EXTENSION]
    secret = session.get("csrf_token", "")
    with _lock:
        token = tokens.get(secret)
    if token is None:
        token = generate_csrf()
        with _lock:
            tokens[session["csrf_token"]] = token
    return token
