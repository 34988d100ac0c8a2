"""An evening that takes projects, who prepares it, and those who propose."""

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wiki.pages.words import slug
from wiki.people.accounts import add_person, get_person, set_page
from wiki.people.sessions import open_session
from wiki.testing import token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.instance import Instance
    from wiki.people.person import Person

EVENT = "evenements/carrefour"
FILES = {
    "index.md": "# Accueil\n",
    f"{EVENT}.md": "---\ntype: event\ntitle: Carrefour de Rennes\nstarts: 2027-03-18T18:30\n"
    "kind: carrefour\nplace: Rennes\ncandidatures: 2027-02-15\nteam:\n  - '[[personnes/orga]]'\n"
    'programme:\n  - "[[projets/jardin]]" # le premier\n---\n\nVenez.\n',
    "evenements/cafe.md": "---\ntype: event\ntitle: Café des capteurs\nstarts: 2027-02-20\n"
    "kind: café\nteam: ['[[personnes/orga]]']\n---\n",
    "personnes/orga.md": "---\ntype: person\ntitle: Olga\n---\n",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
    "personnes/bea.md": "---\ntype: person\ntitle: Béa\nskills: [capteurs]\n---\n",
    "projets/jardin.md": "---\ntype: project\ntitle: Le jardin\nsummary: Des capteurs au potager\n"
    "themes: [capteurs]\nteam: ['[[personnes/bea]]']\n---\n\nUn jardin.\n",
}
NEW = {
    "title": "Ruches parlantes",
    "summary": "Des capteurs qui écoutent les abeilles",
    "needs": "- Un apiculteur #abeilles\n2. Une carte radio\n",
    "why": "Pour rencontrer des apiculteurs",
    "who": "Awa, et deux voisins\n:::",
    "territory": "Bretagne",
    "themes": "capteurs, abeilles",
}
START = datetime.fromisoformat("2027-01-10T09:00:00+00:00")


@pytest.fixture(scope="session")
def part() -> Callable[[str], Any]:
    """``part("model")``: a module of this plugin."""
    from wiki.plugins import load_plugins

    load_plugins()
    return lambda name: importlib.import_module(f"wiki_plugins.applications.{name}")


@dataclass
class Evening:
    """A wiki with an evening in it; its clock is moved by hand."""

    instance: "Instance"
    app: "Flask"
    part: Callable[[str], Any]
    ids: dict[str, str] = field(default_factory=dict)
    clients: "dict[str, FlaskClient]" = field(default_factory=dict)
    now: datetime = START

    def person(self, name: str) -> "Person":
        found = get_person(self.instance.private, self.ids[name])
        assert found is not None
        return found

    def add(self, name: str, role: str = "member", page: str | None = None) -> None:
        private = self.instance.private
        made = add_person(private, email=f"{slug(name)}@example.org", name=name, role=role)
        if page:
            set_page(private, made.id, page, by="test")
        self.ids[name] = made.id

    def reader(self, name: str = "") -> Any:
        from wiki.reading import Reader

        return Reader(self.instance, self.person(name) if name else None)

    def client(self, name: str = "") -> "FlaskClient":
        if name not in self.clients:
            client = self.app.test_client()
            if name:
                cookie = open_session(self.instance.private, self.ids[name])
                with client.session_transaction() as session:
                    session["_user_id"] = cookie
                    session["_fresh"] = True
            self.clients[name] = client
        return self.clients[name]

    def get(self, name: str, url: str, status: int = 200) -> str:
        answer = self.client(name).get(url)
        assert answer.status_code == status, (answer.status_code, url)
        return answer.get_data(as_text=True)

    def post(self, name: str, url: str, status: int = 303, **form: object) -> "TestResponse":
        client = self.client(name)
        form["csrf_token"] = token(client, "/-/report/projets/jardin")
        answer = client.post(url, data=form)
        assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
        return answer

    def apply(self, name: str = "awa", **form: str) -> str:
        """Proposes a new project; the id of its application."""
        sent = {"to": EVENT, **NEW, **form}
        answer = self.post(name, "/-/applications/new", 303, **sent)
        found = re.search(r"/-/application/(\w+)$", answer.headers["Location"])
        assert found, answer.headers["Location"]
        return found[1]

    def row(self, id_: str) -> Any:
        return self.part("keeping").find(self.instance, id_)

    def mails(self) -> list[Any]:
        """The mails that wait to be sent."""
        from sqlalchemy import select

        from wiki.people.models.running import MailRow

        with self.instance.private.reading() as session:
            return list(session.scalars(select(MailRow).where(MailRow.sent.is_(None))))

    def later(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)
        self.clients.clear()


@pytest.fixture
def evening(tmp_path: Path, part: Callable[[str], Any]) -> "Iterator[Evening]":
    from wiki.app import create_app
    from wiki.config import load_settings
    from wiki.founding import found
    from wiki.instance import close_instance, open_instance
    from wiki.repository.objects import Author
    from wiki.repository.writing import commit

    settings = load_settings(tmp_path / "instance", environ={})
    found(settings, empty=True)
    instance = open_instance(settings)
    made = Evening(instance, create_app(instance), part)
    instance.private.now = lambda: made.now
    commit(
        instance.repository,
        instance.repository.head(),
        {name: text.encode() for name, text in FILES.items()},
        Author("Une main", "main@people.invalid"),
        "by hand",
    )
    made.add("orga", page="personnes/orga")
    made.add("awa", page="personnes/awa")
    made.add("bea", page="personnes/bea")
    made.add("tiers")
    made.add("prune", "programme")
    made.add("chef", "admin")
    yield made
    close_instance(instance)
