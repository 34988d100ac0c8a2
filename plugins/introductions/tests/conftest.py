"""A village of people to bring together, and what they do."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from wiki.testing import Place

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

NEED, OFFER, ALONE = "b-aaaaaaaa", "o-aaaaaaaa", "b-zzzzzzzz"
FILES: dict[str, str | None] = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
    "personnes/lea.md": "---\ntype: person\ntitle: Léa\navailability: 2\n---\n"
    f"::: offres\n- Relire une architecture radio dispo:1 {{#{OFFER}}}\n\n:::\n",
    "personnes/sans.md": "---\ntype: person\ntitle: Sans compte\n---\n",
    "lora.md": '---\ntype: project\ntitle: LoRa à la ferme\nteam: ["[[personnes/awa]]"]\n---\n'
    f"::: besoins\n- [ ] Un expert LoRaWAN #lora {{#{NEED}}}\n\n:::\n\n"
    "::: historique\n- 2026-05-02 prototype — Premier capteur\n- 2026-03-01 concept\n\n:::\n",
    "radio.md": '---\ntype: project\ntitle: Radio\nteam: ["[[personnes/lea]]"]\n---\n',
    "seul.md": "---\ntype: project\ntitle: Seul\n---\n::: besoins\n"
    f"- [ ] Quelqu'un {{#{ALONE}}}\n\n:::\n",
}


@dataclass
class Village(Place):
    """A wiki with people in it."""

    part: Callable[[str], Any] = field(kw_only=True)

    def later(self, **how_long: float) -> None:
        """Moves the clock, and does what is due by then."""
        self.mails()
        super().later(**how_long)
        self.part("tending").run(self.instance)
        self.mails()

    def link(self, who: str) -> str:
        """The address in the newest mail to someone that lets them act."""
        for text in reversed(self.mails_to(who)):
            if found := re.search(r"(/-/introductions/[\w.-]+)(?![\w./-])", text):
                return found[1]
        raise AssertionError(f"no link for {who}")

    def act(self, who: str, action: str, status: int = 303, **data: Any) -> str:
        """Presses a button on the page of someone's newest link, without logging in."""
        return self.send("", self.link(who), status, action=action, **data)

    def helps(self, who: str = "marc", about: str = NEED, status: int = 200, **data: Any) -> str:
        """Someone with an account says that they can help."""
        said = {"words": "J’ai déployé trois réseaux.", **data}
        return self.send(who, f"/-/introductions/answer/{about}", status, **said)

    def proposes(
        self,
        who: str = "cara",
        whom: str = "personnes/lea",
        about: str = NEED,
        status: int = 303,
        **data: Any,
    ) -> str:
        """A connector brings two together."""
        said = {"about": about, "person": whom, "words": "Vous parlez tous deux radio.", **data}
        return self.send(who, "/-/introductions/propose", status, **said)


@pytest.fixture(scope="module")
def founded(shared_wiki: "tuple[Instance, Flask]", part: Callable[[str], Any]) -> Village:
    place = Village(*shared_wiki, part=part)
    place.write(FILES)
    place.person("Awa", page="personnes/awa")
    place.person("Léa", page="personnes/lea")
    place.person("Marc")
    place.person("Cara", "connector")
    place.person("Dan", "connector")
    place.person("Anne", "admin")
    place.keep()
    return place


@pytest.fixture
def village(founded: Village) -> Village:
    founded.rewind()
    return founded
