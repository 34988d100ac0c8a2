"""A page with an owner, people around it, and what each of them says of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from wiki.testing import Place

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

PATH = "projets/lora"
URL = f"/-/comments/{PATH}"
HEAD = "---\ntype: project\ntitle: LoRa\nteam: ['[[personnes/awa]]']\n{more}---\n"
BODY = (
    "# LoRa\n\nLe capteur coûte cent euros et tient trois ans.\n\n## Budget\n\nDeux mille euros, "
    "le capteur compris.\n\n## Qui fait quoi\n\nUn éleveur regarde l'écran le matin.\n"
)
NAMES = {"awa": "Awa Diop", "ben": "Ben Martin", "chloe": "Chloé Petit"}
#: a script asks for its part of the page
PART = {"HX-Request": "true"}


def page(body: str = BODY, more: str = "") -> str:
    return HEAD.format(more=more) + body


@dataclass
class Commented(Place):
    """A wiki with a page to comment."""

    part: Callable[[str], Any] = field(kw_only=True)

    def words(self, text: str) -> str:
        return re.sub(r"\s+", " ", text.replace("\xa0", " ").replace("&#39;", "'"))

    def later(self, **how_long: float) -> None:
        """Moves the clock, and does what is due by then."""
        super().later(**how_long)
        self.part("jobs").run(self.instance)

    def send(self, *args: Any, **data: Any) -> str:
        """What is said later is later."""
        self.now += timedelta(seconds=5)
        return super().send(*args, **data)

    def comments(self, who: str, words: str, **data: Any) -> Any:
        """Someone comments; the thread."""
        known = {row.id for row in self.threads()}
        self.send(who, URL, words=words, **data)
        return next(row for row in self.threads() if row.id not in known)

    def threads(self, who: str = "awa") -> list[Any]:
        return list(self.part("store").threads_of(self.reader(who), PATH))

    def said(self, thread: Any) -> list[Any]:
        return list(self.part("store").comments_of(self.instance, [thread])[thread.id])

    def waits(self, who: str) -> list[str]:
        lines = self.part("notifications").waiting(self.reader(who))
        return [self.words(str(one.text)) for one in lines]


@pytest.fixture(scope="module")
def founded(
    shared_wiki: "tuple[Instance, Flask]", plugin_module: Callable[[str], Any]
) -> Commented:
    """Awa has a project; Ben and Chloé are members, Rita only reads."""
    place = Commented(*shared_wiki, part=plugin_module)
    files = {
        f"personnes/{key}.md": f"---\ntype: person\ntitle: {name}\n---\n"
        for key, name in NAMES.items()
    }
    place.write({f"{PATH}.md": page(), **files})
    for key, name in NAMES.items():
        place.person(name, page=f"personnes/{key}", key=key)
    place.person("Rita Lebrun", "reader", key="rita")
    place.person("Anne Roux", "admin", key="anne")
    place.keep()
    return place


@pytest.fixture
def place(founded: Commented) -> Commented:
    """The page as it is at first, and nothing said about it."""
    founded.rewind()
    return founded
