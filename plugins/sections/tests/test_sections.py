"""How far chapters are: set, counted, listed, told to the team, and to nobody who may not read."""

from collections.abc import Callable
from typing import Any

import pytest

from wiki.testing import token

PATH = "projets/lora"
FILES: dict[str, str | bytes | None] = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": "---\ntype: person\n---\n# Awa\n",
    "projets/lora.md": "---\ntype: project\nteam: ['[[personnes/awa]]']\n---\n# LoRa\n\n"
    "## Budget [à relire]\n\nMille.\n\n## Usages [validé]\n\nVaches.\n\n## Risques\n",
    "projets/lora/cahier.md": "# Cahier\n\n## Radio [à écrire]\n\n## Mesures [à écrire]\n",
    "projets/lora/secret.md": "---\nvisibility: team\n---\n# Secret\n\n## Canari [à relire]\n",
    "note.md": "# Note\n\n## Un\n\n## Deux\n",
}


@pytest.fixture
def awa(write: Callable[..., str], person: Callable[..., Any]) -> Any:
    write(FILES)
    return person("Awa", page="personnes/awa")


def press(client: Any, section: str, state: str, path: str = PATH) -> Any:
    form = {"state": state, "csrf_token": token(client, f"/{path}")}
    return client.post(f"/-/sections/{path}?section={section}", data=form)


def text(client: Any, url: str) -> str:
    return str(client.get(url, headers={"Accept-Language": "fr"}).get_data(as_text=True))


def test_one_click_writes_the_state_into_the_heading(
    awa: Any, log_in: Callable[..., Any], instance: Any
) -> None:
    client = log_in(awa)
    response = press(client, "budget", "settled")
    assert response.status_code == 303
    assert response.location.endswith("/projets/lora#h-budget")
    assert "## Budget [validé]\n" in text(client, "/projets/lora.md")
    # Pressed twice, it makes no second commit.
    head = instance.repository.head()
    press(client, "budget", "settled")
    assert instance.repository.head() == head
    press(client, "budget", "none")
    assert "## Budget\n" in text(client, "/projets/lora.md")


def test_what_cannot_be_is_refused_in_words(awa: Any, log_in: Callable[..., Any]) -> None:
    client = log_in(awa)
    assert press(client, "budget", "x").status_code == 422
    assert press(client, "plus-là", "write").status_code == 404


def test_who_may_not_edit_may_not_say_it(
    awa: Any, person: Callable[..., Any], log_in: Callable[..., Any], client: Any
) -> None:
    other = log_in(person("Bo"))
    assert 'value="settled"' not in text(other, f"/{PATH}")
    form = {"state": "settled", "csrf_token": token(other, "/-/account")}
    assert other.post(f"/-/sections/{PATH}?section=budget", data=form).status_code == 403
    secret = other.post("/-/sections/projets/lora/secret?section=canari", data=form)
    assert secret.status_code == 404
    assert "[à relire]" in text(client, "/projets/lora.md")


def test_the_panel_and_the_header_count_the_neighbours_too(awa: Any, client: Any) -> None:
    page = text(client, f"/{PATH}")
    # The panel is about this page, the header about the space as this reader sees it.
    assert "1 chapitre validé sur 3" in page
    assert "1 chapitre validé sur 5" in page
    assert 'href="/projets/lora#h-budget">Budget' in page
    assert "Où en est le texte" not in text(client, "/note")


def test_the_list_shows_each_reader_what_they_may_see(
    awa: Any, log_in: Callable[..., Any], client: Any
) -> None:
    seen = text(client, f"/-/sections/{PATH}/cahier")
    assert "Radio" in seen and "Risques" in seen and "Canari" not in seen
    assert "Canari" in text(log_in(awa), f"/-/sections/{PATH}")
    narrowed = text(client, f"/-/sections/{PATH}?state=review")
    assert ">Budget</a>" in narrowed and ">Radio</a>" not in narrowed
    assert client.get("/-/sections/projets/lora/secret").status_code == 404
    assert "Aucun chapitre ne dit encore" in text(client, "/-/sections/note")


def test_the_team_is_told_what_is_left(awa: Any, log_in: Callable[..., Any]) -> None:
    client = log_in(awa)
    assert "Relire le chapitre «\u00a0Budget\u00a0»" in text(client, f"/{PATH}")
    account = text(client, "/-/account")
    assert "2 chapitres de «\u00a0LoRa\u00a0» sont à relire" in account
    assert "2 chapitres de «\u00a0LoRa\u00a0» sont à écrire" in account


def test_each_chapter_has_its_menu_without_a_script(awa: Any, log_in: Callable[..., Any]) -> None:
    page = text(log_in(awa), f"/{PATH}")
    assert '<li data-chapter="h-budget">' in page
    assert 'formaction="/-/sections/projets/lora?section=budget"' in page
    assert 'name="state" value="review" aria-pressed="true"' in page
    assert 'href="/-/edit/projets/lora?section=budget"' in page
