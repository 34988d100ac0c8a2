"""News without a mail: one form for the team of a project, from its page."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from wiki.api.reading import get_page
from wiki.testing import token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

URL = "/-/news/tell/lora"


@pytest.fixture
def awa(
    write: Callable[..., str],
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
    days: Any,
) -> "FlaskClient":
    write(
        {
            "lora.md": "---\ntype: project\ntitle: LoRa\nlang: en\n"
            "team: ['[[personnes/awa]]']\n---\n# LoRa\n",
            "cache.md": "---\ntype: project\nvisibility: team\n---\n# Cache\n",
            "page.md": "# Une page\n",
            "personnes/awa.md": "---\ntype: person\n---\n# Awa\n",
        }
    )
    return log_in(person("Awa", page="personnes/awa"))


def text(instance: "Instance") -> str:
    from wiki.reading import Reader

    return get_page(Reader(instance, audience=frozenset({"all"})), "lora").text


def test_the_team_gives_news_from_the_page_of_the_project(
    awa: "FlaskClient", instance: "Instance"
) -> None:
    page = awa.get("/lora").get_data(as_text=True)
    assert f'href="{URL}"' in page and "Raconter sa première étape" in page
    data = {"csrf_token": token(awa, URL), "state": "transferred", "words": "Kept by the village"}
    for _press in range(2):
        answer = awa.post(URL, data={**data, "link": ""})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/lora")
    line = "- 2027-03-03 transferred — Kept by the village\n"
    assert text(instance).count(line) == text(instance).count("2027-03-03") == 1
    assert "::: history\n" in text(instance)
    page = awa.get("/lora").get_data(as_text=True)
    assert "Vos nouvelles sont dans l’historique" in page
    assert "Raconter la suite" not in page


def test_what_was_typed_is_kept_where_it_cannot_be_taken(
    awa: "FlaskClient", instance: "Instance"
) -> None:
    head = instance.repository.head()
    data = {"csrf_token": token(awa, URL), "state": "", "words": "Vu", "link": "plouha.fr"}
    answer = awa.post(URL, data=data)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Un lien commence par https://" in html
    assert "plouha.fr" in html and ">\nVu</textarea>" in html
    assert instance.repository.head() == head


def test_nobody_else_has_the_form(
    awa: "FlaskClient",
    client: "FlaskClient",
    person: "Callable[..., Person]",
    log_in: "Callable[[Person], FlaskClient]",
) -> None:
    marc = log_in(person("Marc"))
    assert URL not in marc.get("/lora").get_data(as_text=True)
    assert URL not in client.get("/lora").get_data(as_text=True)
    seen = [marc.get(f"/-/news/tell/{path}").status_code for path in ("lora", "cache", "rien")]
    assert seen == [404, 404, 404]
    assert awa.get("/-/news/tell/page").status_code == 404
    # Visitors are asked to log in, whatever there is.
    codes = {client.get(f"/-/news/tell/{path}").status_code for path in ("lora", "cache", "rien")}
    assert len(codes) == 1


def test_what_is_asked_waits_on_the_account_page_until_it_is_told(
    awa: "FlaskClient", instance: "Instance", days: Any, plugin_module: Callable[[str], Any]
) -> None:
    days.pass_by(-100)
    edit = import_module("wiki.pages.stories").with_step
    body = edit(text(instance), "2026-11-01", "— Premier café")
    author = import_module("wiki.repository.objects").Author("Une main", "main@people.invalid")
    commit = import_module("wiki.repository.commit").commit
    commit(instance.repository, instance.repository.head(), {"lora.md": body.encode()}, author, "x")
    days.pass_by(100)
    assert plugin_module("requests").run(instance) == 1
    assert "Une phrase suffit" in awa.get("/-/account").get_data(as_text=True)
    awa.post(URL, data={"csrf_token": token(awa, URL), "state": "idea", "words": "", "link": ""})
    assert "Une phrase suffit" not in awa.get("/-/account").get_data(as_text=True)
