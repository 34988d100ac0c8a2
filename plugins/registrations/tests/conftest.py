"""An event with people around it, who register, wait, come, and are told."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from wiki.testing import Place

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

EVENT = "evenements/printemps"


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
    lines = [f"{key}: {value}" for key, value in values.items() if value]
    return "---\n{}\n---\n\nVenez.\n".format("\n".join(lines))


FILES: dict[str, str | None] = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
    "personnes/lea.md": "---\ntype: person\ntitle: Léa\n---\n",
    f"{EVENT}.md": event(),
}


@dataclass
class Evening(Place):
    """A wiki with an event in it."""

    part: Callable[[str], Any] = field(kw_only=True)

    def later(self, **how_long: float) -> None:
        """Moves the clock, and does what is due by then."""
        self.mails()
        super().later(**how_long)
        self.tend()

    def tend(self) -> None:
        """Does what is due."""
        self.part("tending").run(self.instance)
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
        for text in reversed(self.mails_to(who)):
            if found := re.search(r"(/-/registrations/mine/[\w.-]+)", text):
                return found[1]
        raise AssertionError(f"no link for {who}")

    def passer(self, who: str) -> str:
        """Someone without an account whose browser stays; ``who``."""
        self._clients[who] = self.app.test_client()
        return who

    def registers(self, who: str, status: int = 303, **said: Any) -> str:
        """Someone with an account registers."""
        data = {"name": self.people[who].name, "lang": "fr", **said}
        return self.send(who, f"/-/registrations/{EVENT}", status, **data)

    def asks(self, email: str, name: str = "Zoé", status: int = 200, **said: Any) -> str:
        """Someone without an account fills the form in."""
        data = {"name": name, "email": email, "lang": "fr", **said}
        return self.send("", f"/-/registrations/{EVENT}", status, **data)

    def act(self, who: str, action: str, status: int = 303, **data: Any) -> str:
        """Presses a button on the page of someone's newest link, without logging in."""
        return self.send("", self.link(who), status, action=action, **data)

    def page_of(self, who: str) -> str:
        """What someone's own page says."""
        return self.see("", self.link(who))

    def manage(self, action: str, status: int = 303, who: str = "awa", **data: Any) -> str:
        """An organiser presses a button."""
        return self.send(who, f"/-/registrations/{EVENT}/manage", status, action=action, **data)

    def rows(self) -> dict[str, str]:
        """Name → state of all who registered."""
        return {row.name: row.state for row in self.registrations()}

    def registrations(self) -> list[Any]:
        models = self.part("models")
        with self.instance.private.reading() as session:
            return list(session.scalars(select(models.RegistrationRow)))


def at_the_event(evening: Evening) -> None:
    """It is the evening of the event."""
    Place.later(evening, days=17, hours=8)


@pytest.fixture(scope="module")
def founded(shared_wiki: "tuple[Instance, Flask]", part: Callable[[str], Any]) -> Evening:
    place = Evening(*shared_wiki, part=part)
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
    people = list(founded.people.values())
    yield founded
    shown = "".join(founded.shown)
    assert [one for one in people if one.email in shown] == [], "no address in any page"
