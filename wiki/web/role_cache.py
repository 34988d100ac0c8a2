"""Pages kept for all who are alike, with what is one person's own filled in for each.

::

    who asks ──▶ same rights, language, address, moment ──▶ kept? ──yes──▶ filled in
                                                              │ no          ▲
                                                              └──▶ made for a stand-in

People with the same rights see the same page, but for their name and the tokens of their forms. So
a stand-in asks for it in their place: someone with these rights, without a name, an address or a
page. What makes the page cannot tell who asks, so nothing private can be kept. Where the name and
the token go stand words that nobody can guess.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import wraps
from http import HTTPStatus
from secrets import token_hex
from typing import ParamSpec

from flask import Flask, current_app, g, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import escape
from werkzeug.wrappers import Response

from wiki.people.person import Person
from wiki.reading import Reader
from wiki.web.cache.versions import Moment, Moments
from wiki.web.conditional import wanted_kind
from wiki.web.support import current_person, current_reader, wanted

Arguments = ParamSpec("Arguments")

#: characters that are kept in one process
MAX_CHARACTERS = 16_000_000
#: people whose groups and tokens are kept
MAX_PEOPLE = 1000
_EXTENSION = "carrefour-alike"
_NAME, _TOKEN = token_hex(16), token_hex(16)
_OWN = re.compile(f"({_NAME}|{_TOKEN})")

#: text, own word, text, own word, … text
Pieces = tuple[str, ...]


class KeptPages:
    """Pages of one process by who may see them, the last used ones; safe between threads."""

    def __init__(self, moments: Moments, max_characters: int = MAX_CHARACTERS) -> None:
        self.now = moments.now
        self._max = max_characters
        self._characters = 0
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, tuple[Moment, Pieces, int]] = OrderedDict()
        self._tokens: dict[str, str] = {}
        self._audiences: tuple[Moment | None, dict[Person, frozenset[str]]] = (None, {})

    def audience(self, person: Person, moment: Moment) -> frozenset[str]:
        """The groups that ``person`` is in, which a page or a commit may have told."""
        known, audiences = self._audiences
        if known == moment and (found := audiences.get(person)) is not None:
            return found
        audience = current_reader().audience
        if self.now() == moment:
            if known != moment or len(audiences) >= MAX_PEOPLE:
                audiences = {}
                self._audiences = (moment, audiences)
            audiences[person] = audience
        return audience

    def token(self) -> str:
        """What the forms of who asks send back: signed once a session, for it has no age."""
        secret = session.get("csrf_token", "")
        if (token := self._tokens.get(secret)) is None:
            token = generate_csrf()
            if len(self._tokens) >= MAX_PEOPLE:
                self._tokens.clear()
            self._tokens[session["csrf_token"]] = token
        return token

    def find(self, key: Hashable, moment: Moment) -> Pieces | None:
        """The page kept under ``key``, if it was made at ``moment``."""
        with self._lock:
            found = self._pages.get(key)
            if found is None or found[0] != moment:
                return None
            self._pages.move_to_end(key)
            return found[1]

    def keep(self, key: Hashable, moment: Moment, pieces: Pieces) -> None:
        """Keeps a page; the ones that nobody has asked for longest make room."""
        size = sum(map(len, pieces)) + 1000
        with self._lock:
            if (old := self._pages.pop(key, None)) is not None:
                self._characters -= old[2]
            self._pages[key] = (moment, pieces, size)
            self._characters += size
            while self._characters > self._max:
                self._characters -= self._pages.popitem(last=False)[1][2]


def keep_pages(app: Flask, moments: Moments) -> None:
    """Gives ``app`` the memory that ``for_all_alike`` uses."""
    app.extensions[_EXTENSION] = KeptPages(moments)


def for_all_alike(view: Callable[Arguments, Response]) -> Callable[Arguments, Response]:
    """``view``, made once for all who are alike and signed in, where it calls ``share_response``.

    Its arguments, which are compared too, are all that it may know of who asks beyond their rights.
    """

    @wraps(view)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        person = current_person()
        if person is None or "_flashes" in session:
            return view(*args, **kwargs)
        kept: KeptPages = current_app.extensions[_EXTENSION]
        moment = kept.now()
        asked = (request.path, request.query_string, wanted_kind(request.environ), wanted())
        rights = (kept.audience(person, moment), person.role, person.held)
        key = (view.__qualname__, args, tuple(kwargs.items()), asked, rights)
        pieces = kept.find(key, moment)
        if pieces is None:
            with _stand_in(current_reader(), person):
                response = view(*args, **kwargs)
                shared = bool(g.get("shared"))
            if response.mimetype != "text/html" or response.is_streamed:
                return response
            pieces = tuple(_OWN.split(response.get_data(as_text=True)))
            if response.status_code != HTTPStatus.OK or not shared:
                response.set_data(_filled(pieces, person, kept))
                return response
            if kept.now() == moment:
                kept.keep(key, moment, pieces)
        return Response(_filled(pieces, person, kept), mimetype="text/html")

    return answer


@contextmanager
def _stand_in(reader: Reader, person: Person) -> Iterator[None]:
    """Has someone ask who is as ``person`` in all that pages depend on, and is nobody."""
    nobody = Person(
        id="", email="", name=_NAME, role=person.role, lang=person.lang, held=person.held
    )
    g.reader = Reader(reader.instance, nobody, audience=reader.audience)
    g.person, g.form_token = nobody, _TOKEN
    try:
        yield
    finally:
        g.reader, g.person = reader, person
        del g.form_token


def _filled(pieces: Pieces, person: Person, kept: KeptPages) -> str:
    if len(pieces) == 1:
        return pieces[0]
    own = {_NAME: str(escape(person.name))}
    if _TOKEN in pieces:
        own[_TOKEN] = kept.token()
    filled = list(pieces)
    filled[1::2] = [own[word] for word in pieces[1::2]]
    return "".join(filled)
