"""A wiki in a language that nobody speaks, with pages in letters of neither."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.languages.pseudo import CODE, write_language
from wiki.testing.wikis import opened
from wiki.translation import set_operators

if TYPE_CHECKING:
    from wiki.config import Settings
    from wiki.instance import Instance
    from wiki.people.person import Person

#: what people write is Greek: what is shown in Latin letters is ours, and was not translated
PAGES = {
    "index.md": "---\ntitle: Αρχή\nsummary: Μια αρχή\n---\nΚαλώς ήρθατε.\n\n"
    "## Δεύτερο\n\nΚείμενο.\n",
    "projets/1.md": """---
type: project
title: Αισθητήρας
summary: Ένα έργο
themes: [νερό]
territory: Αθήνα
team: [personnes/2]
---
Κείμενο.

::: besoins
- [ ] Χρήματα #νερό @Αθήνα {#b-00000001}
- [x] Χέρια {#b-00000002}

:::

## Δεύτερο κεφάλαιο

| Α | Β |
| - | - |
| 1 | 2 |

::: historique
- 2026-03-01 concept — Άρχισε

:::
""",
    "personnes/2.md": "---\ntype: person\ntitle: Σοφία\nsummary: Εγώ\n---\nΓεια.\n\n"
    "::: offres\n- Χρόνος #νερό {#o-00000003}\n\n:::\n",
    "evenements/3.md": "---\ntype: event\ntitle: Βραδιά\nstarts: 2027-03-18 18:30\nplace: Αθήνα\n"
    "team: [personnes/2]\nregistration: open\ncapacity: 40\n---\nΕλάτε.\n",
    "dossiers/4.md": "---\ntype: dossier\ntitle: Φάκελος\n---\n"
    "::: sélection\n- [[projets/1]] — Νερό\n\n:::\n",
}


@pytest.fixture
def settings(tmp_path: Path) -> "Iterator[Settings]":
    """Those of a wiki that speaks a language of its operator's."""
    from wiki.config import load_settings

    write_language(tmp_path / "instance" / "translations")
    yield load_settings(
        tmp_path / "instance", environ={"WIKI_LANG": CODE, "WIKI_SITE_NAME": "Σταυροδρόμι"}
    )
    set_operators(None)


@pytest.fixture
def instance(
    settings: "Settings", found_wiki: "Callable[[Settings, bool], None]"
) -> "Iterator[Instance]":
    """The wiki, with its pages."""
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    found_wiki(settings, True)
    with opened(settings) as instance:
        author = Author("Σοφία", "sofia@people.invalid")
        changes = {name: text.encode() for name, text in PAGES.items()}
        commit(instance.repository, instance.repository.head(), changes, author, "με το χέρι")
        yield instance


@pytest.fixture
def sofia(instance: "Instance") -> "Person":
    """Who may everything, and reads in that language."""
    from wiki.people.accounts import add_person, set_page

    made = add_person(
        instance.private, email="sofia@example.org", name="Σοφία", role="admin", lang=CODE
    )
    return set_page(instance.private, made.id, "personnes/2", by="test")
