"""Who counts as having been there: by a share, or as who prepares the event says."""

from typing import Any

import pytest

from .conftest import URL, Evening, at_the_event


@pytest.fixture
def five(evening: Evening) -> Evening:
    """Five are registered, on the evening."""
    evening.change(capacity="9")
    for who in ("lea", "marc", "noe", "anne"):
        evening.registers(who)
    evening.manage("add", name="Zoé", email="zoe@example.net", lang="fr")
    at_the_event(evening)
    return evening


def check_in(evening: Evening, *names: str) -> None:
    ids = {one.name: one.id for one in evening.registrations()}
    for name in names:
        evening.send("awa", f"{URL}/door", id=ids[name], action="check")


def there(evening: Evening) -> list[Any]:
    """What what follows an evening is told of each."""
    from .conftest import EVENT

    found = evening.part("presenters").attendances(evening.instance, EVENT)
    return sorted((one.name, one.came) for one in found)


def test_check_ins_count_from_half_of_those_registered_on(five: Evening) -> None:
    names = ["Anne", "Léa", "Marc", "Noé", "Zoé"]
    check_in(five, "Léa", "Marc")
    assert there(five) == [(name, None) for name in names]
    page = five.see("awa", f"{URL}/manage")
    assert "toutes les personnes inscrites comptent" in page
    for words in (
        "Toutes les personnes inscrites (5)",
        "Les personnes dont l’arrivée a été notée (2)",
    ):
        assert words in page
    check_in(five, "Noé")
    assert there(five) == [(name, name in ("Léa", "Marc", "Noé")) for name in names]
    assert "seules comptent les personnes dont l’arrivée a été notée" in five.see(
        "awa", f"{URL}/manage"
    )


def test_who_prepares_the_event_chooses(five: Evening) -> None:
    check_in(five, "Léa")
    five.manage("presence", presence="checked-in")
    assert [came for _name, came in there(five)] == [False, True, False, False, False]
    assert 'value="checked-in" checked' in five.see("awa", f"{URL}/manage")
    check_in(five, "Marc", "Noé", "Anne")
    five.manage("presence", presence="everyone")
    assert {came for _name, came in there(five)} == {None}
    assert "Choisissez" in five.manage("presence", 422, presence="personne")
    five.manage("presence", 403, who="lea", presence="checked-in")
    five.manage("presence", presence="")
    assert [came for _name, came in there(five)] == [True, True, True, True, False]
