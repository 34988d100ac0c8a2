"""What fits what, for whom; nothing restricted shows or takes a place."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from wiki.api.reading import get_page
from wiki.reading import Reader
from wiki.testing.wikis import is_kept

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person

Part = Callable[[str], Any]


@pytest.fixture
def fits(farm: "Instance", plugin_module: Part) -> Callable[..., list[str]]:
    """``fits(id, person)``: what fits, by identity or page."""

    def fits(id_: str, person: "Person | None" = None) -> list[str]:
        found = plugin_module("fits").found_for(Reader(farm, person), id_, 10)
        return [one.other.text.id for one in found]

    return fits


def test_needs_and_offers_find_each_other(fits: Callable[..., list[str]]) -> None:
    assert fits("b-bbbbbbbb")[0] == "o-aaaaaaaa"
    assert fits("b-aaaaaaaa")[0] == "o-bbbbbbbb"
    assert fits("o-bbbbbbbb") == ["b-aaaaaaaa"]
    assert fits("o-cccccccc") == []
    assert fits("b-dddddddd") == []
    assert fits("b-cccccccc") == []
    assert fits("nothing") == []


def test_the_service_gives_reasons_and_no_score(farm: "Instance") -> None:
    from wiki.api.meaning import fits

    found = farm.plugins.call(fits, "b-bbbbbbbb", Reader(farm), 3)
    (fit,) = [one for one in found if one.identity == "o-aaaaaaaa"]
    assert fit.path == "personnes/lea"
    assert all(isinstance(reason, str) for reason in fit.reasons) and len(fit.reasons) >= 3


def test_what_fits_is_kept_until_a_need_or_an_offer_changes(
    farm: "Instance", write: Callable[..., str], plugin_module: Part
) -> None:
    def ask(reader: Reader) -> object:
        return plugin_module("fits").found_for(reader, "b-bbbbbbbb", 10)

    assert not is_kept(farm, ask)
    write({"autre.md": "# Une page\n\nQui n’offre rien.\n"})
    assert is_kept(farm, ask)
    write({"autre.md": "# Une page\n\n::: offres\n- Des ruches {#o-zzzzzzzz}\n\n:::\n"})
    assert not is_kept(farm, ask)


def test_members_see_more_and_visitors_see_no_trace(
    fits: Callable[..., list[str]], person: "Callable[..., Person]"
) -> None:
    assert "o-dddddddd" in fits("b-aaaaaaaa", person("Awa"))
    assert "o-dddddddd" not in fits("b-aaaaaaaa")
    assert fits("o-dddddddd") == []


def test_many_restricted_offers_take_no_public_place(
    fits: Callable[..., list[str]], write: Callable[..., str], farm: "Instance", plugin_module: Part
) -> None:
    before = fits("b-aaaaaaaa")
    lines = "\n".join(
        f"- Juriste {n} pour relire des conditions d'utilisation #rgpd {{#o-66666{n:03d}}}"
        for n in range(120)
    )
    write({"clos.md": f"---\nvisibility: members\n---\n::: offres\n{lines}\n\n:::\n"})
    plugin_module("pairs").pair_all(farm)
    assert fits("b-aaaaaaaa")[0] == before[0]


def test_what_is_saved_renamed_or_gone_is_followed(
    fits: Callable[..., list[str]], write: Callable[..., str], farm: "Instance", plugin_module: Part
) -> None:
    write({"neuf.md": "::: offres\n- Experte LoRa et capteurs radio #LoRa {#o-eeeeeeee}\n\n:::\n"})
    assert plugin_module("projection")
    assert plugin_module("pairs").shelf_of(farm).pending()
    plugin_module("pairs").pair_all(farm)
    assert not plugin_module("pairs").shelf_of(farm).pending()
    assert "o-eeeeeeee" in fits("b-bbbbbbbb")
    write({"neuf.md": "::: offres\n- Du pain frais {#o-eeeeeeee}\n\n:::\n"})
    plugin_module("pairs").pair_all(farm)
    assert "o-eeeeeeee" not in fits("b-bbbbbbbb")
    write({"personnes/lea.md": None})
    plugin_module("pairs").pair_all(farm)
    assert "o-aaaaaaaa" not in fits("b-bbbbbbbb")


def test_a_page_that_closes_takes_its_offers_along(
    fits: Callable[..., list[str]], write: Callable[..., str], farm: "Instance", plugin_module: Part
) -> None:
    path = "personnes/lea.md"
    closed = get_page(Reader(farm), "personnes/lea").text.replace(
        "type:", "visibility: members\ntype:"
    )
    write({path: closed})
    # Before the background has looked at it, and after.
    assert "o-aaaaaaaa" not in fits("b-bbbbbbbb")
    plugin_module("pairs").pair_all(farm)
    assert "o-aaaaaaaa" not in fits("b-bbbbbbbb")


def test_nothing_is_shown_of_who_has_no_time(
    fits: Callable[..., list[str]], write: Callable[..., str], farm: "Instance", plugin_module: Part
) -> None:
    text = get_page(Reader(farm), "personnes/lea").text
    write({"personnes/lea.md": text.replace("dispo:1", "dispo:0")})
    plugin_module("pairs").pair_all(farm)
    assert "o-aaaaaaaa" not in fits("b-bbbbbbbb")


def test_a_new_thesaurus_is_looked_at_again(
    fits: Callable[..., list[str]], write: Callable[..., str], farm: "Instance", plugin_module: Part
) -> None:
    write({"thesaurus.md": "- capital = pain\n"})
    assert plugin_module("pairs").shelf_of(farm).pending()
    plugin_module("pairs").pair_all(farm)
    assert not plugin_module("pairs").shelf_of(farm).pending()


def test_the_team_is_not_proposed_to_itself(
    fits: Callable[..., list[str]], write: Callable[..., str], farm: "Instance", plugin_module: Part
) -> None:
    text = get_page(Reader(farm), "lora").text
    write({"lora.md": text.replace("[personnes/awa]", "[personnes/lea]")})
    plugin_module("pairs").pair_all(farm)
    assert "o-aaaaaaaa" not in fits("b-bbbbbbbb")
    assert "b-bbbbbbbb" not in fits("o-aaaaaaaa")


def test_a_heading_is_a_line_whatever_was_written(plugin_module: Callable[[str], Any]) -> None:
    text = plugin_module("texts").Text
    said = text("b", "need", "Un titre\nen deux lignes", "Corps.", ("a\nb", "c")).said
    assert said.split("\n") == ["a b, c. Un titre en deux lignes", "Corps."]
    assert text("b", "need", "", "Seul.").said == "Seul."
    assert text("b", "need", "Titre", "  ").said == "Titre"


def test_a_person_without_offers_is_proposed_for_what_they_can_do_alone(
    fits: Callable[..., list[str]], write: Callable[..., str], farm: "Instance", plugin_module: Part
) -> None:
    person = "---\ntype: person\nskills: [{}]\n---\n# {}\n"
    write(
        {
            "personnes/ines.md": person.format("Sécurité informatique, Support", "Inès"),
            "personnes/tom.md": person.format("Python, UI", "Tom"),
            "serre.md": "::: besoins\n- [ ] Un test d'intrusion avant l'été {#b-11111111}\n"
            "- [ ] Nourrir un python royal {#b-22222222}\n"
            "- [ ] Un support pour vingt vélos {#b-33333333}\n\n:::\n",
        }
    )
    plugin_module("pairs").pair_all(farm)
    assert fits("b-11111111") == ["personnes/ines"]
    assert fits("b-22222222") == fits("b-33333333") == []
    assert fits("personnes/ines") == ["b-11111111"]
    (found,) = plugin_module("fits").found_for(Reader(farm), "b-11111111", 5)
    assert found.reasons.skills == ("Sécurité informatique",)
    # As if all were made anew: what was taken in one by one is the same.
    plugin_module("pairs")._states.clear()
    plugin_module("pairs").shelf_of(farm).compare_again()
    plugin_module("pairs").pair_all(farm)
    assert fits("personnes/ines") == ["b-11111111"]
    assert fits("personnes/tom") == []
