"""The story where it is shown again: above a project's text, and on the board of all projects."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from wiki.api.reading.rows import find_rows

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

Write = Callable[..., str]
LogIn = Callable[["Person"], "FlaskClient"]
TOMORROW = date.today() + timedelta(days=2)  # noqa: DTZ011 - any zone: two days are enough


def project(title: str, *lines: str, head: str = "") -> str:
    story = "\n".join(f"- {line}" for line in lines)
    return f"---\ntype: project\ntitle: {title}\n{head}---\n::: historique\n{story}\n\n:::\n"


@pytest.fixture
def world(write: Write) -> None:
    write(
        {
            "index.md": "# Accueil\n",
            "projets/lora/index.md": "---\ntype: project\ntitle: LoRa\n---\nTexte.\n",
            "projets/lora/histoire.md": "::: historique\n- 2026-03-01 pilote — Capteur posé\n"
            "- 2026-01-01 idée — Premier café\n\n:::\n",
            "projets/serre.md": project("Serre", "2026-02-01 arrêté — Faute de lumière"),
            "projets/cache.md": project(
                "Cachette", "2026-04-01 — Murmure", head="visibility: members\n"
            ),
            "projets/demain.md": project("Demain", f"{TOMORROW} — Pas encore"),
        }
    )


@pytest.mark.usefixtures("world")
def test_the_board_tells_what_has_happened_newest_first(client: "FlaskClient") -> None:
    page = client.get("/-/status").get_data(as_text=True)
    places = [page.find(words) for words in ("Capteur posé", "Faute de lumière", "Premier café")]
    assert -1 not in places
    assert places == sorted(places)
    assert "Pas encore" not in page


@pytest.mark.usefixtures("world")
def test_the_board_tells_nobody_of_what_they_may_not_read(
    client: "FlaskClient", log_in: LogIn, person: "Callable[..., Person]"
) -> None:
    assert "Murmure" not in client.get("/-/status").get_data(as_text=True)
    assert "Murmure" in log_in(person("Une membre")).get("/-/status").get_data(as_text=True)


@pytest.mark.usefixtures("world")
def test_the_board_is_narrowed_by_the_state_of_today(client: "FlaskClient") -> None:
    page = client.get("/-/status?state=pilot").get_data(as_text=True)
    assert "Capteur posé" in page
    assert "Faute de lumière" not in page
    assert client.get("/-/status?state=chose&start=-3").status_code == 200


@pytest.mark.usefixtures("world")
def test_a_project_shows_its_newest_steps_from_the_pages_below_it(client: "FlaskClient") -> None:
    page = client.get("/projets/lora").get_data(as_text=True)
    assert "Ce qu’il est devenu" in page
    assert page.find("Capteur posé") < page.find("Premier café") != -1
    assert "Ce qu’il est devenu" not in client.get("/projets/serre").get_data(as_text=True)


def test_a_project_without_a_story_says_so(write: Write, client: "FlaskClient") -> None:
    write({"projets/neuf.md": "---\ntype: project\ntitle: Neuf\n---\nTexte.\n"})
    page = client.get("/projets/neuf").get_data(as_text=True)
    assert "Son histoire n’a pas encore été racontée." in page


@pytest.mark.usefixtures("world")
def test_state_and_maturity_can_be_asked_for(instance: "Instance") -> None:
    from wiki.projections.catalogue import select
    from wiki.reading import Reader

    reader = Reader(instance)
    found = find_rows(
        reader, select(types=("project",), values={"maturity": ["pilot"]}), "title", 9
    )
    assert [row.path for row in found.rows] == ["projets/lora"]
    stopped = find_rows(
        reader, select(types=("project",), values={"state": ["stopped"]}), "title", 9
    )
    assert [row.path for row in stopped.rows] == ["projets/serre"]


@pytest.mark.usefixtures("instance")
def test_an_empty_board_invites(client: "FlaskClient") -> None:
    assert "Que s’est-il passé dernièrement" in client.get("/-/status").get_data(as_text=True)


@pytest.mark.usefixtures("world")
def test_programs_ask_what_became_of_projects(client: "FlaskClient") -> None:
    told = client.get("/-/api/v1/stories?limit=2").get_json()
    first, second = told["stories"]
    assert (first["title"], first["state"]) == ("LoRa", "pilot")
    assert [one["text"] for one in first["lines"]] == ["Capteur posé", "Premier café"]
    assert (second["title"], second["lines"][0]["state"]) == ("Serre", "stopped")
    (last,) = client.get(told["next"]).get_json()["stories"]
    # What is to come has not happened, and what is not for visitors is nowhere.
    assert (last["title"], last["lines"]) == ("Demain", [])
    stopped = client.get("/-/api/v1/stories?state=stopped").get_json()["stories"]
    assert [one["title"] for one in stopped] == ["Serre"]
