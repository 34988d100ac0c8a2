"""The plugin as the wiki loads it, an evening that is over, and a clock that is moved by hand."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from wiki.people.accounts import add_person, ask_login_link, set_page
from wiki.repository.objects import Author
from wiki.repository.writing import commit
from wiki.testing import token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

EVENT, PROJECT = "evenements/printemps", "projets/lora"
#: the days after the evening
NOW = datetime(2027, 3, 20, 9, 0, tzinfo=UTC)
#: of commits: no two within a minute
_MINUTES = (datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=n) for n in count())


def event(programme: str = '["[[projets/lora]]"]', **head: str) -> str:
    """The text of the event; what is given as "" is left out."""
    values = {
        "type": "event",
        "title": "Carrefour de printemps",
        "starts": "2027-03-18T18:30",
        "ends": "2027-03-18T21:00",
        "place": "Médiathèque",
        "team": '["[[personnes/awa]]"]',
        "programme": programme,
        **head,
    }
    lines = [f"{key}: {value}" for key, value in values.items() if value]
    return "---\n{}\n---\n\nVenez.\n".format("\n".join(lines))


def project(title: str = "LoRa à la ferme", head: str = "") -> str:
    return f'---\ntype: project\ntitle: {title}\nteam: ["[[personnes/lea]]"]\n{head}---\n\nTexte.\n'


FILES: dict[str, str | None] = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
    "personnes/lea.md": "---\ntype: person\ntitle: Léa\n---\n",
    f"{PROJECT}.md": project(),
    "projets/autre.md": project("Un autre"),
    f"{EVENT}.md": event(),
}


@pytest.fixture(scope="session")
def part() -> Callable[[str], Any]:
    """``part("keeping")``: a module of this plugin."""
    from wiki.plugins import load_plugins

    load_plugins()
    return lambda name: importlib.import_module(f"wiki_plugins.labels.{name}")


@dataclass
class Place:
    """A wiki with Awa, who organises the evening, Léa, whose project was shown, and Marc."""

    instance: "Instance"
    app: "Flask"
    part: Callable[[str], Any]
    people: "dict[str, Person]"
    now: datetime = NOW
    clients: "dict[str, FlaskClient]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.instance.private.now = lambda: self.now

    def write(self, files: dict[str, str | None]) -> None:
        """A commit by hand, a minute after the last one; None deletes what is there."""
        repository = self.instance.repository
        head = repository.head()
        known = {name for name, _id in repository.files(head)}
        changes = {
            name: text.encode() if text is not None else None
            for name, text in files.items()
            if text is not None or name in known
        }
        author = Author("Une main", "main@people.invalid")
        commit(repository, head, changes, author, "by hand", next(_MINUTES))

    def as_(self, who: str) -> "FlaskClient":
        """The browser of someone signed in; of a visitor for ""."""
        if who in self.clients:
            return self.clients[who]
        client = self.clients[who] = self.app.test_client()
        if who:
            link = ask_login_link(
                self.instance.private,
                self.instance.settings,
                email=self.people[who].email,
                lang="fr",
                address="192.0.2.1",
            )
            url = f"/-/login-link/{link.token}"
            assert client.post(url, data={"csrf_token": token(client, url)}).status_code == 303
        return client

    def send(self, client: "FlaskClient", url: str, status: int = 303, **data: str) -> str:
        answer = client.post(url, data={"csrf_token": token(client, "/-/account"), **data})
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, (answer.status_code, text[-2000:])
        return text

    def take(self, status: int = 303, project: str = PROJECT, event: str = EVENT) -> str:
        """Léa takes the label; its token."""
        url = f"/-/labels/{project}"
        self.send(self.as_("lea"), url, status, action="accept", path=event)
        rows = self.part("keeping").of_project(self.instance, project)
        return str(self.part("links").make_token(self.instance, rows[0].id)) if rows else ""

    def badge(self, token: str, query: str = "") -> Any:
        return self.app.test_client().get(f"/-/labels/badge/{token}.svg{query}")

    def holds(self, token: str) -> bool:
        """Whether the badge says that it does, in its picture and on its page."""
        answer = self.badge(token)
        assert answer.status_code == 200
        svg = answer.get_data(as_text=True)
        page = self.app.test_client().get(f"/-/labels/proof/{token}?lang=fr")
        assert page.status_code == 200
        valid = "Ce label est valable" in page.get_data(as_text=True)
        assert valid is ("Label retiré" not in svg)
        return valid


@pytest.fixture(scope="module")
def opened(
    part: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[tuple[Instance, Flask, dict[str, Person]]]":
    """A wiki with people, kept for the tests of a module."""
    from wiki.app import create_app
    from wiki.config import load_settings
    from wiki.founding import found
    from wiki.instance import close_instance, open_instance

    settings = load_settings(tmp_path_factory.mktemp("labels") / "instance", environ={})
    found(settings, empty=True)
    instance = open_instance(settings)
    people = {}
    for name, page in (("Awa", "personnes/awa"), ("Léa", "personnes/lea"), ("Marc", None)):
        key = {"Léa": "lea"}.get(name, name.lower())
        made = add_person(instance.private, email=f"{key}@example.org", name=name)
        people[key] = set_page(instance.private, made.id, page, by="test") if page else made
    yield instance, create_app(instance), people
    close_instance(instance)


@pytest.fixture
def place(opened: Any, part: Callable[[str], Any]) -> Place:
    """The same wiki with the pages as they were, and no label."""
    from sqlalchemy import delete

    from wiki.people.models.counts import AttemptRow

    instance, app, people = opened
    with instance.private.session() as session:
        for model in (part("models").LabelRow, AttemptRow):
            session.execute(delete(model))
    found = Place(instance, app, part, people)
    found.write({f"{PROJECT}.md": None, f"{EVENT}.md": None, **FILES})
    return found
