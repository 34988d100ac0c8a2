"""What is restricted is answered like what does not exist, is read by its team, and stays past."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance
    from wiki.people.person import Person

CANARY = "canarizzz"
IDENTITY = "b-canari01"
SECRET = f"""---
type: project
title: Projet {CANARY}
summary: Résumé {CANARY}
visibility: team
team: ["[[personnes/membre-du-secret]]"]
themes: [{CANARY}]
territory: {CANARY}
---

# Titre {CANARY}

Texte {CANARY} avec un [[ouvert]].

::: besoins
- [ ] Un besoin {CANARY} #{CANARY} {{#{IDENTITY}}}

:::

::: historique
- 2026-01-01 concept — Étape {CANARY}

:::
"""


@pytest.fixture
def secret(
    instance: "Instance", write: Callable[..., str], person: Callable[..., "Person"]
) -> "Iterator[dict[str, Person | None]]":
    """A project for its team alone, with a past, a child and a file; and the readers who ask."""
    insider = person("Initiée", page="personnes/membre-du-secret")
    outsider = person("Membre", page="personnes/autre")
    write(
        {
            "ouvert.md": "# Ouvert\n",
            "personnes/membre-du-secret.md": "---\ntype: person\ntitle: Initiée\n---\n",
            "personnes/autre.md": "---\ntype: person\ntitle: Membre\n---\n",
            "secret/index.md": SECRET,
            "secret/enfant.md": f"# Enfant {CANARY}\n\n{CANARY}\n",
            "secret/plan.txt": f"plan {CANARY}\n",
        },
        message=f"message {CANARY}",
    )
    write({"secret/index.md": SECRET.replace("Texte", "Autre texte")}, message=f"encore {CANARY}")
    yield {"visitor": None, "outsider": outsider, "insider": insider}


def test_what_is_restricted_is_answered_like_what_does_not_exist(
    secret: "dict[str, Person | None]", client: "FlaskClient"
) -> None:
    for action in ("", "-/history/", "-/diff/", "-/version/", "-/attach/", "-/rename/"):
        there = client.get(f"/{action}secret/enfant")
        nowhere = client.get(f"/{action}secrex/enfant")
        assert there.status_code == nowhere.status_code, action
        assert there.get_data(as_text=True).replace("secret", "secrex") == (
            nowhere.get_data(as_text=True)
        ), action


def test_the_team_reads_it(
    secret: "dict[str, Person | None]", log_in: "Callable[[Person], FlaskClient]"
) -> None:
    insider = secret["insider"]
    assert insider is not None
    client = log_in(insider)
    assert CANARY in client.get("/secret").get_data(as_text=True)
    assert client.get("/secret/plan.txt").status_code == 200
    assert CANARY in client.get(f"/-/search?q={CANARY}").get_data(as_text=True)


def test_the_past_of_a_page_stays_restricted_after_it_is_opened(
    instance: "Instance",
    secret: "dict[str, Person | None]",
    write: Callable[..., str],
    client: "FlaskClient",
) -> None:
    then = instance.repository.head()
    write({"secret/index.md": "# Ouverte depuis aujourd'hui\n"})
    assert client.get("/secret").status_code == 200
    assert CANARY not in client.get("/-/history/secret").get_data(as_text=True)
    assert client.get(f"/-/version/secret?at={then}").status_code == 404
    assert client.get(f"/-/diff/secret?from={then}").status_code in (200, 404)
    assert CANARY not in client.get(f"/-/diff/secret?from={then}").get_data(as_text=True)
