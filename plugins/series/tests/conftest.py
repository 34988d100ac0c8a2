"""The plugin as the wiki loads it, and a wiki that has the templates of series."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wiki.testing.module_wiki import app, instance

if TYPE_CHECKING:
    from wiki.instance import Instance

__all__ = ["app", "instance"]

CONTENT = Path(__file__).parents[3] / "content"
#: a Monday, nine in the morning in Paris
START = datetime(2027, 1, 4, 8, tzinfo=UTC)


@pytest.fixture
def kits(instance: "Instance", write: Callable[..., str]) -> "Instance":
    """The templates of the starter content, two people and three projects; it is January 2027."""
    instance.private.now = lambda: START
    files = {
        path.relative_to(CONTENT).as_posix(): path.read_text("utf-8")
        for path in (CONTENT / "modeles" / "series").rglob("*.md")
    }
    files["index.md"] = "# Accueil\n"
    files["boite-a-outils/rencontrer-un-expert.md"] = "# Rencontrer un expert\n"
    files["personnes/awa.md"] = "---\ntype: person\ntitle: Awa Diop\n---\n"
    files["personnes/marc.md"] = "---\ntype: person\ntitle: Marc Le Goff\n---\n"
    for name in ("capteurs", "velos", "jardins"):
        files[f"projets/{name}.md"] = (
            f"---\ntype: project\ntitle: Les {name}\nsummary: Une phrase sur les {name}\n"
            "themes: [agriculture]\nterritory: Bretagne\n---\n"
        )
    write(files)
    return instance
