"""A wiki with projects on one theme, and a dossier about them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from wiki.testing.module_wiki import app, instance

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.instance import Instance

__all__ = ["app", "instance"]

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
DOSSIER = """---
type: dossier
title: Des capteurs aux champs
summary: Que mesure-t-on vraiment ?
themes: [agriculture]
team: ["[[personnes/awa]]"]
---

Nous en comptons {{nombre projets theme:agriculture}}.

::: sélection
- [[projets/sol]] — le **premier** à sortir de l’atelier

  Deux hivers déjà.
- [[projets/eau]] — pour la radio
- [[projets/secret]] — ce que nul ne doit lire
- [[projets/parti]] — il n’est plus là
:::

::: chronologie
:::

::: manques
:::

::: récurrents
:::

Fin.
"""


def project(title: str, more: str = "", visibility: str = "") -> str:
    """A project on agriculture."""
    extra = f"visibility: {visibility}\n" if visibility else ""
    return (
        f"---\ntype: project\ntitle: {title}\nsummary: Phrase sur {title}\nthemes: [agriculture]\n"
        f'team: ["[[personnes/marc]]"]\n{extra}---\n\n{more}\n'
    )


NEED = "::: besoins\n- [ ] Une antenne #radio {#b-%s}\n:::\n"
STORY = "::: historique\n- 2026-05-02 prototype — Une carte qui tient l’hiver\n:::\n"


@pytest.fixture
def farm(instance: "Instance", write: Callable[..., str]) -> "Instance":
    """Four projects, one of them secret, and the dossier at ``dossiers/capteurs``."""
    instance.private.now = lambda: NOW
    write(
        {
            "index.md": "# Accueil\n",
            "dossiers/index.md": "# Dossiers\n",
            "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
            "personnes/marc.md": "---\ntype: person\ntitle: Marc\n---\n",
            "projets/sol.md": project("Sol vivant", STORY + NEED % "aaaaaaa1"),
            "projets/eau.md": project("Eau claire", NEED % "aaaaaaa2"),
            "projets/air.md": project("Air libre", NEED % "aaaaaaa3"),
            "projets/secret.md": project("Secret bien gardé", NEED % "aaaaaaa4", "team"),
            "dossiers/capteurs.md": DOSSIER,
        }
    )
    return instance


@pytest.fixture
def awa(farm: "Instance", person: Callable[..., Any], log_in: Callable[..., "FlaskClient"]) -> Any:
    """The browser of who keeps the dossier."""
    return log_in(person("Awa", page="personnes/awa"))
