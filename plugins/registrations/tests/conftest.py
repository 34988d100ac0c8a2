"""The plugin as the wiki loads it, an event with people around it, its clock, and their mails."""

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest

from wiki.pages.words import slug
from wiki.people.accounts import add_person, ask_login_link, set_page, set_role
from wiki.testing import token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

EVENT = "evenements/printemps"
#: a fixed day: the site's clock shows an hour more than UTC
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def event(**head: str) -> str:
    """The text of an event; what is given as "" is left out."""
    values = {
        "type": "event",
        "title": "Carrefour de printemps",
        "starts": "2027-03-18T18:30",
        "ends": "2027-03-18T21:00",
        "place": "Médiathèque",
        "registration": "open",
        "capacity": "2",
        "team": '["[[personnes/awa]]"]',
        **head,
    }
    lines = [f"{key}: {value}" for key, value in values.items() if value]
    return "---\n{}\n---\n\nVenez.\n".format("\n".join(lines))


FILES: dict[str, str | None] = {
    "evenements/ailleurs.md": None,
    "index.md": "# Accueil\n",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
    "personnes/lea.md": "---\ntype: person\ntitle: Léa\n---\n",
    f"{EVENT}.md": event(),
}


@pytest.fixture(scope="session")
def part() -> Callable[[str], Any]:
    """``part("places")``: a module of this plugin."""
    from wiki.plugins import load_plugins

    load_plugins()
    return lambda name: importlib.import_module(f"wiki_plugins.registrations.{name}")


@dataclass
class Evening:
    """A wiki with an event in it; its clock is moved by hand."""

    instance: "Instance"
    app: "Flask"
    part: Callable[[str], Any]
    people: "dict[str, Person]"
    now: datetime = NOW
    shown: list[str] = field(default_factory=list)
    clients: "dict[str, FlaskClient]" = field(default_factory=dict)
    sent: dict[str, EmailMessage] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.instance.private.now = lambda: self.now

    def later(self, **how_long: float) -> None:
        """Moves the clock, and does what is due by then."""
        self.mails()
        self.now += timedelta(**how_long)
        self.clients.clear()
        self.tend()

    def tend(self) -> None:
        """Does what is due."""
        self.part("tending").run(self.instance)
        self.mails()

    def settle(self) -> None:
        """A page has said the same for long enough to be told."""
        self.tend()
        self.later(minutes=11)

    def change(self, **head: str) -> None:
        """Someone edits the head of the event."""
        self.write({f"{EVENT}.md": event(**head)})

    def visit(self, client: "FlaskClient", url: str, status: int = 200) -> str:
        answer = client.get(url)
        assert answer.status_code == status, (url, answer.status_code)
        text = answer.get_data(as_text=True)
        self.shown.append(text)
        return text

    def send(
        self, client: "FlaskClient", url: str, status: int = 303, form: str = "", **data: Any
    ) -> str:
        """Sends a form of ours; the words of the page that answers."""
        answer = client.post(url, data={"csrf_token": token(client, form or url), **data})
        text = answer.get_data(as_text=True)
        self.shown.append(text)
        assert answer.status_code == status, (answer.status_code, text[-3000:])
        self.mails()
        return text

    def mails(self) -> list[EmailMessage]:
        """All mails sent so far, oldest first."""
        from wiki.sending import deliver

        deliver(self.instance)
        # Its clock stands still: what is new since we last looked is newer.
        files = sorted((self.instance.settings.instance / "outbox").glob("*.eml"))
        for one in files:
            if one.name not in self.sent:
                found = message_from_bytes(one.read_bytes(), policy=default)
                assert isinstance(found, EmailMessage)
                self.sent[one.name] = found
        return list(self.sent.values())

    def mails_to(self, who: str) -> list[str]:
        """Subject and text of the mails to an address, or to one of the people."""
        address = self.people[who].email if who in self.people else who
        return [
            f"{mail['Subject']}\n{text_of(mail)}" for mail in self.mails() if mail["To"] == address
        ]

    def link(self, who: str) -> str:
        """The page of someone's registration, from their newest mail."""
        for text in reversed(self.mails_to(who)):
            if found := re.search(r"(/-/registrations/mine/[\w.-]+)", text):
                return found[1]
        raise AssertionError(f"no link for {who}")

    def visitor(self) -> "FlaskClient":
        return self.app.test_client()

    def as_(self, who: str) -> "FlaskClient":
        """The browser of someone signed in."""
        if who not in self.clients:
            client = self.app.test_client()
            link = ask_login_link(
                self.instance.private,
                self.instance.settings,
                email=self.people[who].email,
                lang="fr",
                address="192.0.2.1",
            )
            url = f"/-/login-link/{link.token}"
            assert client.post(url, data={"csrf_token": token(client, url)}).status_code == 303
            self.clients[who] = client
        return self.clients[who]

    def write(self, files: dict[str, str | None]) -> None:
        """A commit by hand, past every door; None deletes what is there."""
        from wiki.repository.objects import Author
        from wiki.repository.writing import commit

        head = self.instance.repository.head()
        known = {name for name, _id in self.instance.repository.files(head)}
        changes = {
            name: text.encode() if text is not None else None
            for name, text in files.items()
            if text is not None or name in known
        }
        author = Author("Une main", "main@people.invalid")
        commit(self.instance.repository, head, changes, author, "by hand")

    def registers(self, who: str, status: int = 303, **said: Any) -> str:
        """Someone with an account registers."""
        data = {"name": self.people[who].name, "lang": "fr", **said}
        url = f"/-/registrations/{EVENT}"
        return self.send(self.as_(who), url, status, "/-/account", **data)

    def asks(self, email: str, name: str = "Zoé", status: int = 200, **said: Any) -> str:
        """Someone without an account fills the form in."""
        data = {"name": name, "email": email, "lang": "fr", **said}
        return self.send(self.visitor(), f"/-/registrations/{EVENT}", status, **data)

    def act(self, who: str, action: str, status: int = 303, **data: Any) -> str:
        """Presses a button on the page of someone's newest link, without logging in."""
        return self.send(self.visitor(), self.link(who), status, action=action, **data)

    def page_of(self, who: str) -> str:
        """What someone's own page says."""
        return self.visit(self.visitor(), self.link(who))

    def manage(self, action: str, status: int = 303, who: str = "awa", **data: Any) -> str:
        """An organiser presses a button."""
        url = f"/-/registrations/{EVENT}/manage"
        return self.send(self.as_(who), url, status, action=action, **data)

    def rows(self) -> dict[str, str]:
        """Name → state of all who registered."""
        return {row.name: row.state for row in self.registrations()}

    def registrations(self) -> list[Any]:
        from sqlalchemy import select

        models = self.part("models")
        with self.instance.private.reading() as session:
            return list(session.scalars(select(models.RegistrationRow)))


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture(scope="module")
def place(
    part: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[tuple[Instance, Flask, dict[str, Person]]]":
    """A wiki with people, kept for the tests of a module: each begins with nobody registered."""
    from wiki.app import create_app
    from wiki.config import load_settings
    from wiki.founding import found
    from wiki.instance import close_instance, open_instance

    settings = load_settings(tmp_path_factory.mktemp("evening") / "instance", environ={})
    found(settings, empty=True)
    instance = open_instance(settings)
    people = {
        "awa": _person(instance, "Awa", page="personnes/awa"),
        "lea": _person(instance, "Léa", page="personnes/lea"),
        "marc": _person(instance, "Marc"),
        "noe": _person(instance, "Noé", page="personnes/noe"),
        "anne": _person(instance, "Anne", "admin"),
    }
    yield instance, create_app(instance), people
    close_instance(instance)


@pytest.fixture
def evening(place: Any, part: Callable[[str], Any]) -> Iterator[Evening]:
    from sqlalchemy import delete

    from wiki.people.models.counts import AttemptRow
    from wiki.people.models.running import MailRow

    instance, app, people = place
    models = part("models")
    with instance.private.session() as session:
        for model in (models.EventRow, AttemptRow, MailRow):
            session.execute(delete(model))
    for file in (instance.settings.instance / "outbox").glob("*.eml"):
        file.unlink()
    found = Evening(instance, app, part, people)
    found.write(FILES)
    yield found
    shown = "".join(found.shown)
    assert [one for one in people.values() if one.email in shown] == [], "no address in any page"


def _person(
    instance: "Instance", name: str, role: str = "member", page: str | None = None
) -> "Person":
    """An account without a password: hashing takes its time."""
    made = add_person(instance.private, email=f"{slug(name)}@example.org", name=name)
    if role != "member":
        made = set_role(instance.private, made.id, role, by="test")
    return set_page(instance.private, made.id, page, by="test") if page else made
