"""Passages decided by several people at once, through the door that every save passes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from wiki.editing import save
from wiki.editing.review import decisions, proposals, queue
from wiki.editing.review.decisions import Answer
from wiki.editing.review.proposals import ProposalForm
from wiki.errors import AlreadyExists, Forbidden
from wiki.people.review.choices import choices_of
from wiki.people.review.proposals import ACCEPTED, PARTLY
from wiki.reading import Reader
from wiki.reading.history import list_history
from wiki.reading.pages import get_page

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person

SILENT = Answer(lambda *_told: None)
COUNT = 6
PAGE = "# A\n\n" + "\n\n".join(f"Ici le passage{at} de départ." for at in range(COUNT)) + "\n"


@pytest.fixture
def marc(write: Callable[..., str], person: Callable[..., "Person"]) -> "Person":
    write({"a.md": "---\nteam: ['[[personnes/awa]]']\neditors: team\n---\n" + PAGE})
    write({"personnes/awa.md": "# Awa\n"})
    return person("Marc")


@pytest.fixture
def awa(marc: "Person", person: Callable[..., "Person"]) -> "Person":
    return person("Awa", page="personnes/awa")


def suggest(instance: "Instance", who: "Person") -> tuple[str, list[str]]:
    reader = Reader(instance, who)
    text = get_page(reader, "a").text.replace("Ici", "Là")
    held = proposals.propose(reader, "a", ProposalForm(text, address="192.0.2.1"))
    found = proposals.find(instance, held.id)
    assert found is not None
    pieces = queue.review_of(Reader(instance), found).pieces
    return held.id, [one.key for one in pieces]


def test_two_who_answer_and_one_who_writes_at_once_lose_nothing(
    instance: "Instance", marc: "Person", awa: "Person"
) -> None:
    id, keys = suggest(instance, marc)
    assert len(keys) == COUNT

    def accept(key: str) -> bool:
        try:
            decisions.accept_pieces(Reader(instance, awa), id, [key], SILENT)
        except AlreadyExists:
            return False
        return True

    def write(at: int) -> None:
        save.change_page(Reader(instance, awa), "a", lambda page: f"{page.text}\nEt mot{at}.\n")

    with ThreadPoolExecutor(4) as many:
        answers = [many.submit(accept, key) for key in [*keys, *keys]]
        for one in [many.submit(write, at) for at in range(3)]:
            one.result()
        done = [one.result() for one in answers]
    assert done.count(True) == COUNT, "of two clicks on one passage, one does"
    text = get_page(Reader(instance, awa), "a").text
    assert "Ici" not in text and "<<<<" not in text
    for word in (*(f"passage{at}" for at in range(COUNT)), "mot0", "mot1", "mot2"):
        assert text.count(word) == 1
    found = proposals.find(instance, id)
    assert found is not None and found.state == ACCEPTED
    written = [one.author for one in list_history(Reader(instance, awa), "a", limit=20)]
    assert written.count("Marc") == COUNT


def test_who_lost_their_right_answers_no_more_and_the_rest_waits(
    instance: "Instance", marc: "Person", awa: "Person", write: Callable[..., str]
) -> None:
    id, keys = suggest(instance, marc)
    reader = Reader(instance, awa)
    decisions.accept_pieces(reader, id, keys[:1], SILENT)
    write({"personnes/lea.md": "# Léa\n"})
    text = get_page(reader.renewed(), "a").text.replace("personnes/awa", "personnes/lea")
    write({"a.md": text})
    for do in (decisions.accept_pieces, decisions.decline_pieces):
        with pytest.raises(Exception, match="rien ici"):
            do(reader, id, keys[1:2], SILENT)
    assert list(choices_of(instance.private, id)) == keys[:1]
    with pytest.raises(Forbidden):
        save.save(reader, "a", "# B\n", reader.renewed().head)


def test_some_at_once_and_the_rest_declined(
    instance: "Instance", marc: "Person", awa: "Person"
) -> None:
    id, keys = suggest(instance, marc)
    reader = Reader(instance, awa)
    decisions.accept_pieces(reader, id, keys[1:3], SILENT)
    decisions.decline(reader, id, Answer(lambda *_told: None, "Pas le reste."))
    text = get_page(reader.renewed(), "a").text
    assert [f"Là le passage{at}" in text for at in range(COUNT)] == [
        at in (1, 2) for at in range(COUNT)
    ]
    found = proposals.find(instance, id)
    assert found is not None and found.state == PARTLY
    said = choices_of(instance.private, id)
    assert {said[key].words for key in keys[3:]} == {"Pas le reste."}
