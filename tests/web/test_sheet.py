"""The sheet of a page and the private draft, as the editor's script asks for them."""

from collections.abc import Callable
from typing import Any

import pytest

from wiki.testing import module_wiki, token

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance


PATH = "projets/lora"
HEAD = """---
# à ne pas perdre
type: project
team: ['[[personnes/awa]]']
summary: "Un capteur"
---
"""
TEXT = f"{HEAD}# LoRa\n\n## Budget\n\nMille.\n\n## Usages\n\nVaches.\n"


@pytest.fixture
def awa(write: Callable[..., str], person: Callable[..., Any], log_in: Callable[..., Any]) -> Any:
    write(
        {
            "index.md": "# Accueil\n",
            "projets/lora.md": TEXT,
            "secret.md": "---\nvisibility: team\nteam: ['[[personnes/bo]]']\n---\n# Canari\n",
            "personnes/awa.md": "---\ntype: person\n---\n# Awa\n",
            "personnes/bo.md": "---\ntype: person\n---\n# Bo\n",
        }
    )
    return log_in(person("Awa", page="personnes/awa"))


def sheet(client: Any, key: str = "", value: str = "", text: str = HEAD, path: str = PATH) -> Any:
    form = {"text": text, "csrf_token": token(client, "/-/account")}
    if key:
        form |= {"key": key, "value": value}
    return client.post(f"/-/sheet/{path}", data=form)


def keep(client: Any, text: str, path: str = PATH, **more: str) -> Any:
    form = {"text": text, "csrf_token": token(client, "/-/account"), **more}
    return client.post(f"/-/draft/{path}", data=form)


def test_a_field_changes_its_line_and_no_other(awa: Any) -> None:
    said = sheet(awa, "summary", "Un capteur\npour les vaches").get_json()
    assert said["text"] == HEAD.replace('"Un capteur"', "Un capteur pour les vaches")
    assert said["values"]["team"] == "personnes/awa"
    assert said["names"] == {"personnes/awa": "Awa"}
    gone = sheet(awa, "summary").get_json()["text"]
    assert gone == HEAD.replace('summary: "Un capteur"\n', "")


def test_a_head_is_made_and_taken_away(awa: Any) -> None:
    made = sheet(awa, "title", "Un: nom", text="").get_json()["text"]
    assert made == '---\ntitle: "Un: nom"\n---\n'
    assert sheet(awa, "title", text=made).get_json()["text"] == ""


def test_people_of_the_team_are_links(awa: Any) -> None:
    said = sheet(awa, "team", "personnes/awa\npersonnes/bo").get_json()
    assert "[[personnes/awa]]" in said["text"] and "[[personnes/bo]]" in said["text"]
    assert said["values"]["team"] == "personnes/awa\npersonnes/bo"


def test_what_is_not_theirs_is_told_in_words(awa: Any, log_in: Any, person: Any) -> None:
    assert sheet(awa, "source", "x").status_code == 422
    broken = sheet(awa, "title", "x", text="---\nteam: [\n---\n")
    assert broken.status_code == 422 and broken.get_json()["error"]
    # Who only proposes sets no rights.
    other = log_in(person("Cé"))
    assert sheet(other, "visibility", "public").status_code in (403, 422)
    assert sheet(awa, path="secret").status_code == 404
    assert sheet(awa, text="---\nx: " + "a" * 70_000).status_code == 413


def test_a_draft_is_offered_to_its_writer_alone_until_it_is_saved(
    awa: Any, log_in: Any, person: Any, instance: Any
) -> None:
    head = instance.repository.head()
    written = TEXT.replace("Mille.", "Deux mille.")
    assert keep(awa, written, base=head).get_json()["kept"]
    form = awa.get(f"/-/edit/{PATH}").get_data(as_text=True)
    assert "data-kept-draft" in form and f'data-base="{head}"' in form and "Deux mille." in form
    assert "Deux mille." not in log_in(person("Cé")).get(f"/-/edit/{PATH}").get_data(as_text=True)
    # Of one section, its part.
    part = awa.get(f"/-/edit/{PATH}?section=budget").get_data(as_text=True)
    assert "Deux mille." in part
    assert "data-kept-draft" not in awa.get(f"/-/edit/{PATH}?section=usages").get_data(as_text=True)
    sent = {"text": written, "base": head, "csrf_token": token(awa, "/-/account")}
    assert awa.post(f"/-/edit/{PATH}", data=sent).status_code == 303
    assert "data-kept-draft" not in awa.get(f"/-/edit/{PATH}").get_data(as_text=True)


def test_a_draft_of_a_section_is_one_of_the_page(awa: Any, instance: Any) -> None:
    head = instance.repository.head()
    assert keep(awa, "## Budget\n\nTrois mille.\n", base=head, section="budget").get_json()["kept"]
    form = awa.get(f"/-/edit/{PATH}").get_data(as_text=True)
    assert "Trois mille." in form and form.count("Vaches.") == 2


def test_a_draft_is_forgotten_where_it_is_not_wanted(awa: Any, client: Any) -> None:
    keep(awa, "# Autre\n")
    assert keep(awa, "", drop="1").get_json() == {"kept": None}
    keep(awa, "# Autre\n")
    # What the page says already is no draft.
    assert keep(awa, TEXT).get_json() == {"kept": None}
    assert "data-kept-draft" not in awa.get(f"/-/edit/{PATH}").get_data(as_text=True)
    assert keep(awa, "x", path="secret").status_code == 404
    assert keep(awa, "x" * 2_000_000).status_code == 413


def test_drafts_are_bounded(awa: Any) -> None:
    form = {"csrf_token": token(awa, "/-/account")}
    answers = {
        awa.post(f"/-/draft/{PATH}", data={**form, "text": f"{n}"}).status_code for n in range(45)
    }
    assert answers == {200, 429}
