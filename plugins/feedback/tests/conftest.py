"""A page that asks, people around it, its clock, and their mails; one wiki for a module."""

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
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

PATH = "projets/lora"
URL = f"/-/feedback/{PATH}"
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
HEAD = "---\ntype: project\ntitle: LoRa\nteam: ['[[personnes/awa]]']\n{more}---\n# LoRa\n"
ASKS = """
Du texte.

::: hypothèses
- 2027-01-02 cru — Un éleveur regarde l'écran

:::

::: retours
Est-ce clair ?

:::

## Budget

Cent euros.

::: retours

:::
"""


def page(body: str = ASKS, more: str = "") -> str:
    return HEAD.format(more=more) + body


@pytest.fixture(scope="session")
def part() -> Callable[[str], Any]:
    """``part("asking")``: a module of this plugin."""
    from wiki.plugins import load_plugins

    load_plugins()
    return lambda name: importlib.import_module(f"wiki_plugins.feedback.{name}")


@dataclass
class Asked:
    """A wiki with a page that asks; its clock is moved by hand."""

    instance: "Instance"
    app: "Flask"
    part: Callable[[str], Any]
    people: "dict[str, Person]"
    now: datetime = NOW
    shown: list[str] = field(default_factory=list)
    clients: "dict[str, FlaskClient]" = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.instance.private.now = lambda: self.now

    def later(self, **how_long: float) -> None:
        """Moves the clock, and does what is due by then."""
        self.now += timedelta(**how_long)
        self.clients.clear()
        self.part("tending").run(self.instance)
        self.mails()

    def visitor(self) -> "FlaskClient":
        return self.app.test_client()

    def as_(self, who: str) -> "FlaskClient":
        """The browser of someone signed in; "" is a visitor's."""
        if not who:
            return self.visitor()
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

    def visit(self, who: str, url: str, status: int = 200) -> str:
        answer = self.as_(who).get(url)
        assert answer.status_code == status, (url, answer.status_code)
        text = answer.get_data(as_text=True)
        self.shown.append(text)
        return text.replace("\xa0", " ")

    def send(self, who: str, url: str, status: int = 303, form: str = "", **data: Any) -> str:
        """Sends a form; the words of the page that answers."""
        client = self.as_(who)
        opened = form or ("/-/account" if who else "/-/login")
        answer = client.post(url, data={"csrf_token": token(client, opened), **data})
        text = answer.get_data(as_text=True)
        self.shown.append(text)
        assert answer.status_code == status, (answer.status_code, text[-3000:])
        self.mails()
        return text.replace("\xa0", " ")

    def answers(self, who: str, status: int = 303, **words: str) -> Any:
        """Someone with an account answers; the row."""
        known = {row.id for row in self.rows()}
        self.send(who, URL, status, **words)
        rows = [row for row in self.rows() if row.person == self.people[who].id]
        return next((row for row in rows if row.id not in known), rows[-1] if rows else None)

    def writes(self, email: str, name: str = "Zoé", status: int = 200, **words: str) -> str:
        """Someone without an account answers."""
        return self.send("", URL, status, name=name, email=email, **words)

    def confirms(self, email: str) -> str:
        """Follows the newest mailed link and presses the button; the link."""
        link = self.link(email)
        self.send("", link, form=link, action="confirm")
        return link

    def link(self, email: str) -> str:
        for text in reversed(self.mails_to(email)):
            if found := re.search(r"(/-/feedback/own/[\w.-]+)", text):
                return found[1]
        raise AssertionError(f"no link for {email}")

    def mails(self) -> list[Any]:
        from wiki.sending import deliver

        deliver(self.instance)
        for one in sorted((self.instance.settings.instance / "outbox").glob("*.eml")):
            if one.name not in self.sent:
                self.sent[one.name] = message_from_bytes(one.read_bytes(), policy=default)
        return list(self.sent.values())

    def mails_to(self, who: str) -> list[str]:
        address = self.people[who].email if who in self.people else who
        return [
            f"{mail['Subject']}\n{mail.get_body(('plain',)).get_content()}".replace("\xa0", " ")
            for mail in self.mails()
            if mail["To"] == address
        ]

    def rows(self) -> list[Any]:
        return list(self.part("keeping").find_all(self.instance, limit=10_000))

    def reader(self, who: str = "") -> Any:
        from wiki.people.accounts import get_person
        from wiki.reading import Reader

        if not who:
            return Reader(self.instance)
        return Reader(self.instance, get_person(self.instance.private, self.people[who].id))

    def text(self) -> str:
        from wiki.reading import Reader

        return Reader(self.instance, audience=frozenset({"all"})).page(PATH).text

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


@pytest.fixture(scope="module")
def place(
    part: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[tuple[Instance, Flask, dict[str, Person]]]":
    from wiki.app import create_app
    from wiki.config import load_settings
    from wiki.founding import found
    from wiki.instance import close_instance, open_instance

    settings = load_settings(tmp_path_factory.mktemp("asked") / "instance", environ={})
    found(settings, empty=True)
    instance = open_instance(settings)
    people = {
        "awa": _person(instance, "Awa", page="personnes/awa"),
        "lea": _person(instance, "Léa"),
        "marc": _person(instance, "Marc"),
        "paul": _person(instance, "Paul", "programme"),
        "anne": _person(instance, "Anne", "admin"),
    }
    yield instance, create_app(instance), people
    close_instance(instance)


@pytest.fixture
def asked(place: Any, part: Callable[[str], Any]) -> Iterator[Asked]:
    from sqlalchemy import delete

    from wiki.people.models.counts import AttemptRow
    from wiki.people.models.running import MailRow

    instance, app, people = place
    models = part("models")
    with instance.private.session() as session:
        for model in (models.AnswerRow, models.SenderRow, AttemptRow, MailRow):
            session.execute(delete(model))
    for file in (instance.settings.instance / "outbox").glob("*.eml"):
        file.unlink()
    found = Asked(instance, app, part, dict(people))
    found.write(
        {
            f"{PATH}.md": page(),
            "projets/lora-2.md": None,
            "cache.md": page(more="visibility: team\n"),
            "index.md": "# Accueil\n",
            "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
        }
    )
    yield found
    shown = "".join(found.shown)
    addresses = [one.email for one in people.values()]
    assert [one for one in addresses if one in shown] == [], "no address in any page"


def _person(
    instance: "Instance", name: str, role: str = "member", page: str | None = None
) -> "Person":
    made = add_person(instance.private, email=f"{slug(name)}@example.org", name=name)
    if role != "member":
        made = set_role(instance.private, made.id, role, by="test")
    return set_page(instance.private, made.id, page, by="test") if page else made
