"""A wiki as people use it in a test: each in a browser, under a clock that is moved by hand."""

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest

from wiki.testing import databases
from wiki.testing.browsers import signed_in, token
from wiki.testing.state import State
from wiki.testing.wikis import opened

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.config import Settings
    from wiki.instance import Instance
    from wiki.people.person import Person
    from wiki.plugins import Plugins
    from wiki.reading import Reader


@pytest.fixture(scope="module")
def shared_wiki(
    tmp_path_factory: pytest.TempPathFactory, found_wiki: "Callable[[Settings, bool], None]"
) -> "Iterator[tuple[Instance, Flask]]":
    """A wiki without a page that a module's tests share: see ``Place.keep`` and ``rewind``."""
    from wiki.app import create_app
    from wiki.config import load_settings

    settings = load_settings(tmp_path_factory.mktemp("shared") / "instance", environ={})
    found_wiki(settings, True)
    with opened(settings) as instance:
        yield instance, create_app(instance)
    databases.release(settings.instance)


@pytest.fixture(scope="module")
def plugin_module(
    request: pytest.FixtureRequest, _plugins_found_once: "Callable[[], Plugins]"
) -> Callable[[str], Any]:
    """``plugin_module("store")``: a module of the plugin whose test asks, as the wiki loads it."""
    _plugins_found_once()
    plugin = request.path.parent.parent.name
    return lambda name: importlib.import_module(f"wiki_plugins.{plugin}.{name}")


@pytest.fixture(scope="module")
def empty_place(shared_wiki: "tuple[Instance, Flask]") -> "Place":
    """A wiki without a page and without people, by the true time: see ``module_wiki``."""
    clock = shared_wiki[0].private.now
    place = Place(*shared_wiki)
    place.instance.private.now = clock
    place.keep()
    return place


@dataclass
class Place:
    """A wiki, its people by a short name, and what each of them sees, sends and is sent.

    ``""`` stands for a visitor. Nobody's clock is another: private rows, pages and mails go by
    ``now``.
    """

    instance: "Instance"
    app: "Flask"
    #: a module of the plugin that is tried
    part: Callable[[str], Any] = field(kw_only=True, default=importlib.import_module)
    people: "dict[str, Person]" = field(default_factory=dict)
    now: datetime = datetime(2027, 3, 1, 9, tzinfo=UTC)
    #: every page and answer that anyone was shown
    shown: list[str] = field(default_factory=list)
    _clients: "dict[str, FlaskClient]" = field(default_factory=dict)
    _letters: dict[str, EmailMessage] = field(default_factory=dict)
    _kept: "dict[str, tuple[State, datetime, dict[str, Person], dict[str, EmailMessage]]]" = field(
        default_factory=dict
    )

    def __post_init__(self) -> None:
        self.instance.private.now = lambda: self.now

    # People

    def person(
        self, name: str, role: str = "member", page: str | None = None, key: str = ""
    ) -> "Person":
        """An account without a password, known by ``key``: the name in small plain letters."""
        from wiki.pages.words import slug
        from wiki.people.accounts import add_person, set_page

        key = key or slug(name)
        private = self.instance.private
        made = add_person(private, email=f"{key}@example.org", name=name, role=role)
        self.people[key] = set_page(private, made.id, page, by="test") if page else made
        return self.people[key]

    def client(self, who: str = "") -> "FlaskClient":
        """Someone's browser, signed in; a visitor's is new each time."""
        if not who:
            return self.app.test_client()
        if who not in self._clients:
            self._clients[who] = signed_in(self.app, self.instance, self.people[who])
        return self._clients[who]

    def reader(self, who: str = "") -> "Reader":
        """What someone may read, asked without a browser."""
        from wiki.people.accounts import get_person
        from wiki.reading import Reader

        person = get_person(self.instance.private, self.people[who].id) if who else None
        return Reader(self.instance, person)

    def exposed(self) -> list[str]:
        """The addresses of people that stood in what anyone was shown."""
        shown = "".join(self.shown)
        return [one.email for one in self.people.values() if one.email in shown]

    # Pages and forms

    def words(self, text: str) -> str:
        """What tests compare of a page or a mail: all; a subclass may join what reads alike."""
        return text

    def see(self, who: str, url: str, status: int = 200, **headers: str) -> str:
        """The words of a page."""
        answer = self.client(who).get(url, headers=headers)
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, (url, answer.status_code, text[-3000:])
        self.shown.append(text)
        return self.words(text)

    def send(
        self,
        who: str,
        url: str,
        /,
        status: int = 303,
        *,
        headers: dict[str, str] | None = None,
        **data: Any,
    ) -> str:
        """Sends a form; the words of what answers, or where it leads."""
        client = self.client(who)
        form = {"csrf_token": token(client), **data}
        answer = client.post(url, data=form, headers=headers)
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, (url, answer.status_code, text[-3000:])
        self.shown.append(text)
        return answer.headers.get("Location") or self.words(text)

    def write(
        self,
        files: Mapping[str, str | None],
        message: str = "by hand",
        when: datetime | None = None,
    ) -> str:
        """A commit by hand, past every door; None deletes what is there."""
        from wiki.repository.commit import commit
        from wiki.repository.objects import Author

        repository = self.instance.repository
        head = repository.head()
        known = {name for name, _blob in repository.files(head)}
        changes = {
            name: text.encode() if text is not None else None
            for name, text in files.items()
            if text is not None or name in known
        }
        author = Author("Une main", "main@people.invalid")
        return commit(repository, head, changes, author, message, when)

    # Where tests share a wiki

    def keep(self, moment: str = "") -> None:
        """Notes pages, people, rows, settings, the time and the mails so far, for ``rewind``."""
        state = State(self.instance)
        self._kept[moment] = state, self.now, dict(self.people), dict(self._letters)

    def rewind(self, moment: str = "") -> None:
        """All as it was when it was kept under that name.

        What a test registers with plugins goes by itself (``wiki.testing.once``).
        """
        state, self.now, people, letters = self._kept[moment]
        state.restore()
        self.people, self._letters = dict(people), dict(letters)
        self.shown.clear()
        self._clients.clear()

    # Time and mails

    def later(self, **how_long: float) -> None:
        """Moves the clock; sessions that would have ended by themselves are opened anew."""
        self.now += timedelta(**how_long)
        self._clients.clear()

    def mails(self) -> list[EmailMessage]:
        """Sends what waits; all mails so far, the oldest first."""
        from wiki.mail_dispatch import deliver
        from wiki.people.mail.queue import any_due

        if any_due(self.instance.private):
            deliver(self.instance)
        # The clock stands still: what is new since the last look is newer.
        for one in sorted((self.instance.settings.instance / "outbox").glob("*.eml")):
            if one.name not in self._letters:
                self._letters[one.name] = read_mail(one.read_bytes())
        return list(self._letters.values())

    def mails_to(self, who: str) -> list[str]:
        """Subject and text of the mails to one of the people, or to an address."""
        address = self.people[who].email if who in self.people else who
        return [
            self.words(f"{mail['Subject']}\n{text_of(mail)}")
            for mail in self.mails()
            if mail["To"] == address
        ]

    def mailed_link(self, who: str, begins: str) -> str:
        """The newest link in the mails to someone that begins so and has one word more."""
        link = re.compile(rf"{re.escape(begins)}[\w.-]+(?![\w./-])")
        found = (link.search(text) for text in reversed(self.mails_to(who)))
        return next(one[0] for one in found if one)


def read_mail(raw: bytes) -> EmailMessage:
    """A mail as it left."""
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: EmailMessage, form: str = "plain") -> str:
    """The words of a mail; of its ``html`` if asked."""
    body = mail.get_body((form,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
