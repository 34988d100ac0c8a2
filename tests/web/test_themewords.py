"""Words to click beside the field of themes."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from wiki.instance import Instance
from wiki.people.person import Person
from wiki.testing import token

BEES = "---\ntype: project\nthemes: [{themes}]\n{more}---\n# {title}\n\nDes ruches et du miel.\n"


@pytest.fixture
def hives(instance: Instance, write: Callable[..., str]) -> Instance:
    object.__setattr__(instance.settings, "encoder", "off")
    write(
        {
            "projets/un.md": BEES.format(title="Ruches au toit", themes="Abeilles, Ville", more=""),
            "projets/deux.md": BEES.format(title="Ruches aux champs", themes="abeilles", more=""),
            "projets/cache.md": BEES.format(
                title="Ruches à nous", themes="Canari", more="visibility: members\n"
            ),
            "projets/bus.md": "---\ntype: project\nthemes: [Transports]\n---\n# Bus\n\nLe soir.\n",
        }
    )
    return instance


def test_what_fits_a_text(hives: Instance, client: FlaskClient) -> None:
    form = {"csrf_token": token(client), "title": "Des ruches", "text": "Miel et ruches"}

    def ask(**more: str) -> Any:
        return client.post("/-/themes/suggest", data=form | more)

    def words(**more: str) -> list[str]:
        return [one["word"] for one in ask(**more).json["themes"]]

    # Nothing that only members may know of.
    assert {word.casefold() for word in words()} == {"abeilles", "ville"}
    assert words(themes="Abeilles, x") == ["Ville"]
    assert words(title="Zygomatique", text="") == []
    assert words(title="", text="") == []
    # Each with why: near pages that one may read, or what the text says.
    assert ask(themes="Abeilles").json["themes"][0]["why"].endswith("Ruches au toit")
    # A theme that the text names needs no neighbour.
    named = ask(title="Les transports", text="").json["themes"]
    assert [one["word"] for one in named] == ["Transports"]
    assert named[0]["why"].startswith("votre texte le dit")
    assert client.post("/-/themes/suggest", data={"title": "x"}).status_code in (400, 403)
    object.__setattr__(hives.settings, "suggestions_per_second", 0)
    assert ask().status_code == 429


def test_the_settings_name_them_without_a_script(
    hives: Instance,
    log_in: Callable[[Person], FlaskClient],
    person: Callable[..., Person],
) -> None:
    anne = log_in(person("Anne", "admin"))
    page = anne.get("/-/settings/projets/deux").text
    assert "Conviendraient" in page and "<span>Ville</span>" in page
    assert "<li>Ville — des pages proches l’ont" in page
    assert "data-theme-words" not in anne.get("/-/settings/").text
    new = anne.get("/-/new").text
    assert 'data-for="f-themes"' in new and 'href="/-/near"' in new
