"""A village of people to bring together, and what they do."""

from typing import Any

import pytest

from wiki.testing import Place
from wiki.testing.texts import page

NEED, OFFER, ALONE = "b-aaaaaaaa", "o-aaaaaaaa", "b-zzzzzzzz"
_OFFERS = f"::: offres\n- Relire une architecture radio dispo:1 {{#{OFFER}}}\n\n:::\n"
_NEEDS = f"::: besoins\n- [ ] Un expert LoRaWAN #lora {{#{NEED}}}\n\n:::\n\n"
_STORY = "::: historique\n- 2026-05-02 prototype — Premier capteur\n- 2026-03-01 concept\n\n:::\n"
_ALONE = f"::: besoins\n- [ ] Quelqu'un {{#{ALONE}}}\n\n:::\n"
_AWA, _LEA = ('["[[personnes/awa]]"]', '["[[personnes/lea]]"]')
FILES: dict[str, str | None] = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": page(type="person", title="Awa"),
    "personnes/lea.md": page(_OFFERS, type="person", title="Léa", availability="2"),
    "personnes/sans.md": page(type="person", title="Sans compte"),
    "lora.md": page(_NEEDS + _STORY, type="project", title="LoRa à la ferme", team=_AWA),
    "radio.md": page(type="project", title="Radio", team=_LEA),
    "seul.md": page(_ALONE, type="project", title="Seul"),
}


class Village(Place):
    """A wiki with people in it."""

    def later(self, **how_long: float) -> None:
        """Moves the clock, and does what is due by then."""
        self.mails()
        super().later(**how_long)
        self.part("jobs").run(self.instance)
        self.mails()

    def link(self, who: str) -> str:
        """The address in the newest mail to someone that lets them act."""
        return self.mailed_link(who, "/-/introductions/")

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
def founded(shared_wiki: Any, plugin_module: Any) -> Village:
    place = Village(*shared_wiki, part=plugin_module)
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
