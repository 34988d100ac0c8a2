"""An evening with its people, a clock moved by hand, and the mails that came of it."""

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from wiki.api import Attendance, hookimpl
from wiki.pages.words import slug
from wiki.people.accounts import add_person, ask_login_link, set_page, set_role
from wiki.testing import token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

PARIS = ZoneInfo("Europe/Paris")
EVENT = "evenements/salon"
RESULTS = f"/-/questionnaires/results/{EVENT}"
READ = f"/-/questionnaires/read/{EVENT}"
PREPARE = f"/-/questionnaires/{EVENT}"
LORA, JARDIN, CACHE = "projets/lora", "projets/jardin", "projets/cache"


def event_page(**head: str) -> str:
    values = {
        "title": "Salon",
        "starts": "2026-12-10T18:00",
        "ends": "2026-12-10T22:00",
        "programme": f"['[[{LORA}]]', '[[{JARDIN}]]', '[[{CACHE}]]']",
        "team": "['[[personnes/ines]]']",
        **head,
    }
    lines = "".join(f"{name}: {value}\n" for name, value in values.items())
    return f"---\ntype: event\n{lines}---\nVenez.\n"


FILES = {
    "index.md": "# Accueil\n",
    **{
        f"personnes/{name}.md": f"---\ntype: person\ntitle: {name.title()}\n---\n"
        for name in ("ines", "awa", "marc", "rosa")
    },
    f"{LORA}.md": "---\ntype: project\ntitle: LoRa à la ferme\nsummary: Des capteurs\n"
    "team: ['[[personnes/awa]]']\n---\n",
    f"{JARDIN}.md": "---\ntype: project\ntitle: Le jardin\nteam: ['[[personnes/marc]]']\n---\n",
    f"{CACHE}.md": "---\ntype: project\ntitle: Le secret\nvisibility: team\n"
    "team: ['[[personnes/marc]]']\n---\n",
    f"{EVENT}.md": event_page(),
}


def part(name: str) -> Any:
    """A module of this plugin, as the wiki loads it."""
    from wiki.plugins import load_plugins

    load_plugins()
    return importlib.import_module(f"wiki_plugins.questionnaires.{name}")


class Registrations:
    """Who was there, as another plugin would say it."""

    def __init__(self) -> None:
        self.people: list[Attendance] = []

    @hookimpl
    def attendances(self, instance: "Instance", event: str) -> list[Attendance]:
        return list(self.people) if event == EVENT else []


@dataclass
class Evening:
    """A wiki with an event, on the afternoon before it."""

    instance: "Instance"
    app: "Flask"
    write: Callable[..., str]
    people: "dict[str, Person]" = field(default_factory=dict)
    now: datetime = datetime(2026, 12, 10, 15, tzinfo=PARIS)
    clients: "dict[str, FlaskClient]" = field(default_factory=dict)
    there: Registrations = field(default_factory=Registrations)

    def __post_init__(self) -> None:
        self.instance.private.now = lambda: self.now
        self.instance.plugins.manager.register(self.there)

    def attend(self, count: int, came: bool | None = None, start: int = 0) -> None:
        """So many more people who were there, without accounts."""
        self.there.people += [
            Attendance(f"p{n}", f"Une {n}", f"p{n}@example.org", None, "fr", came, False)
            for n in range(start, start + count)
        ]

    def at(self, text: str) -> None:
        """Moves the clock, and does what is due by then."""
        self.now = datetime.fromisoformat(text).replace(tzinfo=PARIS)
        self.clients.clear()
        self.run()

    def run(self) -> None:
        from wiki.sending import deliver

        part("closing").run(self.instance)
        deliver(self.instance)

    def mails(self, subject: str = "") -> list[EmailMessage]:
        files = sorted((self.instance.settings.instance / "outbox").glob("*.eml"))
        found = [message_from_bytes(one.read_bytes(), policy=default) for one in files]
        return [
            one for one in found if isinstance(one, EmailMessage) and subject in str(one["Subject"])
        ]

    def links(self) -> list[str]:
        """The link of each invitation, by the address that it went to."""
        found = [(str(one["To"]), link_in(one)) for one in self.mails("Trois minutes")]
        return [url for _to, url in sorted(found, key=lambda one: int(re.sub(r"\D", "", one[0])))]

    def answer(
        self, link: str, project: str = LORA, status: int = 303, **fields: str | list[str]
    ) -> str:
        """Sends one screen from a phone without cookies; the page, or where it leads."""
        data = {"project": project, **(fields or {"helped": ["idea"]})}
        sent = self.app.test_client().post(link, data=data)
        text = sent.get_data(as_text=True)
        assert sent.status_code == status, (sent.status_code, text[-1500:])
        return str(sent.headers["Location"]) if status == 303 else text

    def open(self, link: str, status: int = 200) -> str:
        found = self.app.test_client().get(link)
        assert found.status_code == status, found.status_code
        return found.get_data(as_text=True)

    def person(self, name: str, role: str = "member") -> "Person":
        private = self.instance.private
        made = add_person(private, email=f"{slug(name)}@example.org", name=name)
        if role != "member":
            made = set_role(private, made.id, role, by="test")
        if f"personnes/{slug(name)}.md" in FILES:
            made = set_page(private, made.id, f"personnes/{slug(name)}", by="test")
        self.people[name] = made
        return made

    def as_(self, name: str) -> "FlaskClient":
        """The browser of someone signed in."""
        if name not in self.clients:
            person, client = self.people[name], self.app.test_client()
            private, settings = self.instance.private, self.instance.settings
            link = ask_login_link(
                private, settings, email=person.email, lang="fr", address="192.0.2.1"
            )
            url = f"/-/login-link/{link.token}"
            answer = client.post(url, data={"csrf_token": token(client, url)})
            assert answer.status_code == 303
            self.clients[name] = client
        return self.clients[name]

    def see(self, name: str, url: str, status: int = 200) -> str:
        answer = self.as_(name).get(url)
        assert answer.status_code == status, (answer.status_code, url)
        return answer.get_data(as_text=True)

    def send(self, name: str, url: str, status: int = 303, **data: str) -> str:
        client = self.as_(name)
        answer = client.post(url, data={"csrf_token": token(client, url), **data})
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, (answer.status_code, text[-2000:])
        return text


def link_in(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"(/-/questionnaires/answer/[\w.-]+)", body.get_content())
    assert found, body.get_content()
    return found[1]


@pytest.fixture
def evening(instance: "Instance", app: "Flask", write: Callable[..., str]) -> Evening:
    write(FILES)
    made = Evening(instance, app, write)
    made.person("Ines")
    made.person("Awa")
    made.person("Marc")
    made.person("Rosa")
    made.person("Chef", "admin")
    return made


@pytest.fixture
def morning(evening: Evening) -> Evening:
    """The morning after: eight people have their link."""
    evening.attend(8)
    evening.at("2026-12-11T09:01")
    return evening
