"""Asking an expert about a chapter: the form, the need that it makes, the way back."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from wiki.testing import token

CHAPTERS = "# Cahier\n\n## Budget [à relire]\n\nMille.\n\n## Radio\n"
FORM = "/-/needs/new?page=projets/lora/cahier&section=budget"


@pytest.fixture
def awa(write: Callable[..., str], person: Callable[..., Any], log_in: Callable[..., Any]) -> Any:
    write(
        {
            "projets/lora.md": "---\ntype: project\nteam: [personnes/awa]\n---\n# LoRa\n",
            "projets/lora/cahier.md": CHAPTERS,
            "projets/lora/secret.md": f"---\nvisibility: team\n---\n{CHAPTERS}",
            "personnes/awa.md": "---\ntype: person\n---\n# Awa\n",
        }
    )
    return log_in(person("Awa", page="personnes/awa"))


def say(client: Any, url: str = FORM, **fields: str) -> Any:
    page = text(client, url)
    hidden = dict(re.findall(r'type="hidden" name="(key|page|section)" value="([^"]*)"', page))
    form = {**hidden, "what": "Un relecteur", "csrf_token": token(client, url), **fields}
    return client.post("/-/needs/new", data=form)


def text(client: Any, url: str) -> str:
    return str(client.get(url, headers={"Accept-Language": "fr"}).get_data(as_text=True))


def test_the_form_begins_with_the_chapter(awa: Any) -> None:
    assert "needs/new?page=projets%2Flora%2Fcahier&amp;section=budget" in text(
        awa, "/projets/lora/cahier"
    )
    page = text(awa, FORM)
    assert "pour le chapitre «\u00a0Budget\u00a0»" in page
    assert "À propos du chapitre «\u00a0Budget\u00a0»" in page


def test_the_need_and_the_chapter_lead_to_each_other(awa: Any, client: Any) -> None:
    made = say(awa, details="Une heure suffit.")
    assert made.status_code == 303
    need = text(client, made.location)
    assert 'href="/projets/lora/cahier#h-budget"' in need
    assert "Une heure suffit." in need
    # The chapter shows it, to visitors too, and its neighbour does not.
    page = text(client, "/projets/lora/cahier")
    told = page[page.index('data-chapter="h-budget"') :]
    assert f'href="{made.location}"' in told
    assert "Demandé\u00a0: Un relecteur" in told
    assert 'data-chapter="h-radio"' not in page
    # Once it is met, the chapter asks no more.
    identity = made.location.rpartition("/")[2]
    form = {"csrf_token": token(awa, made.location)}
    assert awa.post(f"/-/needs/{identity}/met", data=form).status_code in (200, 303)
    assert "Demandé" not in text(client, "/projets/lora/cahier")


def test_a_chapter_that_not_all_may_know_is_not_named_elsewhere(
    awa: Any, write: Callable[..., str], client: Any
) -> None:
    write({"projets/lora/besoins.md": "# Besoins\n\n::: besoins\n- [ ] Du temps\n\n:::\n"})
    made = say(awa, "/-/needs/new?page=projets/lora/secret&section=budget")
    assert "secret" not in text(client, made.location)


def test_a_chapter_that_is_gone_is_no_fault(awa: Any) -> None:
    assert "À propos du chapitre" not in text(awa, FORM.replace("budget", "plus-là"))
    assert say(awa, section="plus-là").status_code == 303
