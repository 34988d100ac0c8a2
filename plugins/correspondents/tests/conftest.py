"""The plugin as the wiki loads it, people who signal, and a mailbox that speaks IMAP."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest

from plugins.correspondents.tests.imapserver import ImapServer
from wiki.people.accounts import add_person, ask_login_link, set_page, set_role
from wiki.reading import Reader
from wiki.testing import token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

FILES: dict[str, str | bytes | None] = {
    "index.md": "# Accueil\n",
    "personnes/cora.md": "---\ntype: person\ntitle: Cora\n---\n",
    "projets/capteurs.md": "---\ntype: project\ntitle: Capteurs à la ferme\n---\n",
}
ROLES = {"cora": "correspondent", "marc": "member", "paul": "programme", "anne": "admin"}
ROLES |= {"lise": "reader", "coco": "connector"}
FORM = "/-/signal"
KEY = "k" * 16


@pytest.fixture(scope="session")
def part() -> Callable[[str], Any]:
    """``part("keeping")``: a module of this plugin."""
    from wiki.plugins import load_plugins

    load_plugins()
    return lambda name: importlib.import_module(f"wiki_plugins.correspondents.{name}")


@dataclass
class Field:
    """A wiki, and the people who signal to it."""

    instance: "Instance"
    app: "Flask"
    part: Callable[[str], Any]
    people: "dict[str, Person]"
    clients: "dict[str, FlaskClient]" = dataclass_field(default_factory=dict)

    def as_(self, who: str) -> "FlaskClient":
        """The browser of someone signed in; of a visitor without a name."""
        client = self.clients.get(who) or self.app.test_client()
        if not who or who in self.clients:
            return client
        private, settings = self.instance.private, self.instance.settings
        email = self.people[who].email
        link = ask_login_link(private, settings, email=email, lang="fr", address="192.0.2.1")
        url = f"/-/login-link/{link.token}"
        assert client.post(url, data={"csrf_token": token(client, url)}).status_code == 303
        self.clients[who] = client
        return client

    def signal(self, client: "FlaskClient", json: bool = True, **fields: Any) -> Any:
        """Sends the form."""
        data = {"title": "Le four solaire", "summary": "Un four partagé.", "key": KEY, **fields}
        data["csrf_token"] = client.get(f"{FORM}/state").get_json()["token"]
        headers = {"Accept": "application/json"} if json else {}
        return client.post(FORM, data=data, headers=headers)

    def press(self, client: "FlaskClient", row: Any, action: str, **fields: str) -> Any:
        """A button of the page of one innovation."""
        sent = client.get(f"{FORM}/state").get_json()["token"]
        data = {"csrf_token": sent, "action": action, **fields}
        return client.post(f"{FORM}/{row.id}", data=data)

    def rows(self) -> list[Any]:
        """All that was signalled."""
        from sqlalchemy import select

        models = self.part("models")
        with self.instance.private.reading() as session:
            found: list[Any] = list(session.scalars(select(models.SignalRow)))
            return found

    def reader(self, who: str = "") -> Reader:
        return Reader(self.instance, self.people.get(who))

    def mails(self) -> list[Any]:
        """All mails sent so far, oldest first."""
        from wiki.sending import deliver

        deliver(self.instance)
        files = sorted((self.instance.settings.instance / "outbox").glob("*.eml"))
        return [message_from_bytes(one.read_bytes(), policy=default) for one in files]

    def settle(self, **values: Any) -> None:
        """Other settings from now on."""
        changed = replace(self.instance.settings, **values)
        object.__setattr__(self.instance, "settings", changed)


@pytest.fixture
def field(
    instance: "Instance", app: "Flask", part: Callable[[str], Any], write: Callable[..., str]
) -> Field:
    write(FILES)
    people = {}
    for name, role in ROLES.items():
        made = add_person(instance.private, email=f"{name}@example.org", name=name.capitalize())
        if role != "member":
            made = set_role(instance.private, made.id, role, by="test")
        people[name] = made
    people["cora"] = set_page(instance.private, people["cora"].id, "personnes/cora", by="test")
    return Field(instance, app, part, people)


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    """A mailbox on this machine."""
    server = ImapServer()
    yield server
    server.close()
