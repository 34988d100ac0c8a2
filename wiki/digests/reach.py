"""How many people an announcement reaches, by what they follow: counted, and nobody named."""

from collections.abc import Collection
from dataclasses import dataclass

from wiki.pages.paths import ancestors
from wiki.pages.words import slug
from wiki.people.follow.recipients import followers_of
from wiki.people.targets import PAGE, TERRITORY, THEME
from wiki.projections.catalogue import PageRow
from wiki.projections.cataloguing.selection import EVERYWHERE
from wiki.reading import Reader


@dataclass(frozen=True)
class Reach:
    """People who are told, each once in ``people`` and once in each kind by which they are.

    ``page``: they follow the page, or one above it; ``about``: one of the pages that it is about.
    """

    people: int
    page: int
    about: int
    theme: int
    territory: int


def reach_of(reader: Reader, page: PageRow, about: Collection[str]) -> Reach:
    """Whom digests would tell of an announcement on a public page, but for whoever asks."""
    above = {*ancestors(page.path), page.path}
    themes = {slug(one) for one in page.facts.get("theme", ())}
    places = {slug(one) for one in page.facts.get("territory", ())}
    database = reader.instance.private
    me = reader.person.id if reader.person else ""
    kinds = {
        "page": followers_of(database, PAGE, above),
        "about": followers_of(database, PAGE, set(about) - above),
        "theme": followers_of(database, THEME, themes),
        "territory": followers_of(
            database, TERRITORY, None if places & set(EVERYWHERE) else places
        ),
    }
    found = {kind: people - {me} for kind, people in kinds.items()}
    return Reach(len(frozenset().union(*found.values())), **{k: len(p) for k, p in found.items()})
