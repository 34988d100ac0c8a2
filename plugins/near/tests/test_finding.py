"""The hook, as other plugins ask it."""

import importlib
from collections.abc import Callable, Sequence

import pytest

from wiki.api.meaning import Fit, near
from wiki.api.people import Person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.translation import use_language
from wiki.testing.wikis import is_kept

HONEY = "Des ruches qui parlent\nUn capteur dans chaque ruche, pour les abeilles et le miel."
Ask = Callable[..., list[Fit]]


@pytest.fixture
def ask(hives: Instance) -> Ask:
    def ask(
        text: str, types: Sequence[str] = (), limit: int = 10, person: Person | None = None
    ) -> list[Fit]:
        reader = Reader(hives, person)
        with use_language("en"):
            found = hives.plugins.call(near, text, reader, types, limit)
            return list(found)

    return ask


def test_what_is_near_is_kept_until_a_text_begins_otherwise(
    hives: Instance, write: Callable[..., str]
) -> None:
    def ask(reader: Reader) -> object:
        return hives.plugins.call(near, HONEY, reader, (), 10)

    long = f"# Un bus\n\n{'Des mots. ' * 100}"
    write({"bus.md": long})
    assert not is_kept(hives, ask)
    write({"bus.md": f"{long}Et la fin.\n", "plan.txt": "Un plan"})
    assert is_kept(hives, ask)
    write({"bus.md": f"# Une ruche\n{long}"})
    assert not is_kept(hives, ask)


def test_what_is_near(ask: Ask) -> None:
    found = ask(HONEY)
    assert found[0].path == "projets/ruche"
    assert found[0].reasons[0] == "about Abeilles"
    assert any("“ruches”" in why for why in found[0].reasons)
    places = {(one.path, one.identity) for one in found}
    assert {("projets/ruche", "b-aaaaaaaa"), ("personnes/zoe", "o-aaaaaaaa")} <= places
    assert ("personnes/zoe", "") in places and ("dossiers/abeilles", "") in places
    # What is met is no need any more, plain pages are not asked for, and buses are far.
    assert not places & {("projets/ruche", "b-bbbbbbbb"), ("projets/bus/horaires", "")}
    assert ("projets/bus", "") not in places


def test_silence_where_only_words_that_anyone_says_are_shared(
    ask: Ask, write: Callable[..., str]
) -> None:
    """Who “can”, “on Saturday”, in what “form”; nor is one word in two titles a subject."""
    head = "---\ntype: {}\ntitle: {}\nsummary: {}\n---\n{}\n"
    write({
        "personnes/coach.md": head.format(
            "person", "Un coach", "Coach", "Je peux venir samedi, sous toute forme."),
        "projets/protege-toit.md": head.format(
            "project", "Protège-Toit", "Éviter les expulsions", "Un dossier pour les impayés."),
    })  # fmt: skip
    roofs = "Toits partagés\nOn peut se voir samedi : quelle forme pour des panneaux solaires ?"
    assert ask(roofs) == []
    write({
        "projets/solaire.md": head.format(
            "project", "Le soleil", "Des panneaux solaires", "Sur une grange."),
    })  # fmt: skip
    assert [one.path for one in ask(roofs)] == ["projets/solaire"]


def test_kinds_and_limit(ask: Ask) -> None:
    assert [one.path for one in ask(HONEY, ["dossier"])] == ["dossiers/abeilles"]
    assert [one.path for one in ask("Les ruches et le bus", ["page"])] == ["projets/bus/horaires"]
    assert len(ask(HONEY, limit=2)) == 2
    assert ask(HONEY, limit=0) == []


def test_what_one_may_not_see_is_not_there(ask: Ask, person: Callable[..., Person]) -> None:
    assert "projets/cache" not in {one.path for one in ask(HONEY)}
    assert "projets/cache" in {one.path for one in ask(HONEY, person=person("Un membre"))}


@pytest.mark.parametrize(
    "text", ["", " \n ", "de la les", "a" * 50_000, "-ruches titre:ruches", "\ud800 «»", "\0"]
)
def test_any_text_is_words(ask: Ask, text: str) -> None:
    ask(text)


def test_words_that_mean_nothing_are_near_nothing(
    write: Callable[..., str], instance: Instance
) -> None:
    reading = importlib.import_module("wiki_plugins.near.search")
    if reading.store_of(instance) is None:
        pytest.skip("no encoder is installed")
    names = ("CNAV", "ONISEP", "Préfecture", "Banque des Territoires")
    head = "---\ntype: organisation\n---\n# "
    write({f"organisations/o{at}.md": head + name for at, name in enumerate(names)})
    write({"projets/p.md": "---\ntype: project\n---\n# Pilotage du plan vélo\n"})
    reading.read_new(instance)
    among = reading.shelf_of(instance).seen(Reader(instance).audience, ("organisation", "project"))
    for typed in ("aaaa bbbb cccc", "qqzz", "zzyyxx bbb"):
        assert reading.by_meaning(instance, typed, among, 3) == [], typed
    assert [place[0] for place, _ in reading.by_meaning(instance, "vélo", among, 3)] == [
        "projets/p"
    ]


def test_a_page_that_changes(ask: Ask, write: Callable[..., str]) -> None:
    write({"projets/bus/index.md": "---\ntype: project\n---\n# Ruches en bus\n\nDu miel.\n"})
    assert "projets/bus" in {one.path for one in ask(HONEY)}
    write({"projets/bus/index.md": None})
    assert "projets/bus" not in {one.path for one in ask(HONEY)}
