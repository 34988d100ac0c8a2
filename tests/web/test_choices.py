"""Choices of which each is a page, wherever they are shown: its title, for those who may see it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree, html

from tests.people.conftest import own_database

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.people.person import Person

_EVENT = "---\ntype: event\ntitle: {}\nvisibility: {}\n---\n\nÀ Rennes.\n"
#: more are closed, and named by more projects, than a list shows
_CLOSED = [f"evenements/nuit-{number}" for number in range(40)]
FILES = {
    "evenements/soir.md": _EVENT.format("Soirée d’essai", "public"),
    **{f"{path}.md": _EVENT.format("Motcaché", "members") for path in _CLOSED},
    **{
        f"projets/{name}.md": "---\ntype: project\npresented:\n"
        + "".join(f'  - "[[{path}]]"\n' for path in named)
        + f"---\n\n# {name}\n"
        for name, named in (
            ("un", ["evenements/soir", *_CLOSED]),
            ("deux", [*_CLOSED, "evenements/nulle-part"]),
        )
    },
}
SOIR = "evenements-soir"


@pytest.fixture(params=["files", "database"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    from wiki.config import load_settings

    if request.param == "files":
        yield load_settings(tmp_path / "instance", environ={})
        return
    with own_database() as url:
        yield load_settings(tmp_path / "instance", environ={}, database_url=url, index="database")


@pytest.fixture
def visitor(write: Callable[..., str], client: "FlaskClient") -> "FlaskClient":
    write(FILES)
    return client


def _choices(client: "FlaskClient", address: str) -> list[str]:
    """What the facet of events offers, as it is read."""
    page = html.document_fromstring(client.get(address).get_data(as_text=True))
    found = page.xpath("//aside//a[contains(@href, 'presented=')]/ancestor::li[1]")
    return [" ".join(one.text_content().split()) for one in found]


@pytest.mark.parametrize("address", ["/-/catalogue", "/-/search?type=project"])
def test_choices_are_titles_of_what_one_sees(
    visitor: "FlaskClient",
    address: str,
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    assert _choices(visitor, address) == ["Soirée d’essai 1"]
    assert "Motcaché" not in visitor.get(address).get_data(as_text=True)
    assert "Motcaché 2" in _choices(log_in(person("Awa")), address)


def test_programs_are_told_the_same(visitor: "FlaskClient") -> None:
    for address in ("/-/api/v1/search?type=project", "/-/search?type=project"):
        told = visitor.get(address, headers={"Accept": "application/json"}).get_json()
        assert [(one["label"], one["count"]) for one in told["facets"]["presented"]] == [
            ("Soirée d’essai", 1)
        ]


def test_a_search_for_a_page_is_called_by_its_title(visitor: "FlaskClient") -> None:
    def feed(asked: str) -> str:
        found = etree.fromstring(visitor.get(f"/-/search.atom?{asked}").data)
        return str(found.findtext("{http://www.w3.org/2005/Atom}title"))

    assert feed(f"presented={SOIR}").startswith("Présenté à : Soirée d’essai · ")
    # Who has the address of what they may not see is told no more than it says.
    assert feed("presented=evenements-nuit-1").startswith("Présenté à : evenements nuit 1 · ")
    # What finds nothing offers to leave the choice out, by the same words.
    dropped = visitor.get(f"/-/search?q=deux&presented={SOIR}").get_data(as_text=True)
    assert "Présenté à\u00a0: Soirée d’essai" in dropped
