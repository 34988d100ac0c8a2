"""An event that was held, and people who were registered for it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from wiki.pages.words import slug
from wiki.people.models.accounts import PersonRow
from wiki.people.tables import Base
from wiki.testing import Place

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

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


FILES: dict[str, str | None] = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n"
    "::: offres\n- Relire une architecture radio\n\n:::\n",
    "personnes/lea.md": "---\ntype: person\ntitle: Léa\n---\n",
    "personnes/noe.md": "---\ntype: person\ntitle: Noé\n---\n",
    "lora.md": '---\ntype: project\ntitle: LoRa à la ferme\nteam: ["[[personnes/noe]]"]\n---\n',
    f"{EVENT}.md": event(),
}


@dataclass
class Evening(Place):
    """Awa, Léa, Noé and Max, who has no account, agreed; Zoé did not; Ali did not come."""

    part: Callable[[str], Any] = field(kw_only=True)
    now: datetime = EVENING
    #: address → name → what the form calls them
    known: dict[str, dict[str, str]] = field(default_factory=dict)

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

    def quiet(self, who: str) -> None:
        """Someone wants to be asked no more, by the link of their newest question."""
        self.send("", f"{self.link(who, 'introductions')}/quiet", 200)

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
        super().later(**how_long)
        self.tend()

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
        for text in reversed(self.mails_to(who)):
            if found := re.search(rf"(/-/{what}/[\w.-]+)", text):
                return found[1]
        raise AssertionError(f"no link for {who}")

    def link_of(self, key: str) -> str:
        """The link of one who registered after the mails had left."""
        (row,) = self.rows("encounters_event")
        return str(self.part("links").link_path(self.instance, row.id, key.ljust(16, "0")))

    def asks(self, who: str, whom: str, words: str = "Bonjour.", status: int = 303) -> str:
        """Someone presses “I wanted to talk to you” at a name: by their link without an account."""
        known = who in self.people
        url = URL if known else self.link_of(who)
        about = self.about(who if known else "", url, whom)
        return self.send(who if known else "", url, status, about=about, words=words)

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

    def steps(self) -> str:
        """What organisers read of it."""
        from wiki.reading.events import event_of
        from wiki.translation import use_language

        reader = self.reader("anne")
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


def filled(table: Any, values: dict[str, Any]) -> dict[str, Any]:
    """The values, with something empty for whatever else the table wants."""
    empty: dict[type, Any] = {str: "", int: 0, bool: False}
    for column in table.columns:
        if column.name not in values and not column.nullable:
            values[column.name] = empty.get(column.type.python_type, EVENING)
    return values


@pytest.fixture(scope="module")
def founded(shared_wiki: "tuple[Instance, Flask]", part: Callable[[str], Any]) -> Evening:
    place = Evening(*shared_wiki, part=part)
    place.write(FILES)
    for name in ("Awa", "Léa", "Noé"):
        place.person(name, page=f"personnes/{slug(name)}")
    place.person("Zoé")
    place.person("Ali")
    place.person("Anne", "admin")
    table = Base.metadata.tables["registrations_event"]
    values = {"id": "e" * 16, "path": EVENT, "title": "Carrefour", "starts": EVENING.isoformat()}
    with place.instance.private.session() as session:
        session.execute(table.insert().values(**filled(table, values)))
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
def after(founded: Evening) -> Iterator[Evening]:
    """The day after: its mails have left."""
    founded.rewind("after")
    yield founded
    assert "@example.net" not in "".join(founded.shown), "no address in any page"
