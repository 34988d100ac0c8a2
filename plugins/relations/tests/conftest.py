"""A small network: two projects, who works on them, a need, an evening, and a hidden project."""

from collections.abc import Callable

import pytest

from wiki.testing.module_wiki import app, instance

__all__ = ["app", "instance"]

PAGES = {
    "projets/lora.md": """---
type: project
title: Lora des champs
themes: [Agriculture, Radio]
territory: Bretagne
team: ["[[personnes/awa]]"]
presented: ["[[evenements/salon]]"]
---

Voir [[projets/pain/notes]].

::: besoins
- [ ] Une experte en antennes {#b-antennes}

:::
""",
    "projets/pain.md": """---
type: project
title: =Pain
themes: [Agriculture]
team: ["[[personnes/awa]]"]
---
""",
    "projets/pain/notes.md": "# Notes\n",
    "projets/cache.md": """---
type: project
title: Projet caché
themes: [Agriculture, Secretologie]
team: ["[[personnes/awa]]"]
visibility: team
---

[[projets/lora]]
""",
    "personnes/awa.md": "---\ntype: person\ntitle: Une agronome\n---\n",
    "evenements/salon.md": "---\ntype: event\ntitle: Le salon\nstarts: 2026-03-18\n---\n",
    "seule.md": "# Une page à part\n",
}


@pytest.fixture
def network(write: Callable[..., str]) -> None:
    """The pages above."""
    write(PAGES)
