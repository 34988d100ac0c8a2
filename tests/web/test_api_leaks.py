"""What a reader may not know of is told by no route of the API, whoever's token asks.

The addresses are made from the API's own table of routes and its document, so that a new route, a
plugin's too, is asked by itself.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from wiki.people.accounts.access_tokens import issue
from wiki.testing import module_wiki
from wiki.web.api.application import document_of
from wiki.web.api.mounting import api_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

#: one wiki for all of them, empty for each
app, instance = module_wiki.app, module_wiki.instance

CANARY = "canarizzz"
NOWHERE = "nullepart"
IDENTITY = "b-canari01"
SECRET = f"""---
type: project
title: Projet {CANARY}
summary: Résumé {CANARY}
visibility: team
team: ["[[personnes/initiee]]"]
themes: [{CANARY}]
territory: {CANARY}
---

Texte {CANARY} avec un [[ouvert]].

::: besoins
- [ ] Un besoin {CANARY} #{CANARY} {{#{IDENTITY}}}

:::

::: historique
- 2026-01-01 concept — Étape {CANARY}

:::
"""
OPENED = f"secret/ouverte-{CANARY}"


@pytest.fixture
def asking(
    app: "Flask",
    instance: "Instance",
    write: Callable[..., str],
    person: "Callable[..., Person]",
) -> "Callable[[str], Callable[[str], Any]]":
    """``asking(role)(url)``: how that one is answered, in a wiki with a secret."""
    people = {
        "insider": person("Initiée", page="personnes/initiee"),
        "outsider": person("Membre", page="personnes/membre"),
        "reader": person("Lectrice", role="reader"),
    }
    write(
        {
            "ouvert.md": "# Ouvert\n",
            "personnes/initiee.md": "---\ntype: person\ntitle: Initiée\n---\n",
            "personnes/membre.md": "---\ntype: person\ntitle: Membre\n---\n",
            "secret/index.md": SECRET,
            "secret/enfant.md": f"# Enfant {CANARY}\n\n{CANARY}\n",
            "secret/plan.txt": f"plan {CANARY}\n",
            f"{OPENED}.md": f"# {CANARY}\n",
            # Public today, and not always.
            "ouverte.md": f"---\nvisibility: team\n---\n\n# Avant {CANARY}\n",
        },
        message=f"message {CANARY}",
    )
    write({"ouverte.md": "# Ouverte\n"}, message="Ouverte")
    client = app.test_client()

    def asking(role: str) -> Callable[[str], Any]:
        headers = {}
        if who := people.get(role):
            secret = issue(instance.private, who.id, name="x", scopes=("read", "write"), days=None)
            headers = {"Authorization": f"Bearer {secret}"}
        return lambda url: client.get(url, headers=headers)

    return asking


def addresses(app: "Flask", commits: list[str]) -> Iterator[str]:
    """Every address that the table of routes gives, with each of its questions."""
    api = api_of(app)
    document = document_of(api)
    words = {
        "path": ["secret", "secret/enfant", "secret/plan.txt", OPENED, "ouverte", "nulle-part"],
        "commit": commits,
        "id": [IDENTITY],
    }
    for path, operations in document["paths"].items():
        if "get" not in operations:
            continue
        urls = [path]
        for name, values in words.items():
            urls = [url.replace(f"{{{name}}}", one) for url in urls for one in values]
        asked = [
            f"?{one['name']}={CANARY}" if one["name"] != "below" else "?below=secret"
            for one in operations["get"].get("parameters", ())
            if one["in"] == "query" and one["name"] not in ("cursor", "limit", "include", "type")
        ]
        for url in dict.fromkeys(urls):
            yield from (url + question for question in ("", *asked, "?include=html"))
    yield "/-/api/v1/openapi.json"


@pytest.mark.parametrize("role", ["visitor", "outsider", "reader"])
def test_no_route_tells_of_a_restricted_page(
    role: str,
    app: "Flask",
    instance: "Instance",
    asking: "Callable[[str], Callable[[str], Any]]",
) -> None:
    ask, count = asking(role), 0
    commits = [one.commit for one in instance.projections["changes"].recent({"all"})]  # type: ignore[attr-defined]
    for url in addresses(app, sorted({*commits, "0" * 40})):
        answer = ask(url)
        count += 1
        assert answer.status_code in (200, 404, 422), url
        said = answer.get_data(as_text=True)
        if CANARY in url:
            # What was asked may be said back; it is answered like a word that stands nowhere.
            nowhere = ask(url.replace(CANARY, NOWHERE)).get_data(as_text=True)
            assert said.replace(CANARY, NOWHERE) == nowhere, f"{url} tells {role}"
        else:
            assert CANARY not in said, f"{url} tells {role}: {said[:300]}"
            assert CANARY not in str(answer.headers), url
    assert count > 100


def test_the_team_reads_it_by_the_same_routes(
    asking: "Callable[[str], Callable[[str], Any]]",
) -> None:
    ask = asking("insider")
    for url in (
        "pages/secret",
        "projects",
        "needs",
        f"needs/{IDENTITY}",
        f"search?q={CANARY}",
        "pages?below=secret",
    ):
        assert CANARY in ask(f"/-/api/v1/{url}").get_data(as_text=True), url


def test_what_is_restricted_is_answered_like_what_does_not_exist(
    asking: "Callable[[str], Callable[[str], Any]]", client: "FlaskClient"
) -> None:
    for role in ("visitor", "outsider"):
        ask = asking(role)
        for url in (
            "pages/{}/enfant",
            "pages/{}/enfant/history",
            "pages/{}/enfant/versions/" + "0" * 40,
            "needs/{}",
            "pages?below={}",
            "search?q={}",
            "needs?project={}",
        ):
            there, nowhere = (ask(f"/-/api/v1/{url.format(one)}") for one in ("secret", "secrex"))
            assert there.status_code == nowhere.status_code, url
            assert there.get_data(as_text=True).replace("secret", "secrex") == (
                nowhere.get_data(as_text=True)
            ), url
    # Nor does a refusal to write tell which of both it is.
    for method in ("put", "delete"):
        answers = {
            getattr(client, method)(f"/-/api/v1/pages/{one}/enfant", json={"text": "x"}).data
            for one in ("secret", "secrex")
        }
        assert len(answers) == 1
