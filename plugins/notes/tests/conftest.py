"""The plugin as the wiki loads it, and an evening with two projects and people around it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from wiki.testing.module_wiki import app, instance

if TYPE_CHECKING:
    from wiki.instance import Instance

__all__ = ["app", "instance"]

EVENT = "evenements/soir"
FILES = {
    "index.md": "# Accueil\n",
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
    "personnes/lea.md": "---\ntype: person\ntitle: Léa\n---\n",
    "projets/lora.md": (
        "---\ntype: project\ntitle: LoRa à la ferme\nteam: ['[[personnes/lea]]']\n---\n\nTexte.\n"
    ),
    "projets/pain.md": "---\ntype: project\ntitle: 'Pain [de] ville'\n---\n\nTexte.\n",
    "projets/secret.md": (
        "---\ntype: project\ntitle: Caché\nvisibility: team\nteam: ['[[personnes/awa]]']\n---\n"
    ),
    f"{EVENT}.md": (
        "---\ntype: event\ntitle: Carrefour du soir\nstarts: 2027-03-01T18:30\nplace: Rennes\n"
        "team: ['[[personnes/awa]]']\n"
        "programme: ['[[projets/lora]]', '[[projets/pain]]', '[[projets/secret]]']\n---\n\nVenez.\n"
    ),
}


@pytest.fixture
def evening(instance: "Instance", write: Callable[..., str]) -> None:
    """The pages, two days after the evening."""
    instance.private.now = lambda: datetime(2027, 3, 3, 9, tzinfo=UTC)
    write(FILES)
