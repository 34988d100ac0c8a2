"""An evening with its people, and the morning after, when they have their links."""

import re
import threading
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from wiki.api.events import Attendance, attendances
from wiki.testing import Place, text_of
from wiki.testing.texts import page
from wiki.testing.wikis import provide_in

PARIS = ZoneInfo("Europe/Paris")
EVENT = "evenements/salon"
RESULTS = f"/-/questionnaires/results/{EVENT}"
READ = f"/-/questionnaires/read/{EVENT}"
PREPARE = f"/-/questionnaires/{EVENT}"
LORA, JARDIN, CACHE = "projets/lora", "projets/jardin", "projets/cache"


def event_page(**head: str) -> str:
    values = {
        "type": "event",
        "title": "Salon",
        "starts": "2026-12-10T18:00",
        "ends": "2026-12-10T22:00",
        "programme": f"['[[{LORA}]]', '[[{JARDIN}]]', '[[{CACHE}]]']",
        "team": "['[[personnes/ines]]']",
        **head,
    }
    return page("Venez.\n", **values)


_NAMES = ("Ines", "Awa", "Marc", "Rosa")
_LORA = {"title": "LoRa à la ferme", "summary": "Des capteurs", "team": "['[[personnes/awa]]']"}
_MARC = "['[[personnes/marc]]']"
FILES: dict[str, str | None] = {
    "index.md": "# Accueil\n",
    **{f"personnes/{name.lower()}.md": page(type="person", title=name) for name in _NAMES},
    f"{LORA}.md": page(type="project", **_LORA),
    f"{JARDIN}.md": page(type="project", title="Le jardin", team=_MARC),
    f"{CACHE}.md": page(type="project", title="Le secret", visibility="team", team=_MARC),
    f"{EVENT}.md": event_page(),
}


class Registrations:
    """Who was there, as another plugin would say it."""

    def __init__(self) -> None:
        self.people: list[Attendance] = []

    def attendances(self, instance: object, event: str) -> list[Attendance]:
        return list(self.people) if event == EVENT else []


@dataclass
class Evening(Place):
    """A wiki with an event, on the afternoon before it."""

    now: datetime = datetime(2026, 12, 10, 15, tzinfo=PARIS)
    there: Registrations = field(default_factory=Registrations)

    def rewind(self, moment: str = "") -> None:
        """See Place; nobody has been there yet."""
        super().rewind(moment)
        self.there = Registrations()
        provide_in(self.instance, attendances, self.there.attendances)

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
        self.part("closure").run(self.instance)
        self.mails()

    def mails(self, subject: str = "") -> list[EmailMessage]:
        """See Place; those that are about that."""
        return [one for one in super().mails() if subject in str(one["Subject"])]

    def links(self) -> list[str]:
        """The link of each invitation, by the address that it went to."""
        mails = self.mails("Votre avis après")
        mails.sort(key=lambda one: int(re.sub(r"\D", "", str(one["To"]))))
        link = re.compile(r"/-/questionnaires/answer/[\w.-]+")
        return [link.findall(text_of(one))[0] for one in mails]

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
        return str(self.part("store").round_of(self.instance, EVENT).id)

    def urns(self) -> dict[str, Any]:
        """Project → what was said of it."""
        return dict(self.part("store").urns_of(self.instance, self.round()))


def wait_for_eraser() -> None:
    """In a storm of answers the log is emptied once a second, by a thread."""
    for thread in threading.enumerate():
        if thread.name == "questionnaires-order":
            thread.join()


def founded_in(part: Any, instance: Any, app: Any) -> Evening:
    """The wiki with its people, kept on the afternoon before, and on the morning after."""
    place = Evening(instance, app, part=part)
    place.write(FILES)
    for name in _NAMES:
        place.person(name, page=f"personnes/{name.lower()}")
    place.person("Chef", "admin")
    place.keep()
    place.rewind()
    place.attend(8)
    place.at("2026-12-11T09:01")
    place.keep("morning")
    return place


@pytest.fixture(scope="module")
def founded(shared_wiki: Any, plugin_module: Any) -> Evening:
    return founded_in(plugin_module, *shared_wiki)


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
