"""An event with people around it, who register, wait, come, and are told."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from wiki.testing import Place
from wiki.testing.texts import page

EVENT = "evenements/printemps"
URL = f"/-/registrations/{EVENT}"


def event(**head: str) -> str:
    """The text of an event; what is given as "" is left out."""
    values = {
        "type": "event",
        "title": "Carrefour de printemps",
        "starts": "2027-03-18T18:30",
        "ends": "2027-03-18T21:00",
        "place": "Médiathèque",
        "registration": "open",
        "capacity": "2",
        "team": '["[[personnes/awa]]"]',
        **head,
    }
    return page("\nVenez.\n", **values)


FILES: dict[str, str | None] = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": page(type="person", title="Awa"),
    "personnes/lea.md": page(type="person", title="Léa"),
    f"{EVENT}.md": event(),
}


class Evening(Place):
    """A wiki with an event in it."""

    def later(self, **how_long: float) -> None:
        """Moves the clock, and does what is due by then."""
        self.mails()
        super().later(**how_long)
        self.tend()

    def tend(self) -> None:
        """Does what is due."""
        self.part("jobs").run(self.instance)
        self.mails()

    def settle(self) -> None:
        """A page has said the same for long enough to be told."""
        self.tend()
        self.later(minutes=11)

    def change(self, **head: str) -> None:
        """Someone edits the head of the event."""
        self.write({f"{EVENT}.md": event(**head)})

    def send(self, who: str, url: str, /, status: int = 303, **data: Any) -> str:
        """Sends a form, and the mails that come of it."""
        answer = super().send(who, url, status, **data)
        self.mails()
        return answer

    def link(self, who: str) -> str:
        """The page of someone's registration, from their newest mail."""
        return self.mailed_link(who, "/-/registrations/mine/")

    def passer(self, who: str) -> str:
        """Someone without an account whose browser stays; ``who``."""
        self._clients[who] = self.app.test_client()
        return who

    def registers(self, who: str, status: int = 303, **said: Any) -> str:
        """Someone with an account registers."""
        data = {"name": self.people[who].name, "lang": "fr", **said}
        return self.send(who, URL, status, **data)

    def asks(self, email: str, name: str = "Zoé", status: int = 200, **said: Any) -> str:
        """Someone without an account fills the form in."""
        data = {"name": name, "email": email, "lang": "fr", **said}
        return self.send("", URL, status, **data)

    def act(self, who: str, action: str, status: int = 303, **data: Any) -> str:
        """Presses a button on the page of someone's newest link, without logging in."""
        return self.send("", self.link(who), status, action=action, **data)

    def manage(self, action: str, status: int = 303, who: str = "awa", **data: Any) -> str:
        """An organiser presses a button."""
        return self.send(who, f"{URL}/manage", status, action=action, **data)

    def rows(self) -> dict[str, str]:
        """Name → state of all who registered."""
        return {row.name: row.state for row in self.registrations()}

    def registrations(self) -> list[Any]:
        with self.instance.private.reading() as session:
            return list(session.scalars(select(self.part("models").RegistrationRow)))


def at_the_event(evening: Evening) -> None:
    """It is the evening of the event."""
    Place.later(evening, days=17, hours=8)


@pytest.fixture(scope="module")
def founded(shared_wiki: Any, plugin_module: Any) -> Evening:
    place = Evening(*shared_wiki, part=plugin_module)
    place.write(FILES)
    place.person("Awa", page="personnes/awa")
    place.person("Léa", page="personnes/lea")
    place.person("Marc")
    place.person("Noé", page="personnes/noe")
    place.person("Anne", "admin")
    place.keep()
    return place


@pytest.fixture
def evening(founded: Evening) -> Iterator[Evening]:
    founded.rewind()
    yield founded
    assert founded.exposed() == [], "no address in any page"
