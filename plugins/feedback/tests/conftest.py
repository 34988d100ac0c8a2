"""A page that asks, people around it, and what they answer."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from wiki.api.reading import get_page
from wiki.testing import Place

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

PATH = "projets/lora"
URL = f"/-/feedback/{PATH}"
HEAD = "---\ntype: project\ntitle: LoRa\nteam: ['[[personnes/awa]]']\n{more}---\n# LoRa\n"
ASKS = """
Du texte.

::: hypothèses
- 2027-01-02 cru — Un éleveur regarde l'écran

:::

::: retours
Est-ce clair ?

:::

## Budget

Cent euros.

::: retours

:::
"""


def page(body: str = ASKS, more: str = "") -> str:
    return HEAD.format(more=more) + body


@dataclass
class Asked(Place):
    """A wiki with a page that asks."""

    part: Callable[[str], Any] = field(kw_only=True)

    def words(self, text: str) -> str:
        return text.replace("\xa0", " ")

    def later(self, **how_long: float) -> None:
        """Moves the clock, and does what is due by then."""
        self.mails()
        super().later(**how_long)
        self.part("jobs").run(self.instance)
        self.mails()

    def answers(self, who: str, status: int = 303, **words: Any) -> Any:
        """Someone with an account answers; the row."""
        known = {row.id for row in self.rows()}
        self.send(who, URL, status, **words)
        rows = [row for row in self.rows() if row.person == self.people[who].id]
        return next((row for row in rows if row.id not in known), rows[-1] if rows else None)

    def writes(self, email: str, name: str = "Zoé", status: int = 200, **words: Any) -> str:
        """Someone without an account answers."""
        return self.send("", URL, status, name=name, email=email, **words)

    def confirms(self, email: str) -> str:
        """Follows the newest mailed link and presses the button; the link."""
        link = self.link(email)
        self.send("", link, action="confirm")
        return link

    def link(self, email: str) -> str:
        for text in reversed(self.mails_to(email)):
            if found := re.search(r"(/-/feedback/own/[\w.-]+)", text):
                return found[1]
        raise AssertionError(f"no link for {email}")

    def rows(self) -> list[Any]:
        return list(self.part("store").find_all(self.instance, limit=10_000))

    def text(self) -> str:
        from wiki.reading import Reader

        return get_page(Reader(self.instance, audience=frozenset({"all"})), PATH).text


@pytest.fixture(scope="module")
def founded(shared_wiki: "tuple[Instance, Flask]", plugin_module: Callable[[str], Any]) -> Asked:
    place = Asked(*shared_wiki, part=plugin_module)
    place.write(
        {
            f"{PATH}.md": page(),
            "cache.md": page(more="visibility: team\n"),
            "index.md": "# Accueil\n",
            "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
        }
    )
    place.person("Awa", page="personnes/awa")
    place.person("Léa")
    place.person("Marc")
    place.person("Paul", "programme")
    place.person("Anne", "admin")
    place.keep()
    return place


@pytest.fixture
def asked(founded: Asked) -> Iterator[Asked]:
    founded.rewind()
    yield founded
    shown = "".join(founded.shown)
    addresses = [one.email for one in founded.people.values()]
    assert [one for one in addresses if one in shown] == [], "no address in any page"
