"""The plugin as the wiki loads it, a village of people to bring together, and their mails."""

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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

NEED, OFFER, ALONE = "b-aaaaaaaa", "o-aaaaaaaa", "b-zzzzzzzz"
FILES = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
    "personnes/lea.md": "---\ntype: person\ntitle: Léa\navailability: 2\n---\n"
    f"::: offres\n- Relire une architecture radio dispo:1 {{#{OFFER}}}\n\n:::\n",
    "personnes/sans.md": "---\ntype: person\ntitle: Sans compte\n---\n",
    "lora.md": '---\ntype: project\ntitle: LoRa à la ferme\nteam: ["[[personnes/awa]]"]\n---\n'
    f"::: besoins\n- [ ] Un expert LoRaWAN #lora {{#{NEED}}}\n\n:::\n\n"
    "::: historique\n- 2026-05-02 prototype — Premier capteur\n- 2026-03-01 concept\n\n:::\n",
    "radio.md": '---\ntype: project\ntitle: Radio\nteam: ["[[personnes/lea]]"]\n---\n',
    "seul.md": "---\ntype: project\ntitle: Seul\n---\n::: besoins\n"
    f"- [ ] Quelqu'un {{#{ALONE}}}\n\n:::\n",
}


@pytest.fixture(scope="session")
def part() -> Callable[[str], Any]:
    """``part("model")``: a module of this plugin."""
    from wiki.plugins import load_plugins

    load_plugins()
    return lambda name: importlib.import_module(f"wiki_plugins.introductions.{name}")


@dataclass
class Village:
    """A wiki with people in it; its clock is moved by hand."""

    instance: "Instance"
    app: "Flask"
    part: Callable[[str], Any]
    people: "dict[str, Person]" = field(default_factory=dict)
    ahead: timedelta = timedelta()
    #: every page that was shown
    shown: list[str] = field(default_factory=list)
    clients: "dict[str, FlaskClient]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        begin = self.instance.private.now
        self.instance.private.now = lambda: begin() + self.ahead

    def later(self, **how_long: float) -> None:
        """Moves the clock, and does what is due by then."""
        self.mails()
        self.ahead += timedelta(**how_long)
        # Sessions end by themselves after a while.
        self.clients.clear()
        self.part("tending").run(self.instance)
        self.mails()

    @property
    def now(self) -> datetime:
        return self.instance.private.now()

    def visit(self, client: "FlaskClient", url: str, status: int = 200) -> str:
        """A page, whose words come back."""
        answer = client.get(url)
        assert answer.status_code == status, (url, answer.status_code)
        text = answer.get_data(as_text=True)
        self.shown.append(text)
        return text

    def send(
        self, client: "FlaskClient", url: str, status: int = 303, form: str = "", **data: str
    ) -> str:
        """Sends a form of ours; the words of the page that answers."""
        sent = {"csrf_token": token(client, form or url), **data}
        answer = client.post(url, data=sent)
        text = answer.get_data(as_text=True)
        self.shown.append(text)
        assert answer.status_code == status, (answer.status_code, text[-3000:])
        return text

    def mails(self) -> list[EmailMessage]:
        """All mails sent so far, oldest first."""
        from wiki.sending import deliver

        deliver(self.instance)
        files = sorted((self.instance.settings.instance / "outbox").glob("*.eml"))
        found = [message_from_bytes(one.read_bytes(), policy=default) for one in files]
        return [one for one in found if isinstance(one, EmailMessage)]

    def mails_to(self, who: str) -> list[str]:
        """Subject and text of the mails to an address, or to a person of the village."""
        address = self.people[who].email if who in self.people else who
        return [
            f"{mail['Subject']}\n{text_of(mail)}" for mail in self.mails() if mail["To"] == address
        ]

    def link(self, who: str) -> str:
        """The address in the newest mail to someone that lets them act."""
        for text in reversed(self.mails_to(who)):
            if found := re.search(r"(/-/introductions/[\w.-]+)(?![\w./-])", text):
                return found[1]
        raise AssertionError(f"no link for {who}")

    def visitor(self) -> "FlaskClient":
        return self.app.test_client()

    def as_(self, who: str) -> "FlaskClient":
        """The browser of someone signed in."""
        if who not in self.clients:
            self.clients[who] = self.log_in(self.people[who])
        return self.clients[who]

    def person(self, name: str, role: str = "member", page: str | None = None) -> "Person":
        """An account without a password: hashing takes its time."""
        made = add_person(self.instance.private, email=f"{slug(name)}@example.org", name=name)
        if role != "member":
            made = set_role(self.instance.private, made.id, role, by="test")
        return set_page(self.instance.private, made.id, page, by="test") if page else made

    def log_in(self, person: "Person") -> "FlaskClient":
        """A browser that has followed a mailed link."""
        client = self.app.test_client()
        link = ask_login_link(
            self.instance.private,
            self.instance.settings,
            email=person.email,
            lang="fr",
            address="192.0.2.1",
        )
        url = f"/-/login-link/{link.token}"
        answer = client.post(url, data={"csrf_token": token(client, url)})
        assert answer.status_code == 303
        return client

    def act(self, who: str, action: str, status: int = 303, **data: str) -> str:
        """Presses a button on the page of someone's newest link, without logging in."""
        return self.send(self.visitor(), self.link(who), status, "/-/login", action=action, **data)

    def helps(self, who: str = "marc", about: str = NEED, status: int = 200, **data: str) -> str:
        """Someone with an account says that they can help."""
        said = {"words": "J’ai déployé trois réseaux.", **data}
        return self.send(self.as_(who), f"/-/introductions/answer/{about}", status, **said)

    def proposes(
        self,
        who: str = "cara",
        whom: str = "personnes/lea",
        about: str = NEED,
        status: int = 303,
        **data: str,
    ) -> str:
        """A connector brings two together."""
        form = f"/-/introductions/propose?about={about}"
        said = {"about": about, "person": whom, "words": "Vous parlez tous deux radio.", **data}
        return self.send(self.as_(who), "/-/introductions/propose", status, form, **said)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def village(
    instance: "Instance",
    app: "Flask",
    part: Callable[[str], Any],
    write: Callable[..., str],
) -> Village:
    write(FILES)
    found = Village(instance, app, part)
    person = found.person
    found.people = {
        "awa": person("Awa", page="personnes/awa"),
        "lea": person("Léa", page="personnes/lea"),
        "marc": person("Marc"),
        "cara": person("Cara", "connector"),
        "dan": person("Dan", "connector"),
        "anne": person("Anne", "admin"),
    }
    return found
