"""A wiki of the tests: files committed by hand, and the projections that answer about them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from wiki.pages.document import Document
from wiki.pages.head.facts import Fact, FactKey
from wiki.projections.base import Projections
from wiki.projections.catalogue import Catalogue
from wiki.projections.changes import Changes
from wiki.projections.interface import Projection
from wiki.projections.links import Links
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.repository.repository import Repository

VISITOR = frozenset({"public"})
MEMBER = frozenset({"public", "members"})
ADMIN = frozenset({"all"})
TODAY = date(2027, 1, 1)

MATURITY = ("idea", "concept", "prototype", "pilot", "market")
_LINE = re.compile(r"^- (\d{4}-\d{2}-\d{2}) (\w+)", re.MULTILINE)


def facts_of(document: Document) -> Iterator[Fact]:
    """What a plugin would read: dated lines of ``historique`` blocks, newest first."""
    for block in document.blocks:
        if block.name == "historique":
            lines = _LINE.findall(block.source)
            for order, (day, word) in enumerate(reversed(lines)):
                yield Fact("state", word, day, order)
                if word in MATURITY:
                    yield Fact("maturity", word, day, order)


def parts() -> list[Projection]:
    keys = [FactKey("maturity", "Maturity", values=MATURITY)]
    return [Changes(), Links(), Catalogue([facts_of], keys)]


@dataclass(frozen=True)
class World:
    repository: Repository
    projections: Projections

    def write(
        self,
        files: Mapping[str, str | None],
        message: str = "a change",
        author: str = "Une main",
        mail: str = "main@people.invalid",
        when: datetime | None = None,
    ) -> str:
        """One commit."""
        head = self.repository.head()
        changes = {
            name: text.encode() if text is not None else None for name, text in files.items()
        }
        return commit(self.repository, head, changes, Author(author, mail), message, when)

    @property
    def changes(self) -> Changes:
        return cast(Changes, self.projections["changes"])

    @property
    def links(self) -> Links:
        return cast(Links, self.projections["links"])

    @property
    def catalogue(self) -> Catalogue:
        return cast(Catalogue, self.projections["catalogue"])


def page(body: str = "", **head: str) -> str:
    """The text of a page with these keys."""
    lines = "".join(f"{key}: {value}\n" for key, value in head.items())
    return f"---\n{lines}---\n{body}" if lines else body


#: words that the random histories link to, call pages by, and mark items with
WORDS = ("Un titre", "deux", "trois-fois", "b-00000000", "b-11111111", "o-22222222")
