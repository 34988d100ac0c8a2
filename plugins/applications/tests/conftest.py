"""An evening that takes projects, who prepares it, and those who propose."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from wiki.testing import Place

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance
    from wiki.people.person import Person

EVENT = "evenements/carrefour"
FILES: dict[str, str | None] = {
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
NEW: dict[str, Any] = {
    "title": "Ruches parlantes",
    "summary": "Des capteurs qui écoutent les abeilles",
    "needs": "- Un apiculteur #abeilles\n2. Une carte radio\n",
    "why": "Pour rencontrer des apiculteurs",
    "who": "Awa, et deux voisins\n:::",
    "territory": "Bretagne",
    "themes": "capteurs, abeilles",
}
START = datetime(2027, 1, 10, 9, tzinfo=UTC)


@dataclass
class Evening(Place):
    """A wiki with an evening in it."""

    part: Callable[[str], Any] = field(kw_only=True)

    def apply(self, who: str = "awa", **form: str) -> str:
        """Proposes a new project; the id of its application."""
        led = self.send(who, "/-/applications/new", **{"to": EVENT, **NEW, **form})
        found = re.search(r"/-/application/(\w+)$", led)
        assert found, led
        return found[1]

    def row(self, id_: str) -> Any:
        return self.part("store").find(self.instance, id_)

    def account(self, who: str) -> "Person":
        """Someone's account as it is now."""
        person = self.reader(who).person
        assert person is not None
        return person

    def hold(self, who: str, *, held: bool = True) -> None:
        """Someone who has just come waits to be read, or was."""
        from sqlalchemy import update

        from wiki.people.models.accounts import PersonRow

        with self.instance.private.session() as session:
            row = update(PersonRow).where(PersonRow.id == self.people[who].id)
            session.execute(row.values(held=self.now if held else None))

    def file(self, path: str) -> str:
        """The file of a page, or the one that it would have."""
        repository, inner = self.instance.repository, f"{path}/index.md"
        return inner if repository.blob_id(inner, repository.head()) else f"{path}.md"

    def tend(self) -> None:
        """What runs now and then does so."""
        self.part("jobs").run(self.instance)


@pytest.fixture(scope="module")
def founded(shared_wiki: "tuple[Instance, Flask]", plugin_module: Callable[[str], Any]) -> Evening:
    place = Evening(*shared_wiki, part=plugin_module, now=START)
    place.write(FILES)
    for name in ("orga", "awa", "bea"):
        place.person(name, page=f"personnes/{name}")
    place.person("tiers")
    place.person("prune", "programme")
    place.person("chef", "admin")
    place.keep()
    return place


@pytest.fixture
def evening(founded: Evening) -> Evening:
    founded.rewind()
    return founded
