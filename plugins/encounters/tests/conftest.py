"""An event that was held, and people who were registered for it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from wiki.pages.words import slug
from wiki.people.models.tables import Base
from wiki.testing import Place
from wiki.testing.texts import page

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
    return page(**values)


_OFFERS = "::: offres\n- Relire une architecture radio\n\n:::\n"
FILES: dict[str, str | None] = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": page(_OFFERS, type="person", title="Awa"),
    "personnes/lea.md": page(type="person", title="Léa"),
    "personnes/noe.md": page(type="person", title="Noé"),
    "lora.md": page(type="project", title="LoRa à la ferme", team='["[[personnes/noe]]"]'),
    f"{EVENT}.md": event(),
}


@dataclass
class Evening(Place):
    """Awa, Léa, Noé and Max, who has no account, agreed; Zoé did not; Ali did not come."""

    now: datetime = EVENING
    #: address → name → what the form calls them
    known: dict[str, dict[str, str]] = field(default_factory=dict)

    def insert(self, name: str, /, **values: Any) -> None:
        """A row, with something empty for whatever else its table wants."""
        table = Base.metadata.tables[name]
        empty: dict[type, Any] = {str: "", int: 0, bool: False}
        for column in table.columns:
            if not column.nullable:
                values.setdefault(column.name, empty.get(column.type.python_type, EVENING))
        with self.instance.private.session() as session:
            session.execute(table.insert().values(**values))

    def comes(self, who: str, *, listed: bool = True, came: bool = True, **values: Any) -> None:
        """Someone is registered, and was seen there or not."""
        if person := self.people.get(who):
            values = {"person": person.id, "name": person.name}
        key = {"id": who.ljust(16, "0"), "event": "e" * 16, "state": "coming", "lang": "fr"}
        values |= {"listed": listed, "came": EVENING if came else None}
        self.insert(_REGISTERED, **key, **values)

    def amend(self, who: str = "", **values: Any) -> None:
        """Someone is registered otherwise, or everyone."""
        table = Base.metadata.tables[_REGISTERED]
        mine = update(table).where(table.c.id.startswith(who))
        with self.instance.private.session() as session:
            session.execute(mine.values(**values))

    def run(self) -> None:
        """Does what is due."""
        self.part("jobs").run(self.instance)

    def later(self, **how_long: float) -> None:
        """Moves the clock, and does what is due by then."""
        super().later(**how_long)
        self.run()
        self.mails()

    def send(self, who: str, url: str, /, status: int = 303, **data: Any) -> str:
        """Sends a form, and the mails that come of it."""
        answer = super().send(who, url, status, **data)
        self.mails()
        return answer

    def rewind(self, moment: str = "") -> None:
        """See Place."""
        super().rewind(moment)
        self.known.clear()

    def link(self, who: str, what: str = "encounters/link") -> str:
        """The link of the newest mail that has one of that kind."""
        return self.mailed_link(who, f"/-/{what}/")

    def asks(self, who: str, whom: str, words: str = "Bonjour.", status: int = 303) -> str:
        """Someone presses “I wanted to talk to you” at a name: by their link without an account."""
        url = URL
        if who not in self.people:
            (row,) = self.rows("encounters_event")
            url = self.part("links").LINK.path(self.instance, row.id, who.ljust(16, "0"))
            who = ""
        return self.send(who, url, status, about=self.about(who, url, whom), words=words)

    def about(self, who: str, url: str, whom: str) -> str:
        """What the form calls them; without a form any more, what it called them."""
        names = self.known.setdefault(url, {})
        if whom not in names:
            for line in self.see(who, url).split("<li")[1:]:
                said = re.search(r'class="sentence">(?:<a[^>]*>)?([^<]+)', line)
                about = re.search(r'name="about" value="([^"]+)"', line)
                if said and about:
                    names[said[1]] = about[1]
        return names[whom]

    def answers(self, who: str, action: str) -> None:
        """Someone answers what they were asked, by their link."""
        self.send("", self.link(who, "introductions"), action=action)

    def rows(self, table: str) -> list[Any]:
        with self.instance.private.reading() as session:
            return list(session.execute(select(Base.metadata.tables[table])))


@pytest.fixture(scope="module")
def founded(shared_wiki: Any, plugin_module: Any) -> Evening:
    place = Evening(*shared_wiki, part=plugin_module)
    place.write(FILES)
    for name in ("Awa", "Léa", "Noé"):
        place.person(name, page=f"personnes/{slug(name)}")
    place.person("Zoé")
    place.person("Ali")
    place.person("Anne", "admin")
    begins = EVENING.isoformat()
    place.insert("registrations_event", id="e" * 16, path=EVENT, title="Soir", starts=begins)
    for name in ("awa", "lea", "noe"):
        place.comes(name)
    place.comes("max", name="Max", email="max@example.net")
    place.comes("zoe", listed=False)
    place.comes("ali", came=False)
    place.keep()
    place.later(days=1)
    place.keep("after")
    return place


@pytest.fixture
def evening(founded: Evening) -> Iterator[Evening]:
    founded.rewind()
    yield founded
    assert "@example.net" not in "".join(founded.shown), "no address in any page"


@pytest.fixture
def after(evening: Evening) -> Evening:
    """The day after: its mails have left."""
    evening.rewind("after")
    return evening
