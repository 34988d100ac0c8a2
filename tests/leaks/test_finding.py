"""A search, and all that goes with one, tells nobody that there is more than they may see.

Words that begin like those of secrets are looked for, such as are near them, and such as find
nothing, so that ways on are offered: each answer is that of a wiki without the secrets.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest

from .asking import ROLES, Role, crawl
from .exits import Ask
from .world import World

#: two hundred addresses, twice
pytestmark = pytest.mark.timeout(600)

#: words, parts of words, words of secrets with others, and such as only secrets answer together
QUERIES = (
    "canari",
    'canari "x"',
    "canari agriculture",
    "canariteamqtitle texte nulle",
    "canariteanqtitle",
    "agriculture sol nulle-part",
    "agricultura",
    "-canariteamqbody",
    "theme:agriculture canari",
    "titre:can",
    "l",
)
_WHERE = ("search", "search.csv", "search.atom", "suggest", "near", "ask", "themes/suggest")
_CHOICES = ({"sort": "newest"}, {"exact": "1"}, {"type": "project"})
_TABLES: tuple[dict[str, str], ...] = (
    {},
    {"type": "person"},
    {"theme": "agriculture"},
    {"sort": "-theme"},
)
_AS_ONE_TYPES = (("HX-Request", "true"),)
_AS_JSON = (("Accept", "application/json"),)
_WHO = [role for role in ROLES if role.name in ("visitor", "outsider")]


def _asks() -> Iterator[Ask]:
    for query in QUERIES:
        for where in _WHERE:
            yield _ask(where, {"q": query})
        for more in _CHOICES:
            yield _ask("search", {"q": query, **more})
        yield Ask("needs", "POST", "/-/needs/duplicates", form={"what": query})
        yield _ask("search", {"q": query}, _AS_ONE_TYPES)
        yield _ask("ask", {"q": f"Combien de {query} ?"}, _AS_ONE_TYPES)
        yield _ask("api/v1/ask", {"question": query})
        yield _ask("search", {"q": query}, _AS_JSON)
    for name in ("catalogue", "catalogue.csv", "catalogue/frame"):
        yield from (_ask(name, more) for more in _TABLES)


def _ask(where: str, asked: dict[str, str], headers: tuple[tuple[str, str], ...] = ()) -> Ask:
    return Ask(where, "GET", f"/-/{where}?{urlencode(asked)}", headers=headers)


@pytest.mark.parametrize("role", _WHO, ids=lambda role: role.name)
def test_finding_tells_nothing(role: Role, full: World, worlds: Callable[..., World]) -> None:
    assert role.twin is not None
    told = crawl(full, role, _asks(), worlds(*role.twin))
    assert told.all() == []
    assert told.asked["search"] == 6 * len(QUERIES)
