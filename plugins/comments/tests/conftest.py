"""A page with an owner, people around it, and what each of them sees and sends."""

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest

from wiki.testing import token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

PATH = "projets/lora"
URL = f"/-/comments/{PATH}"
HEAD = "---\ntype: project\ntitle: LoRa\nteam: ['[[personnes/awa]]']\n{more}---\n"
BODY = (
    "# LoRa\n\nLe capteur coûte cent euros et tient trois ans.\n\n## Budget\n\nDeux mille euros, "
    "le capteur compris.\n\n## Qui fait quoi\n\nUn éleveur regarde l'écran le matin.\n"
)
#: a script asks for its part of the page
NAMES = {"awa": "Awa Diop", "ben": "Ben Martin", "chloe": "Chloé Petit"}
PART = {"HX-Request": "true"}


def page(body: str = BODY, more: str = "") -> str:
    return HEAD.format(more=more) + body


@pytest.fixture(scope="session")
def part() -> Callable[[str], Any]:
    """``part("anchoring")``: a module of this plugin."""
    from wiki.plugins import load_plugins

    load_plugins()
    return lambda name: importlib.import_module(f"wiki_plugins.comments.{name}")


@dataclass
class Place:
    """A wiki with a page to comment; its clock is moved by hand."""

    instance: "Instance"
    app: "Flask"
    part: Callable[[str], Any]
    people: "dict[str, Person]"
    now: datetime = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    clients: "dict[str, FlaskClient]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.instance.private.now = lambda: self.now

    def later(self, **how_long: float) -> None:
        """Moves the clock, and does what is due by then."""
        self.now += timedelta(**how_long)
        self.part("tending").run(self.instance)

    def as_(self, who: str) -> "FlaskClient":
        """Someone's browser; "" is a visitor's."""
        if not who:
            return self.app.test_client()
        if who not in self.clients:
            from wiki.people.accounts import ask_login_link

            link = ask_login_link(
                self.instance.private,
                self.instance.settings,
                email=self.people[who].email,
                lang="fr",
                address="192.0.2.1",
            )
            client, url = self.app.test_client(), f"/-/login-link/{link.token}"
            assert client.post(url, data={"csrf_token": token(client, url)}).status_code == 303
            self.clients[who] = client
        return self.clients[who]

    def write(self, files: dict[str, str | None]) -> None:
        """A commit by hand, past every door; None deletes what is there."""
        from wiki.repository.objects import Author
        from wiki.repository.writing import commit

        repository = self.instance.repository
        head = repository.head()
        known = {name for name, _id in repository.files(head)}
        changes = {
            name: text.encode() if text is not None else None
            for name, text in files.items()
            if text is not None or name in known
        }
        commit(repository, head, changes, Author("Une main", "main@people.invalid"), "by hand")

    def see(self, who: str, url: str = URL, status: int = 200, **headers: str) -> str:
        answer = self.as_(who).get(url, headers=headers)
        assert answer.status_code == status, (url, answer.status_code)
        return neat(answer.get_data(as_text=True))

    def send(
        self, who: str, url: str = URL, status: int = 303, *, script: bool = False, **data: Any
    ) -> str:
        """Posts a form; the words of what answers."""
        # What is said later is later.
        self.now += timedelta(seconds=5)
        client = self.as_(who)
        form = {"csrf_token": token(client, "/-/account" if who else "/-/login"), **data}
        answer = client.post(url, data=form, headers=PART if script else {})
        text = neat(answer.get_data(as_text=True))
        assert answer.status_code == status, (answer.status_code, text[-2500:])
        return text

    def comments(self, who: str, words: str, **data: Any) -> Any:
        """Someone comments; the thread."""
        known = {row.id for row in self.threads()}
        self.send(who, words=words, **data)
        return next(row for row in self.threads() if row.id not in known)

    def threads(self, who: str = "awa") -> list[Any]:
        return list(self.part("keeping").threads_of(self.reader(who), PATH))

    def said(self, thread: Any) -> list[Any]:
        return list(self.part("keeping").comments_of(self.instance, [thread])[thread.id])

    def reader(self, who: str = "") -> Any:
        from wiki.people.accounts import get_person
        from wiki.reading import Reader

        if not who:
            return Reader(self.instance)
        return Reader(self.instance, get_person(self.instance.private, self.people[who].id))

    def waits(self, who: str) -> list[str]:
        lines = self.part("telling").waiting_lines(self.reader(who))
        return [neat(str(one["text"])) for one in lines]

    def mails(self) -> list[Any]:
        from wiki.sending import deliver

        deliver(self.instance)
        found = sorted((self.instance.settings.instance / "outbox").glob("*.eml"))
        return [message_from_bytes(one.read_bytes(), policy=default) for one in found]


def neat(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\xa0", " ").replace("&#39;", "'"))


@pytest.fixture(scope="session")
def wiki_of_all(
    part: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[tuple[Instance, Flask, dict[str, Person]]]":
    """One wiki for all tests: Awa has a project; Ben and Chloé are members, Rita only reads."""
    from wiki.app import create_app
    from wiki.config import load_settings
    from wiki.founding import found
    from wiki.instance import close_instance, open_instance
    from wiki.people.accounts import add_person, set_page

    settings = load_settings(tmp_path_factory.mktemp("comments") / "instance", environ={})
    found(settings, empty=True)
    instance = open_instance(settings)
    people = {}
    for slug, name in (*NAMES.items(), ("rita", "Rita Lebrun"), ("anne", "Anne Roux")):
        role = {"rita": "reader", "anne": "admin"}.get(slug, "member")
        made = add_person(instance.private, email=f"{slug}@example.org", name=name, role=role)
        named = slug in NAMES
        people[slug] = (
            set_page(instance.private, made.id, f"personnes/{slug}", by="test") if named else made
        )
    yield instance, create_app(instance), people
    close_instance(instance)


@pytest.fixture
def place(
    wiki_of_all: "tuple[Instance, Flask, dict[str, Person]]", part: Callable[[str], Any]
) -> Place:
    """The page as it is at first, and nothing said about it."""
    from sqlalchemy import delete

    from wiki.people.models.counts import AttemptRow
    from wiki.people.models.running import MailRow

    instance, app, people = wiki_of_all
    models = part("models")
    with instance.private.session() as session:
        for model in (models.CommentRow, models.ThreadRow, AttemptRow, MailRow):
            session.execute(delete(model))
    for file in (instance.settings.instance / "outbox").glob("*.eml"):
        file.unlink()
    found = Place(instance, app, part, people)
    found.write(
        {
            "projets/lora.md": page(),
            "projets/capteurs.md": None,
            **{
                f"personnes/{slug}.md": f"---\ntype: person\ntitle: {name}\n---\n"
                for slug, name in NAMES.items()
            },
        }
    )
    return found
