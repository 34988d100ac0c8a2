"""Groups in the lines of heads, and days that end what these give."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.editing.membership.teams import join_team
from wiki.errors import BadField
from wiki.pages.head.frontmatter import read_head
from wiki.pages.members import Member, member_of, members, written
from wiki.people.access import groups
from wiki.people.accounts import accounts_named, get_person
from wiki.people.membership import closure, member_ids
from wiki.people.models.groups import GroupPartRow
from wiki.people.privacy.erasure import erase
from wiki.people.privacy.export import rows_about
from wiki.reading.lists import list_own_spaces, list_paths, search_pages
from wiki.testing import Place

if TYPE_CHECKING:
    pass

SPACE = "projets/lora"
PEOPLE = {
    f"personnes/{one}.md": f"---\ntype: person\ntitle: {one.title()}\n---\n"
    for one in ("awa", "ben", "zoe")
}


def head(*team: str, readers: str = "", more: str = "visibility: team\n") -> str:
    said = ", ".join(f'"{one}"' for one in team)
    reads = f'readers: ["{readers}"]\n' if readers else ""
    return (
        f"---\ntype: project\ntitle: LoRa\n{more}team: [{said}]\n{reads}---\nUn capteur de sol.\n"
    )


@pytest.fixture
def place(empty_place: Place) -> Place:
    """A project that its team alone reads; Ben, Zoé and Chef, who administers, are not in it."""
    place = empty_place
    place.rewind()
    place.instance.private.now = lambda: place.now
    place.write({"index.md": "# Accueil\n", **PEOPLE})
    place.write({f"{SPACE}/index.md": head("[[personnes/awa]]"), f"{SPACE}/plan.md": "# Plan\n"})
    for name in ("Awa", "Ben", "Zoe"):
        place.person(name, page=f"personnes/{name.lower()}")
    place.person("Sans Page", key="sans")
    place.person("Chef", "admin")
    return place


def made(place: Place, title: str, *who: str) -> str:
    """A group of that title with these people."""
    private = place.instance.private
    group = groups.make_group(private, title, open=False, by=place.people["chef"])
    groups.remove_member(private, group.name, place.people["chef"].id, by="")
    for one in who:
        groups.add_member(private, group.name, place.people[one].id, by="")
    return group.name


@pytest.mark.parametrize(
    ("word", "member"),
    [
        ("[[personnes/anne]]", Member("personnes/anne")),
        ("[[personnes/anne|Anne]] until:2027-03-01", Member("personnes/anne", date(2027, 3, 1))),
        ("[[personnes/anne until:2027-03-01]]", Member("personnes/anne", date(2027, 3, 1))),
        ("personnes/anne jusqu'au:2027-03-01", Member("personnes/anne", date(2027, 3, 1))),
        ("[[personnes/anne|until:2027-03-01]]", Member("personnes/anne", date(2027, 3, 1))),
        ("[[personnes/anne]]until:2027-03-01", Member("personnes/anne", date(2027, 3, 1))),
        ("[[personnes/anne]] (until:2027-03-01)", None),
        ("groupe:jury-2027", Member("groupe:jury-2027")),
        ("[[Group: Jury 2027]] jusqu’au: 2027-03-01", Member("groupe:jury-2027", date(2027, 3, 1))),
        ("personnes/anne until:2027-02-30", None),
        ("personnes/anne until:", None),
        ("personnes/anne until:2027-03-01 or later", None),
        ("groupe:", None),
        ("until:2027-03-01", None),
        ("", None),
    ],
)
def test_an_entry_names_someone_until_a_day_or_nobody(word: str, member: Member | None) -> None:
    assert member_of(word) == member
    assert member is None or member_of(written(member)) == member


@given(st.text(max_size=60))
def test_any_entry_is_read_and_written_again_alike(word: str) -> None:
    found = member_of(word)
    assert found is None or member_of(written(found)) in (found, None)
    assert members(read_head("---\nteam: a\nteam: b\n---\n").head, "team") == ()


LINES = st.sampled_from(
    [
        'team: ["{x}"]\n',
        'team: ["{x} until:2027-03-10"]\n',
        'team: ["{x} until:2027-02-01"]\n',
        'team: ["[[personnes/awa]]"]\n',
        'team: ["[[personnes/awa]]"]\nreaders: ["{x}"]\n',
        'team: ["[[personnes/awa]]"]\nreaders: ["{x} until:2027-02-28"]\n',
        'readers: ["{x}"]\n',
        "",
    ]
)
SHOWN = st.sampled_from(["", "visibility: team\n", "visibility: members\n"])
_NAMES = ("a", "a/b", "a/b/c", "d")
NAMES = st.sampled_from(_NAMES)


@given(pages=st.dictionaries(NAMES, st.tuples(LINES, SHOWN), min_size=1, max_size=4))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_who_is_in_a_group_has_what_who_is_named_has(
    place: Place, pages: dict[str, tuple[str, str]]
) -> None:
    """Of any tree: the same heads with the person in place of the group give the same."""
    group = f"jury-{place.instance.repository.head()[:12]}"
    groups.make_group(place.instance.private, group, open=False, by=place.people["zoe"])
    outer = made(place, f"cercle {group}")
    groups.add_part(place.instance.private, outer, group, by="")
    seen = []
    for name in ("[[personnes/zoe]]", f"groupe:{outer}"):
        heads = {one: f"{shown}{line.format(x=name)}" for one, (line, shown) in pages.items()}
        texts: dict[str, str | None] = dict.fromkeys(f"t/{one}.md" for one in _NAMES)
        texts |= {f"t/{one}.md": f"---\n{said}---\n# canari\n" for one, said in heads.items()}
        place.write(texts)
        reader = place.reader("zoe")
        paths = [path for path in list_paths(reader) if path.startswith("t/")]
        hits = search_pages(reader, "canari", limit=50).hits
        every = [f"t/{one}" for one in _NAMES]
        rights = [
            (reader.may_edit(one), reader.may_propose(one), reader.may_change_rights(one))
            for one in every
        ]
        own = [row.path for row in list_own_spaces(reader)]
        seen.append((paths, {hit.path for hit in hits}, rights, own, reader.audience))
    assert seen[0] == seen[1]
    groups.end_group(place.instance.private, group, by="")
    groups.end_group(place.instance.private, outer, by="")


def test_joining_and_leaving_count_at_the_next_request(place: Place) -> None:
    jury = made(place, "Jury 2027")
    place.write({f"{SPACE}/index.md": head("[[personnes/awa]]", readers=f"groupe:{jury}")})
    private = place.instance.private
    for who in ("ben", "sans"):
        for _turn in range(2):
            place.see(who, f"/{SPACE}/plan", 404)
            groups.add_member(private, jury, place.people[who].id, by="")
            assert "Plan" in place.see(who, f"/{SPACE}/plan")
            assert f'href="/{SPACE}"' in place.see(who, "/-/search?q=capteur")
            assert place.client(who).get(f"/-/api/v1/pages/{SPACE}").status_code == 200
            place.see(who, f"/-/edit/{SPACE}/plan", 302)  # to propose
            groups.remove_member(private, jury, place.people[who].id, by="")
        assert f'href="/{SPACE}"' not in place.see(who, "/-/search?q=capteur")
        assert place.client(who).get(f"/-/api/v1/pages/{SPACE}").status_code == 404


def test_a_group_in_the_team_is_the_team(place: Place) -> None:
    circle = made(place, "Cercle", "ben", "sans")
    place.write({f"{SPACE}/index.md": head(f"groupe:{circle}")})
    for who in ("ben", "sans"):
        place.see(who, f"/-/edit/{SPACE}/plan")
        assert "Cercle" in place.see(who, f"/-/access/{SPACE}")
    place.see("awa", f"/{SPACE}", 404)
    names = [one.name for one in accounts_named(place.instance.private, [f"groupe:{circle}"])]
    assert names == ["Ben", "Sans Page"]
    assert "LoRa" in place.see("ben", "/-/account") and "Cercle" in place.see("ben", "/-/account")


def test_an_unknown_group_gives_nobody_anything_and_is_told(place: Place) -> None:
    place.write({f"{SPACE}/index.md": head("[[personnes/awa]]", "groupe:nulle-part")})
    assert "« groupe:nulle-part » n’est pas un groupe" in place.see("awa", f"/{SPACE}").replace(
        "\xa0", " "
    )
    place.see("ben", f"/{SPACE}", 404)


def test_access_ends_after_its_day(place: Place) -> None:
    jury = made(place, "Jury", "zoe")
    team = "[[personnes/awa]]", "[[personnes/ben]] until:2027-03-02"
    place.write({f"{SPACE}/index.md": head(*team, readers=f"groupe:{jury} until:2027-03-02")})
    place.now = place.now.replace(day=2, hour=22, minute=59)  # 23:59 in Paris
    for who in ("ben", "zoe"):
        for _kept in range(3):
            assert "capteur" in place.see(who, f"/{SPACE}")
    assert "jusqu’au 2 mars 2027" in place.see("ben", f"/-/access/{SPACE}").replace("\xa0", " ")
    place.see("ben", f"/-/edit/{SPACE}")
    assert "Dans l’équipe de" in place.see("awa", "/personnes/ben")
    place.now = place.now.replace(hour=23, minute=1)
    assert "Dans l’équipe de" not in place.see("awa", "/personnes/ben")
    for who in ("ben", "zoe"):
        place.see(who, f"/{SPACE}", 404)
        place.see(who, f"/-/edit/{SPACE}", 404)
        assert f'href="/{SPACE}"' not in place.see(who, "/-/search?q=capteur")
    assert "a pris fin le 2 mars 2027" in place.see("awa", f"/-/access/{SPACE}").replace(
        "\xa0", " "
    )
    # Whoever is welcomed once more is in again, whatever day stood there.
    join_team(place.reader("awa"), SPACE, place.people["ben"])
    assert "capteur" in place.see("ben", f"/{SPACE}")


def test_the_team_says_in_a_form_who_and_until_when(place: Place) -> None:
    jury = made(place, "Jury 2027", "zoe")
    url = f"/-/access/{SPACE}"
    form: dict[str, Any] = {"action": "put-member", "in": "readers"}
    place.send("awa", url, **form, member=f"groupe:{jury}", until="2027-03-05")
    place.send("awa", url, **form | {"in": "team"}, member="Ben")
    text = place.instance.repository.read(f"{SPACE}/index.md", place.instance.repository.head())
    assert text is not None
    said = text.data.decode()
    assert f"groupe:{jury} until:2027-03-05" in said and "[[personnes/ben]]" in said
    assert "capteur" in place.see("zoe", f"/{SPACE}")
    for wrong in ("groupe:rien", "Personne de ce nom", ""):
        told = place.send("awa", url, 422, **form, member=wrong, until="")
        assert wrong in told
    place.send("awa", url, 422, **form, member="Ben", until="2027-02-01")
    place.send("zoe", url, 403, **form, member="Zoe", until="")
    place.send("awa", url, **form | {"action": "drop-member"}, member=f"groupe:{jury}")
    place.see("zoe", f"/{SPACE}", 404)
    # A proposed text says nothing of who reads.
    place.write({f"{SPACE}/index.md": head("[[personnes/awa]]", more="")})
    other = head("[[personnes/awa]]", readers="[[personnes/ben]]", more="")
    place.send("ben", f"/-/propose/{SPACE}", 422, text=other)


def test_nobody_takes_an_address_that_a_line_names(place: Place) -> None:
    """A page of one's own there would give what the line gives."""
    place.write({f"{SPACE}/index.md": head("[[personnes/awa]]", readers="[[personnes/lou]]")})
    place.person("Lou")
    place.send("lou", "/-/account/page", status=303)
    lou = get_person(place.instance.private, place.people["lou"].id)
    assert lou is not None and lou.page != "personnes/lou"
    place.see("lou", f"/{SPACE}", 404)


@pytest.mark.parametrize("title", ["", " \t\0", "a" * (groups.TITLE + 1)])
def test_a_group_has_a_name_that_fits(place: Place, title: str) -> None:
    private, chef = place.instance.private, place.people["chef"]
    longest = groups.make_group(private, "a" * groups.TITLE, open=False, by=chef)
    with pytest.raises(BadField, match=str(groups.TITLE)):
        groups.make_group(private, title, open=False, by=chef)
    with pytest.raises(BadField, match=str(groups.TITLE)):
        groups.change_group(private, longest.name, title, open=False)
    assert list(groups.group_titles(private).values()) == ["a" * groups.TITLE]


def test_groups_may_hold_groups_and_no_circle(place: Place) -> None:
    inner, outer = made(place, "Dedans", "ben"), made(place, "Dehors", "zoe")
    chef = "chef"
    place.send(chef, f"/-/groups/{outer}", action="add-part", part=inner)
    told = place.send(chef, f"/-/groups/{inner}", 422, action="add-part", part=outer)
    assert "ne peut donc pas en faire partie" in told
    place.send(chef, f"/-/groups/{inner}", 422, action="add-part", part=inner)
    ben, zoe = (place.people[one].id for one in ("ben", "zoe"))
    private = place.instance.private
    assert member_ids(private, outer) == {ben, zoe} and member_ids(private, inner) == {ben}
    # Rows that came otherwise do no harm: each is counted once.
    with private.session() as session:
        session.add(GroupPartRow(group=inner, part=outer))
        session.add(GroupPartRow(group=inner, part=inner))
    assert member_ids(private, inner) == {ben, zoe}
    assert closure("a", {"a": "b", "b": "a"}) == {"a", "b"}


def test_who_is_in_a_group_is_told_to_whom_it_says(place: Place) -> None:
    place.send("ben", "/-/groups", 403, title="À moi")
    place.send("chef", "/-/groups", title="Jury 2027")
    url = "/-/groups/jury-2027"
    place.send("chef", url, action="add-member", who="ben@example.org")
    place.send("chef", url, action="add-member", who="Zoe")
    place.see("awa", url, 404)
    place.see("", url, 302)
    assert "personnes/zoe" not in place.see("ben", url)
    place.send("ben", url, 403, action="add-member", who="Awa")
    place.send("chef", url, action="rename", title="Jury", open="1")
    assert "personnes/zoe" in place.see("ben", url)
    place.send("chef", url, action="keeper", person=place.people["ben"].id)
    told = place.send("ben", url, 422, action="add-member", who="awa@example.org")
    assert "Aucun compte en usage" in told, "a keeper learns of no address"
    place.send("ben", url, action="add-member", who="Awa")
    place.send("zoe", url, action="leave")
    place.see("zoe", url, 404)
    place.send("ben", url, action="end-group")
    place.see("chef", url, 404)
    assert "choisissez un autre nom" in place.send("chef", "/-/groups", 409, title="Jury 2027")


def test_membership_goes_with_the_account_and_is_taken_along(place: Place) -> None:
    jury = made(place, "Jury", "ben")
    private, ben = place.instance.private, place.people["ben"]
    with rows_about(private, ben.id) as tables:
        found = {name: list(rows) for name, rows in tables}
    assert [row["group"] for row in found["people_group_member"]] == [jury]
    erase(private, ben.id)
    assert get_person(private, ben.id) is None and member_ids(private, jury) == frozenset()


def test_a_form_of_the_head_keeps_groups_and_days(place: Place) -> None:
    from wiki.pages.page import Page
    from wiki.web.edit import metadata_fields

    page = Page("x", "x.md", head("[[personnes/ben]] until:2027-03-02", "groupe:jury"))
    said = metadata_fields.said(page, ["team"])["team"]
    assert metadata_fields.written("team", said) == [
        "[[personnes/ben]] until:2027-03-02",
        "groupe:jury",
    ]
