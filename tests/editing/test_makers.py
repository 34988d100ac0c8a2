"""Who makes a page is in its team, or has it for their own, by whatever form it was made."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from wiki.editing import makers, move, save, spaces
from wiki.editing.membership import teams
from wiki.editing.templates import NewSpace
from wiki.errors import AlreadyExists
from wiki.people.access.grants import grant_guest
from wiki.people.accounts import get_person, set_page, set_profile
from wiki.reading import Reader
from wiki.reading.history import list_history
from wiki.reading.lists import count_facets, get_row, list_children
from wiki.reading.pages import get_page, is_taken, page_exists

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person

People = Callable[..., "Person"]


def again(instance: "Instance", person: "Person") -> Reader:
    """The same person, asking anew: their account may have been joined to a page meanwhile."""
    return Reader(instance, get_person(instance.private, person.id))


@pytest.mark.parametrize("kind", ["project", "dossier", "event"])
def test_who_writes_a_space_by_hand_is_in_its_team(
    instance: "Instance", person: People, kind: str
) -> None:
    maker = person("Une autrice")
    save.save(Reader(instance, maker), "projets/x", f"---\ntype: {kind}\n---\n\n# X\n", "")
    reader = again(instance, maker)
    assert reader.person is not None and reader.person.page == "personnes/une-autrice"
    assert get_page(reader, "projets/x").team == ("personnes/une-autrice",)
    assert get_page(reader, "personnes/une-autrice").type == "person"
    assert len(list_history(reader, "projets/x")) == 1
    made = [list_history(reader, path)[0].commit for path in ("projets/x", "personnes/une-autrice")]
    assert made[0] == made[1]
    assert reader.may_edit("projets/x") and reader.may_change_rights("projets/x")
    assert not Reader(instance, person("Une autre")).may_edit("projets/x")


def test_who_has_a_page_gets_no_second_one(
    instance: "Instance", person: People, write: Callable[..., str]
) -> None:
    write({"personnes/alice.md": "---\ntype: person\n---\n\n# Alice\n"})
    maker = person("Alice Autrement", page="personnes/alice")
    save.save(Reader(instance, maker), "projets/x", "---\ntype: project\n---\n\n# X\n", "")
    assert get_page(again(instance, maker), "projets/x").team == ("personnes/alice",)
    assert not is_taken(again(instance, maker), "personnes/alice-autrement")


def test_a_team_that_is_named_stays_and_a_page_of_no_such_type_gets_none(
    instance: "Instance", person: People
) -> None:
    maker = person("Une autrice")
    text = '---\ntype: project\nteam: ["[[personnes/marc]]"]\n---\n\n# X\n'
    save.save(Reader(instance, maker), "projets/x", text, "")
    save.save(Reader(instance, maker), "guide", "# Guide\n", "")
    reader = again(instance, maker)
    assert get_page(reader, "projets/x").text == text
    assert get_page(reader, "guide").text == "# Guide\n"
    assert reader.person is not None and reader.person.page is None


@pytest.mark.parametrize("team", ["", 'team: ["[[personnes/nour]]"]\n'])
def test_a_page_that_bears_their_name_is_their_own_unless_it_gives_a_team_s_rights(
    instance: "Instance", person: People, write: Callable[..., str], team: str
) -> None:
    write({"projets/x.md": f"---\ntype: project\n{team}---\n\n# X\n"})
    maker = person("Nour")
    text = "---\ntype: person\ntitle: Nour\n---\n"
    save.save(Reader(instance, maker), "personnes/nour", text, "")
    reader = again(instance, maker)
    assert reader.person is not None
    assert reader.person.page == (None if team else "personnes/nour")


def test_what_is_brought_back_is_what_it_was(
    instance: "Instance", person: People, write: Callable[..., str]
) -> None:
    text = "---\ntype: project\n---\n\n# X\n"
    there = write({"projets/x.md": text})
    admin = person("Une administratrice", role="admin")
    move.delete(Reader(instance, admin), "projets/x")
    save.restore(Reader(instance, admin), "projets/x", there)
    assert get_page(Reader(instance, admin), "projets/x").text == text


def test_a_first_person_page_is_its_makers_own_and_the_next_is_not(
    instance: "Instance", person: People
) -> None:
    maker = person("Une autrice")
    own = spaces.make_space(Reader(instance, maker), NewSpace("person", "Alice, cartographe"))
    reader = again(instance, maker)
    assert reader.person is not None and reader.person.page == own.path
    assert reader.may_edit(own.path)
    other = spaces.make_space(reader, NewSpace("person", "Quelqu’un d’autre"))
    reader = again(instance, maker)
    assert reader.person is not None and reader.person.page == own.path
    assert page_exists(reader, other.path) and not reader.may_edit(other.path)


def test_an_administrator_makes_pages_for_others(instance: "Instance", person: People) -> None:
    admin = person("Une administratrice", role="admin")
    spaces.make_space(Reader(instance, admin), NewSpace("person", "Quelqu’un d’autre"))
    reader = again(instance, admin)
    assert reader.person is not None and reader.person.page is None
    own = spaces.make_space(reader, NewSpace("person", "Une administratrice"))
    reader = again(instance, admin)
    assert reader.person is not None and reader.person.page == own.path


def test_what_is_pasted_into_a_field_of_one_line_stands_on_one(
    instance: "Instance", person: People
) -> None:
    new = NewSpace(
        "dossier",
        " Un\r\n titre ",
        summary="Une\nphrase\t en deux",
        themes=["#eau", " #  sols\nvivants", "#"],
        territory="Côtes\r\nd’Armor",
    )
    page = Reader(instance, person("Une autrice"))
    saved = spaces.make_space(page, new)
    made = get_page(Reader(instance), saved.path)
    assert made.title == "Un titre" and made.summary == "Une phrase en deux"
    assert made.themes == ("eau", "sols vivants")
    assert made.head.words("themes") == made.themes
    assert made.territory == "Côtes d’Armor"


def test_a_theme_is_shown_and_found_without_its_hash(
    instance: "Instance", write: Callable[..., str]
) -> None:
    write({"a.md": '---\ntype: dossier\nthemes: ["#eau", eau, "#Sols"]\n---\n\n# A\n'})
    reader = Reader(instance)
    assert get_page(reader, "a").themes == ("eau", "Sols")
    row = get_row(reader, "a")
    assert row is not None and row.facts["theme"] == ("eau", "Sols")
    assert [one.value for one in count_facets(reader, ["theme"])["theme"]] == ["eau", "Sols"]


NAMED = '---\ntype: project\nvisibility: team\nteam: ["[[personnes/zoe]]"]\n---\n\n# Secret\n'


def test_to_bear_the_name_that_a_team_waits_for_gives_no_right(
    instance: "Instance", person: People, write: Callable[..., str]
) -> None:
    """Who left with their page is still named by their teams; anyone may call themselves so."""
    write({"projets/secret.md": NAMED})
    same = person("Zoé")
    made = spaces.make_space(Reader(instance, same), NewSpace("person", "Zoé"))
    assert made.path == "personnes/zoe-2"
    other = set_profile(instance.private, person("Une autre").id, name="Zoé", lang="fr")
    save.save(Reader(instance, other), "projets/x", "---\ntype: project\n---\n\n# X\n", "")
    for one in (same, other):
        assert not page_exists(again(instance, one), "projets/secret")


def test_nobody_moves_their_page_to_an_address_that_a_team_names(
    instance: "Instance", person: People, write: Callable[..., str]
) -> None:
    write({"projets/secret.md": NAMED})
    eve = person("Eve")
    spaces.make_space(Reader(instance, eve), NewSpace("person", "Eve"))
    with pytest.raises(AlreadyExists):
        move.move(again(instance, eve), "personnes/eve", "personnes/zoe")
    assert not page_exists(again(instance, eve), "projets/secret")
    admin = person("Une administratrice", role="admin")
    move.move(Reader(instance, admin), "personnes/eve", "personnes/zoe")
    assert page_exists(again(instance, eve), "projets/secret")


def test_ones_own_page_is_made_again_where_it_was(
    instance: "Instance", person: People, write: Callable[..., str]
) -> None:
    write({"projets/secret.md": NAMED, "personnes/zoe.md": "---\ntype: person\n---\n\n# Zoé\n"})
    zoe = person("Zoé", page="personnes/zoe")
    move.delete(Reader(instance, zoe), "personnes/zoe")
    assert spaces.ensure_own_page(again(instance, zoe)) == "personnes/zoe"
    assert page_exists(again(instance, zoe), "projets/secret")


def pages_called(reader: Reader, name: str) -> list[str]:
    return [row.path for row in list_children(reader, "personnes") if row.path.startswith(name)]


def test_two_clicks_of_one_who_has_no_page_make_one(instance: "Instance", person: People) -> None:
    """Each click waited for the lock with the account as it was before the other."""
    maker, admin = person("Une autrice"), person("Une administratrice", role="admin")
    click = [Reader(instance, maker) for _click in range(5)]
    spaces.make_space(click[0], NewSpace("project", "Un"))
    spaces.make_space(click[1], NewSpace("project", "Deux"))
    save.save(click[2], "projets/trois", "---\ntype: project\n---\n\n# Trois\n", "")
    assert spaces.ensure_own_page(click[3]) == "personnes/une-autrice"
    save.save(Reader(instance, admin), "projets/x", "---\ntype: project\n---\n\n# X\n", "")
    assert teams.join_team(Reader(instance, admin), "projets/x", maker).page == (
        "personnes/une-autrice"
    )
    reader = again(instance, maker)
    assert pages_called(reader, "personnes/une-autrice") == ["personnes/une-autrice"]
    for path in ("projets/un", "projets/deux", "projets/trois", "projets/x"):
        assert "personnes/une-autrice" in get_page(reader, path).team
        assert reader.may_edit(path) and reader.may_change_rights(path)


def test_what_ends_between_the_account_and_the_commit_mends_itself(
    instance: "Instance", person: People
) -> None:
    maker = person("Zoé")
    other = person("Une autre")
    same = set_profile(instance.private, other.id, name="Zoé", lang="fr")
    # So it stands where the process was ended there: the account is first.
    set_page(instance.private, maker.id, "personnes/zoe", by="test")
    assert spaces.ensure_own_page(Reader(instance, same)) == "personnes/zoe-2"
    made = spaces.make_space(Reader(instance, maker), NewSpace("project", "Un"))
    reader = again(instance, maker)
    assert reader.person is not None and reader.person.page == "personnes/zoe"
    assert get_page(reader, made.path).team == ("personnes/zoe",) and reader.may_edit(made.path)
    assert pages_called(reader, "personnes/zoe") == ["personnes/zoe", "personnes/zoe-2"]


def test_a_commit_that_fails_leaves_the_account_as_it_was(
    instance: "Instance", person: People
) -> None:
    maker = person("Une autrice")
    full = makers.joined(Reader(instance, maker), maker, "personnes/une-autrice")
    with pytest.raises(OSError), full:
        raise OSError("No space left on device")
    reader = again(instance, maker)
    assert reader.person is not None and reader.person.page is None
    assert not is_taken(reader, "personnes/une-autrice")
    assert spaces.ensure_own_page(reader) == "personnes/une-autrice"


def test_who_was_a_guest_of_a_page_is_none_of_the_next_one_there(
    instance: "Instance", person: People, write: Callable[..., str]
) -> None:
    there = write({"avis.md": "---\nvisibility: team\n---\n\n# Avis\n"})
    admin, expert = person("Une administratrice", role="admin"), person("Un expert")
    grant_guest(instance.private, expert.id, "avis", by="test")
    assert page_exists(again(instance, expert), "avis")
    move.delete(Reader(instance, admin), "avis")
    save.restore(Reader(instance, admin), "avis", there)
    assert page_exists(again(instance, expert), "avis"), "what is brought back is what it was"
    move.delete(Reader(instance, admin), "avis")
    save.save(Reader(instance, admin), "avis", "---\nvisibility: team\n---\n\n# Autre\n", "")
    assert not page_exists(again(instance, expert), "avis")
    move.delete(Reader(instance, admin), "avis")
    grant_guest(instance.private, expert.id, "projets/avis", by="test")
    made = spaces.make_space(Reader(instance, admin), NewSpace("project", "Avis"))
    assert made.path == "projets/avis"
    assert not get_person(instance.private, expert.id).grants  # type: ignore[union-attr]
