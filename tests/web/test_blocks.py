"""What the editor is told of a block: how it looks, and where its lines have what a form asks."""

import json
from typing import Any

import pytest

from wiki.testing.places import Place

TEXT = """::: besoins
- [ ] Une salle 😀 #salle avant:2027-03-01 {#b-7k2qx9ma}
- [ ]

  dessous

:::"""


@pytest.fixture
def place(empty_place: Place) -> Place:
    """Awa writes on a page of all."""
    empty_place.rewind()
    empty_place.write({"index.md": "# Accueil\n", "page.md": "# Page\n"})
    empty_place.person("Awa")
    return empty_place


def drawn(place: Place, *texts: str) -> list[Any]:
    """What comes for these blocks."""
    return list(json.loads(place.send("awa", "/-/blocks/page", 200, text=[*texts])))


def test_a_block_is_told_with_its_lines_and_their_parts(place: Place) -> None:
    card, unknown, table, half = drawn(
        place, TEXT.replace("\n", "\r\n"), "::: inconnu\nx\n\n:::", "| a |\n| --- |", "::: besoins"
    )
    assert unknown is None
    assert not table["items"] and not half["failed"]
    first, second = card["items"]
    units = TEXT.encode("utf-16-le")

    def cut(start: int, end: int) -> str:
        return units[2 * start : 2 * end].decode("utf-16-le")

    assert cut(first["from"], first["to"]) == TEXT.split("\n")[1]
    assert first["words"] == "Une salle 😀"
    at = first["from"]
    kinds = first["parts"]["kinds"]
    assert {
        kind: [(cut(at + one[0], at + one[1]), one[2]) for one in its]
        for kind, its in kinds.items()
    } == {
        "box": [(" ", " ")],
        "keywords": [("#salle", "salle")],
        "before": [("avant:2027-03-01", "2027-03-01")],
    }
    assert cut(second["from"], second["to"]) == "- [ ]\n\n  dessous"
    assert second["parts"]["text"] == []


def test_a_view_that_raises_costs_its_own_card(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raises(*_asked: object) -> str:
        raise RuntimeError("a view that raises")

    monkeypatch.setitem(place.instance.views, "retours", raises)
    failed, fine = drawn(place, "::: retours\nQue faire ?\n\n:::", TEXT)
    assert failed["failed"] and not failed["items"]
    assert not fine["failed"] and len(fine["items"]) == 2
