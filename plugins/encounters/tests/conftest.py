"""A wiki with an event that was held, people registered for it, and a clock moved by hand."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from wiki.pages.words import slug
from wiki.people.accounts import add_person, ask_login_link, set_page, set_role
from wiki.people.models.accounts import PersonRow
from wiki.people.tables import Base
from wiki.testing import token

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

EVENT = "evenements/printemps"
URL = f"/-/encounters/{EVENT}"
EVENING = datetime(2027, 3, 18, 18, 30, tzinfo=UTC)
_REGISTERED = "registrations_registration"


def event(**head: str) -> str:
    """The text of the event, with other words in its head."""
    values = {
        "type": "event",
        "title": "Carrefour de printemps",
        "registration": "open",
        "starts": "2027-03-18T18:30",
        "ends": "2027-03-18T21:00",
        "programme": '["[[lora]]"]',
        **head,
    }
    lines = "\n".join(f"{key}: {value}" for key, value in values.items())
    return f"---\n{lines}\n---\n"


FILES = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n"
    "::: offres\n- Relire une architecture radio\n\n:::\n",
    "personnes/lea.md": "---\ntype: person\ntitle: Léa\n---\n",
    "personnes/noe.md": "---\ntype: person\ntitle: Noé\n---\n",
    "lora.md": '---\ntype: project\ntitle: LoRa à la ferme\nteam: ["[[personnes/noe]]"]\n---\n',
    f"{EVENT}.md": event(),
}


@dataclass
class Evening:
    """Awa, Léa, Noé and Max, who has no account, agreed; Zoé did not; Ali did not come."""

    instance: "Instance"
    app: "Flask"
    write: Callable[..., str]
    people: "dict[str, Person]" = field(default_factory=dict)
    now: datetime = EVENING
    sent: dict[str, EmailMessage] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    clients: "dict[str, FlaskClient]" = field(default_factory=dict)
    #: address → name → what the form calls them
    known: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.instance.private.now = lambda: self.now
        self.event = event

    def comes(
        self, who: str, *, listed: bool = True, came: bool = True, name: str = "", email: str = ""
    ) -> None:
        """Someone is registered, and was seen there or not."""
        table = Base.metadata.tables[_REGISTERED]
        person = self.people.get(who)
        values: dict[str, Any] = {
            "id": who.ljust(16, "0"),
            "event": "e" * 16,
            "state": "coming",
            "person": person.id if person else None,
            "name": person.name if person else name,
            "email": email,
            "lang": "fr",
            "listed": listed,
            "came": EVENING if came else None,
        }
        with self.instance.private.session() as session:
            session.execute(table.insert().values(**filled(table, values)))

    def unlist(self, who: str) -> None:
        """Someone takes themselves off the list."""
        table = Base.metadata.tables[_REGISTERED]
        mine = update(table).where(table.c.id == who.ljust(16, "0"))
        with self.instance.private.session() as session:
            session.execute(mine.values(listed=False))

    def uncount(self) -> None:
        """Nobody was counted at the door."""
        with self.instance.private.session() as session:
            session.execute(update(Base.metadata.tables[_REGISTERED]).values(came=None))

    def hold(self, who: str) -> None:
        """A newcomer whom nobody has read yet."""
        mine = update(PersonRow).where(PersonRow.id == self.people[who].id)
        with self.instance.private.session() as session:
            session.execute(mine.values(held=EVENING))

    def quiet(self, email: str) -> None:
        """Someone wants to be asked no more, by the link of their newest question."""
        link = self.link(email, "introductions")
        assert self.post(self.visitor(), f"{link}/quiet")[0] == 200

    def run(self) -> None:
        """Does what is due."""
        self.task("encounters").run(self.instance)

    def tend(self) -> None:
        """Does what is due, and sends the mails."""
        self.run()
        self.mails()

    def task(self, name: str) -> Any:
        groups = self.instance.plugins.hook.tasks()
        return next(task for group in groups for task in group if task.name == name)

    def later(self, **how_long: float) -> None:
        """Moves the clock, and does what is due by then."""
        self.now += timedelta(**how_long)
        self.clients.clear()
        self.tend()

    def mails(self) -> list[EmailMessage]:
        """All mails so far, oldest first."""
        from wiki.sending import deliver

        deliver(self.instance)
        for one in sorted((self.instance.settings.instance / "outbox").glob("*.eml")):
            if one.name not in self.sent:
                found = message_from_bytes(one.read_bytes(), policy=default)
                assert isinstance(found, EmailMessage)
                self.sent[one.name] = found
        return list(self.sent.values())

    def mails_to(self, email: str) -> list[str]:
        """Subject and text of the mails to an address, oldest first."""
        return [
            f"{mail['Subject']}\n{text_of(mail)}" for mail in self.mails() if mail["To"] == email
        ]

    def link(self, email: str, what: str = "encounters/link") -> str:
        """The link of the newest mail that has one of that kind."""
        for text in reversed(self.mails_to(email)):
            if found := re.search(rf"(/-/{what}/[\w.-]+)", text):
                return found[1]
        raise AssertionError(f"no link for {email}")

    def link_of(self, key: str) -> str:
        """The link of one who registered after the mails had left."""
        from wiki_plugins.encounters.links import link_path  # type: ignore[import-not-found]

        (row,) = self.rows("encounters_event")
        return str(link_path(self.instance, row.id, key.ljust(16, "0")))

    def visitor(self) -> "FlaskClient":
        return self.app.test_client()

    def as_(self, who: str) -> "FlaskClient":
        """The browser of someone signed in."""
        if who in self.clients:
            return self.clients[who]
        client = self.clients[who] = self.app.test_client()
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

    def get(self, client: "FlaskClient", url: str) -> str:
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        self.shown.append(answer.get_data(as_text=True))
        return self.shown[-1]

    def page(self, who: str) -> str:
        """The list as someone signed in sees it."""
        return self.get(self.as_(who), URL)

    def post(self, client: "FlaskClient", url: str, **data: str) -> tuple[int, str]:
        """Status and words of the answer to a form."""
        form = "/-/account" if client.get("/-/account").status_code == 200 else "/-/login"
        answer = client.post(url, data={"csrf_token": token(client, form), **data})
        text = answer.get_data(as_text=True)
        self.shown.append(text)
        self.mails()
        return answer.status_code, text

    def asks_and_reads(self, who: str, whom: str, words: str = "x") -> tuple[int, str]:
        """Someone presses “I wanted to talk to you” at a name: by their link without an account."""
        if who in self.people:
            client, url = self.as_(who), URL
        else:
            client, url = self.visitor(), self.link_of(who)
        return self.post(client, url, about=self.about(client, url, whom), words=words)

    def asks(self, who: str, whom: str, words: str = "Bonjour.") -> int:
        return self.asks_and_reads(who, whom, words)[0]

    def presses(
        self, client: "FlaskClient", link: str, whom: str, words: str, about: str = ""
    ) -> int:
        """The same by a link."""
        about = about or self.about(client, link, whom)
        return self.post(client, link, about=about, words=words)[0]

    def about(self, client: "FlaskClient", url: str, whom: str) -> str:
        """What the form calls them; without a form any more, what it called them."""
        names = self.known.setdefault(url, {})
        for line in self.get(client, url).split("<li")[1:]:
            said = re.search(r'class="sentence">(?:<a[^>]*>)?([^<]+)', line)
            about = re.search(r'name="about" value="([^"]+)"', line)
            if said and about:
                names[said[1]] = about[1]
        return names[whom]

    def answers(self, email: str, action: str) -> None:
        """Someone answers what they were asked, by their link."""
        link = self.link(email, "introductions")
        assert self.post(self.visitor(), link, action=action)[0] == 303

    def steps(self) -> str:
        """What organisers read of it."""
        from wiki.reading import Reader
        from wiki.reading.events import event_of
        from wiki.translation import use_language

        reader = Reader(self.instance, self.people["anne"])
        found = event_of(reader, EVENT)
        assert found is not None
        hook = self.instance.plugins.hook.event_steps
        with use_language("fr"):
            groups = hook(event=found, reader=reader)
            (step,) = [one for group in groups for one in group if one.url == URL]
        return str(step.words)

    def rows(self, table: str) -> list[Any]:
        with self.instance.private.reading() as session:
            return list(session.execute(select(Base.metadata.tables[table])))


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def filled(table: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The values, with something empty for whatever else the table wants."""
    empty: dict[type, Any] = {str: "", int: 0, bool: False}
    for column in table.columns:
        if column.name not in values and not column.nullable:
            values[column.name] = empty.get(column.type.python_type, EVENING)
    return values


@pytest.fixture
def evening(instance: "Instance", app: "Flask", write: Callable[..., str]) -> Any:
    write(FILES)
    found = Evening(instance, app, write)
    for name in ("Awa", "Léa", "Noé", "Zoé", "Ali", "Anne"):
        made = add_person(instance.private, email=f"{slug(name)}@example.org", name=name)
        if name in ("Awa", "Léa", "Noé"):
            made = set_page(instance.private, made.id, f"personnes/{slug(name)}", by="test")
        if name == "Anne":
            made = set_role(instance.private, made.id, "admin", by="test")
        found.people[slug(name)] = made
    table = Base.metadata.tables["registrations_event"]
    values = {"id": "e" * 16, "path": EVENT, "title": "Carrefour", "starts": EVENING.isoformat()}
    with instance.private.session() as session:
        session.execute(table.insert().values(**filled(table, values)))
    for name in ("awa", "lea", "noe"):
        found.comes(name)
    found.comes("max", name="Max", email="max@example.net")
    found.comes("zoe", listed=False)
    found.comes("ali", came=False)
    yield found
    shown = "".join(found.shown)
    assert "@example.net" not in shown, "no address in any page"
