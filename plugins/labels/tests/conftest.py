"""An evening that is over, Awa, who organised it, Léa, whose project was shown, and Marc."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from wiki.testing import Place

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

EVENT, PROJECT = "evenements/printemps", "projets/lora"
#: the days after the evening
NOW = datetime(2027, 3, 20, 9, 0, tzinfo=UTC)
#: of commits: no two within a minute
_MINUTES = (datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=n) for n in count())


def event(programme: str = '["[[projets/lora]]"]', **head: str) -> str:
    """The text of the event; what is given as "" is left out."""
    values = {
        "type": "event",
        "title": "Carrefour de printemps",
        "starts": "2027-03-18T18:30",
        "ends": "2027-03-18T21:00",
        "place": "Médiathèque",
        "team": '["[[personnes/awa]]"]',
        "programme": programme,
        **head,
    }
    lines = [f"{key}: {value}" for key, value in values.items() if value]
    return "---\n{}\n---\n\nVenez.\n".format("\n".join(lines))


def project(title: str = "LoRa à la ferme", head: str = "") -> str:
    return f'---\ntype: project\ntitle: {title}\nteam: ["[[personnes/lea]]"]\n{head}---\n\nTexte.\n'


FILES: dict[str, str | None] = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
    "personnes/lea.md": "---\ntype: person\ntitle: Léa\n---\n",
    f"{PROJECT}.md": project(),
    "projets/autre.md": project("Un autre"),
    f"{EVENT}.md": event(),
}


@dataclass
class Evening(Place):
    """The days after it."""

    part: Callable[[str], Any] = field(kw_only=True)

    def write(
        self,
        files: Mapping[str, str | None],
        message: str = "by hand",
        when: datetime | None = None,
    ) -> str:
        """A commit by hand, a minute after the last one."""
        return super().write(files, message, when or next(_MINUTES))

    def take(self, status: int = 303, project: str = PROJECT, event: str = EVENT) -> str:
        """Léa takes the label; its token."""
        self.send("lea", f"/-/labels/{project}", status, action="accept", path=event)
        rows = self.part("store").of_project(self.instance, project)
        return str(self.part("links").PROOF.token(self.instance, rows[0].id)) if rows else ""

    def badge(self, token: str, query: str = "") -> Any:
        return self.client().get(f"/-/labels/badge/{token}.svg{query}")

    def shows(self, token: str) -> bool:
        """Whether the badge says that it holds."""
        answer = self.badge(token)
        assert answer.status_code == 200
        return "Label retiré" not in answer.get_data(as_text=True)

    def holds(self, token: str) -> bool:
        """Whether the badge says that it does, in its picture and on its page."""
        valid = "Ce label est valable" in self.see("", f"/-/labels/proof/{token}?lang=fr")
        assert valid is self.shows(token)
        return valid


@pytest.fixture(scope="module")
def founded(shared_wiki: "tuple[Instance, Flask]", plugin_module: Callable[[str], Any]) -> Evening:
    place = Evening(*shared_wiki, part=plugin_module, now=NOW)
    place.write(FILES)
    place.person("Awa", page="personnes/awa")
    place.person("Léa", page="personnes/lea")
    place.person("Marc")
    place.keep()
    return place


@pytest.fixture
def place(founded: Evening) -> Evening:
    """The pages as they were, and no label."""
    founded.rewind()
    return founded
