"""An evening with its people, and the morning after, when they have their links."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from wiki.api import Attendance, hookimpl
from wiki.testing import Place, text_of

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

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


FILES: dict[str, str | None] = {
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


class Registrations:
    """Who was there, as another plugin would say it."""

    def __init__(self) -> None:
        self.people: list[Attendance] = []

    @hookimpl
    def attendances(self, instance: "Instance", event: str) -> list[Attendance]:
        return list(self.people) if event == EVENT else []


@dataclass
class Evening(Place):
    """A wiki with an event, on the afternoon before it."""

    part: Callable[[str], Any] = field(kw_only=True)
    now: datetime = datetime(2026, 12, 10, 15, tzinfo=PARIS)
    there: Registrations = field(default_factory=Registrations)

    def rewind(self, moment: str = "") -> None:
        """See Place; nobody has been there yet."""
        super().rewind(moment)
        manager = self.instance.plugins.manager
        if manager.is_registered(self.there):
            manager.unregister(self.there)
        self.there = Registrations()
        manager.register(self.there)

    def attend(self, count: int, came: bool | None = None, start: int = 0) -> None:
        """So many more people who were there, without accounts."""
        self.there.people += [
            Attendance(f"p{n}", f"Une {n}", f"p{n}@example.org", None, "fr", came, False)
            for n in range(start, start + count)
        ]

    def at(self, text: str) -> None:
        """Moves the clock, and does what is due by then."""
        moment = datetime.fromisoformat(text).replace(tzinfo=PARIS)
        self.later(seconds=(moment - self.now).total_seconds())
        self.run()

    def run(self) -> None:
        """Does what is due, and sends the mails."""
        self.part("closing").run(self.instance)
        self.mails()

    def mails(self, subject: str = "") -> list[EmailMessage]:
        """See Place; those that are about that."""
        return [one for one in super().mails() if subject in str(one["Subject"])]

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

    def round(self) -> str:
        """The id of what is asked about the evening."""
        return str(self.part("keeping").round_of(self.instance, EVENT).id)

    def urns(self) -> dict[str, Any]:
        """Project → what was said of it."""
        return dict(self.part("keeping").urns_of(self.instance, self.round()))


def wait_for_eraser() -> None:
    """In a storm of answers the log is emptied once a second, by a thread."""
    for thread in threading.enumerate():
        if thread.name == "questionnaires-order":
            thread.join()


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"(/-/questionnaires/answer/[\w.-]+)", text_of(mail))
    assert found, text_of(mail)
    return found[1]


def founded_in(instance: "Instance", app: "Flask", part: Callable[[str], Any]) -> Evening:
    """The wiki with its people, kept on the afternoon before, and on the morning after."""
    place = Evening(instance, app, part=part)
    place.write(FILES)
    for name in ("Ines", "Awa", "Marc", "Rosa"):
        place.person(name, page=f"personnes/{name.lower()}")
    place.person("Chef", "admin")
    place.keep()
    place.rewind()
    place.attend(8)
    place.at("2026-12-11T09:01")
    place.keep("morning")
    instance.plugins.manager.unregister(place.there)
    return place


@pytest.fixture(scope="module")
def founded(shared_wiki: "tuple[Instance, Flask]", part: Callable[[str], Any]) -> Evening:
    return founded_in(*shared_wiki, part)


@pytest.fixture
def evening(founded: Evening) -> Evening:
    founded.rewind()
    return founded


@pytest.fixture
def morning(founded: Evening) -> Evening:
    """The morning after: eight people have their link."""
    founded.rewind("morning")
    founded.attend(8)
    return founded
