"""What is to be looked at before an evening is announced is named, before the button."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from wiki.api.events import event_of
from wiki.api.people import get_person
from wiki.api.reading import Reader

if TYPE_CHECKING:
    from wiki.instance import Instance

EVENT = "evenements/soir"
TEXT = """---
type: event
title: Le soir, 18 mars 2026
starts: 2027-03-18T18:30
place: Rennes
programme:
  - "[[projets/ouvert]]"
  - "[[projets/clos|Le clos]] — Une phrase choisie"
  - "[[projets/muet]]"
team: ["[[personnes/awa]]"]
---

Le 18 mars 2027, venez. *Entrée libre*, pour tout le monde.

*Accès en fauteuil, boucle magnétique : dites ce qu’il en est.*

- *Un lien vers chaque projet, et l’hypothèse qu’il vient éprouver.*
- Inscription avant le 1er mars 2026

## Pratique
"""
CLOSED = "---\ntype: project\ntitle: {}\nsummary: Cachée\nvisibility: team\n---\n"


def test_what_the_public_would_not_see_and_what_is_left_over_is_named(
    instance: "Instance",
    write: Callable[..., str],
    person: Callable[..., Any],
    log_in: Callable[..., Any],
    plugin_module: Callable[[str], Any],
) -> None:
    instance.private.now = lambda: datetime(2027, 2, 1, 9, tzinfo=UTC)
    write(
        {
            "index.md": "# Accueil\n",
            "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
            "projets/ouvert.md": "---\ntype: project\ntitle: Ouvert\nsummary: Vu\n---\n",
            "projets/clos.md": CLOSED.format("Clos"),
            "projets/muet.md": CLOSED.format("Muet, son titre"),
            f"{EVENT}.md": TEXT,
        }
    )
    awa = person("Awa", page="personnes/awa")
    reader = Reader(instance, get_person(instance.private, awa.id))
    event = event_of(reader, EVENT)
    assert event is not None
    notes = plugin_module("readiness").remarks(reader, event)
    hidden, left, empty, days = (one.words for one in notes)
    # Who prepares it may not read that page: it is called by its address.
    assert "«\u00a0Muet\u00a0»" in hidden and "Clos" not in hidden and "Ouvert" not in hidden
    assert "boucle magnétique" in left and "hypothèse" in left and "Entrée" not in left
    assert "Le soir, 18 mars 2026" in days and "1er mars 2026" in days and "2027" not in days
    assert "«\u00a0Pratique\u00a0»" in empty and notes[2].url.endswith("?section=pratique")
    client = log_in(awa)
    for url in (f"/-/events/announce/{EVENT}", f"/-/events/prepare/{EVENT}"):
        page = client.get(url).get_data(as_text=True)
        for words in (
            "«\u00a0Muet\u00a0»",
            "boucle magnétique",
            "18 mars 2026",
            "Une phrase choisie",
            f'href="/-/edit/{EVENT}?section=pratique"',
        ):
            assert words in page, (url, words)
        assert "son titre" not in page and "Cachée" not in page
    announce = client.get(f"/-/events/announce/{EVENT}").get_data(as_text=True)
    assert announce.index("«\u00a0Muet\u00a0»") < announce.index('type="submit"')
