"""Questions that many ask elsewhere get no passage, though one is always the nearest."""

import importlib
from typing import Any

import pytest

from wiki.api.plugin import Instance
from wiki.api.reading import Reader


@pytest.fixture
def part() -> Any:
    return lambda name: importlib.import_module(f"wiki_plugins.answers.{name}")


def test_a_question_about_the_rest_of_the_world(
    hives: Instance, part: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    object.__setattr__(hives.settings, "encoder", "use")
    reader, vectors, subjects = Reader(hives), part("vectors"), part("subjects")
    (store,) = vectors.stores_of(hives)
    texts = {key: part("projection").unpacked(*one).said for key, one in shelf_of(part, hives)}
    store.add({**subjects.SUBJECTS, **texts})
    seen = vectors.shelf_for(reader).seen(reader.audience)
    words = part("projection").Lookup(vectors.shelf_for(reader), seen)

    def is_elsewhere(question: str, encoders: int = 2) -> bool:
        asked = part("kinds").read_question(question)
        known, unknown = part("spelling").known_stems(words, asked.stems)
        readings = part("ranking").read(seen, question, [store] * encoders)
        return bool(part("elsewhere").is_elsewhere(words, known, unknown, readings))

    for question in (
        "Quelle est la capitale de la Mongolie ?",
        "Comment faire une mayonnaise ?",
        "Who won the football world cup?",
    ):
        assert is_elsewhere(question)
        # One encoder alone is mistaken too often.
        assert not is_elsewhere(question, encoders=1)
        assert not is_elsewhere(question, encoders=0)
    assert not is_elsewhere("Comment savoir combien de miel donnent mes abeilles ?")
    assert not is_elsewhere("Comment rentrer chez soi après le travail de nuit ?")
    # No page is named as near it; of one about projects those that are nearest are.
    monkeypatch.setattr(part("answers"), "stores_of", lambda _instance: [store, store])
    told = part("answers").ask("Comment faire une mayonnaise ?", reader)
    assert (told.answered, told.near) == (False, ())
    assert part("answers").ask("Combien a coûté Ruchéo ?", reader).near
    # Where the words stand, the wiki is about them.
    assert is_elsewhere("Comment jouer aux échecs ?")
    assert not is_elsewhere("Que montrer aux écoles ?")


def test_of_a_long_question_the_beginning_is_read_by_meaning(hives: Instance, part: Any) -> None:
    """A slow encoder takes milliseconds for each character of some."""
    object.__setattr__(hives.settings, "encoder", "use")
    vectors, reader = part("vectors"), Reader(hives)
    stores = vectors.stores_of(hives)
    vectors.read_new(hives)
    seen = vectors.shelf_for(reader).seen(reader.audience)
    begun = "é" * 250
    (one,) = part("ranking").read(seen, f"{begun} ruches", stores)
    (other,) = part("ranking").read(seen, f"{begun} bus du soir", stores)
    assert (one.vector == other.vector).all()


def shelf_of(part: Any, instance: Instance) -> Any:
    return part("vectors").shelf_of(instance).packed().items()
