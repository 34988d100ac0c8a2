"""A guide of ``docs/``: what it says stands on the screen, in the order in which it says it."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
#: the roles that have a guide, by the name of its file in each language
ROLES = {
    "owner": "porteur",
    "expert": "expert",
    "connector": "connecteur",
    "correspondent": "correspondant",
    "programme": "programme",
    "organiser": "organisateur",
    "administrator": "administrateur",
}
#: what stands on the screen is quoted so, and nothing else is
_QUOTED = {"fr": re.compile(r"«\s*([^«»]+?)\s*»"), "en": re.compile(r"“([^“”]+)”")}


def even(words: str) -> str:
    """Words with each space as an ordinary one: screens and guides may break elsewhere."""
    return re.sub(r"\s+", " ", words.replace("\N{WORD JOINER}", "")).strip()


@dataclass(frozen=True)
class Guide:
    """The guide of a role in a language."""

    role: str
    language: str

    @property
    def path(self) -> Path:
        name = ROLES[self.role] if self.language == "fr" else self.role
        return DOCS / self.language / "roles" / f"{name}.md"

    @property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @property
    def first_task(self) -> str:
        """The first chapter: what one does within the first quarter of an hour."""
        return self.text.split("\n## ")[1]

    def labels(self, text: str) -> list[str]:
        """What a part of the guide says stands on the screen."""
        return [even(one) for one in _QUOTED[self.language].findall(text)]


@cache
def catalogue() -> tuple[tuple[str, str], ...]:
    """All that the interface says: in English, and in French."""
    found = []
    for path in (
        *sorted(ROOT.glob("wiki/translations/fr/*.po")),
        *sorted(ROOT.glob("plugins/*/translations/fr/*.po")),
    ):
        with path.open("rb") as file:
            for one in read_po(file):
                forms = (one.id,) if isinstance(one.id, str) else tuple(one.id)
                said = (one.string,) if isinstance(one.string, str) else tuple(one.string or ())
                found += [
                    (even(english), even(french))
                    for english, french in zip(forms, said, strict=False)
                ]
    return tuple(pair for pair in found if all(pair))
