"""The one policy, on every combination that hypothesis can think of."""

import subprocess
import sys
from dataclasses import replace
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from wiki.editing.inheritance import opens
from wiki.pages.access import ALL, Access, access, narrower_or_equal, shown_groups
from wiki.pages.head.frontmatter import Head, read_head
from wiki.people.access.policy import (
    VISITOR,
    audience,
    may_change_rights,
    may_edit,
    may_propose,
    may_read,
)
from wiki.people.person import ROLES, Person

PATHS = ("index", "projets/lora", "projets/lora/plan", "personnes/une-porteuse", "members", "all")
GROUPS = ("public", "members", "admins", *(f"team:{path}" for path in PATHS))

paths = st.sampled_from(PATHS)
groups = st.sampled_from(GROUPS)
accesses = st.builds(
    Access,
    group=groups,
    editors=st.sampled_from(("team", "members", "anyone")),
    team_page=st.none() | paths,
)
people = st.builds(
    Person,
    id=st.just("p1"),
    email=st.just("p1@example.org"),
    name=st.just("P1"),
    role=st.sampled_from(ROLES),
    page=st.none() | paths,
    grants=st.frozensets(paths.map("guest:{}".format), max_size=3),
    disabled=st.booleans(),
)
#: spaces that their teams let the programme team read
entrusted = st.frozensets(paths, max_size=3)
someone: st.SearchStrategy[Person | None] = st.none() | people
teams = st.frozensets(paths, max_size=3)


def rights(person: Person | None, groups: frozenset[str], access: Access, path: str) -> list[bool]:
    """From the least to the most."""
    return [
        may_read(groups, access, path),
        may_propose(person, groups, access, path),
        may_edit(person, groups, access, path),
        may_change_rights(person, groups, access, path),
    ]


@given(someone, teams, accesses, paths)
def test_each_right_holds_the_lesser_ones(
    person: Person | None, teams: frozenset[str], access: Access, path: str
) -> None:
    answers = rights(person, audience(person, teams), access, path)
    assert answers == sorted(answers, reverse=True)


@given(someone, teams, groups, groups, paths)
def test_a_narrower_page_is_never_shown_to_more(
    person: Person | None, teams: frozenset[str], narrow: str, wide: str, path: str
) -> None:
    who = audience(person, teams)
    if narrower_or_equal(narrow, wide) and may_read(who, Access(narrow), path):
        assert may_read(who, Access(wide), path)


@given(people, teams, accesses, paths)
def test_an_admin_may_everything(
    person: Person, teams: frozenset[str], access: Access, path: str
) -> None:
    admin = replace(person, role="admin", disabled=False)
    assert all(rights(admin, audience(admin, teams), access, path))


@given(accesses, paths)
def test_a_visitor_sees_public_pages_and_writes_nothing(access: Access, path: str) -> None:
    read, propose, edit, change = rights(None, audience(None, PATHS), access, path)
    assert read == (access.group == "public")
    assert propose == (read and access.editors == "anyone")
    assert not edit
    assert not change


@given(people, teams, accesses, paths)
def test_a_disabled_account_is_a_visitor(
    person: Person, teams: frozenset[str], access: Access, path: str
) -> None:
    disabled = replace(person, disabled=True)
    groups = audience(disabled, teams)
    assert groups == VISITOR
    assert rights(disabled, groups, access, path) == rights(None, VISITOR, access, path)
    # Nor with an audience from before it was disabled.
    assert not may_edit(disabled, audience(person, teams), access, path)


@given(accesses, paths, paths)
def test_a_guest_reads_and_edits_one_page_and_changes_no_rights(
    access: Access, invited: str, path: str
) -> None:
    outsider = Person("p", "p@example.org", "P", role="reader")
    guest = replace(outsider, grants=frozenset({f"guest:{invited}"}))
    before = rights(outsider, audience(outsider), access, path)
    after = rights(guest, audience(guest), access, path)
    assert after == ([True, True, True, False] if path == invited else before)


@given(people, teams, accesses, paths)
def test_only_admins_and_the_present_team_change_rights(
    person: Person, teams: frozenset[str], access: Access, path: str
) -> None:
    if may_change_rights(person, audience(person, teams), access, path):
        assert person.role == "admin" or access.team_page in {*teams, person.page}


@given(people, accesses, paths)
def test_a_reader_edits_nothing_without_an_invitation(
    person: Person, access: Access, path: str
) -> None:
    reader = replace(person, role="reader", grants=frozenset())
    assert not may_edit(reader, audience(reader, PATHS), access, path)


@given(people, teams, teams, accesses, paths)
def test_more_teams_never_take_a_right_away(
    person: Person, teams: frozenset[str], more: frozenset[str], access: Access, path: str
) -> None:
    few = rights(person, audience(person, teams), access, path)
    many = rights(person, audience(person, teams | more), access, path)
    assert few <= many


@given(people, teams, entrusted, accesses, paths)
def test_who_is_entrusted_with_a_space_reads_it_and_does_nothing_more(
    person: Person, teams: frozenset[str], spaces: frozenset[str], access: Access, path: str
) -> None:
    alone = rights(person, audience(person, teams), access, path)
    trusted = rights(person, audience(person, teams, spaces), access, path)
    theirs = person.role == "programme" and not person.disabled
    reads = theirs and access.group in {f"team:{one}" for one in spaces}
    # Who reads a page suggests what its team decides about; what they edit stays what it was.
    assert trusted == ([True, True, *alone[2:]] if reads else alone)


@given(someone, teams, entrusted, accesses, paths)
def test_each_right_holds_the_lesser_ones_for_who_is_entrusted_too(
    person: Person | None,
    teams: frozenset[str],
    spaces: frozenset[str],
    access: Access,
    path: str,
) -> None:
    answers = rights(person, audience(person, teams, spaces), access, path)
    assert answers == sorted(answers, reverse=True)


@given(someone, teams, entrusted, groups, paths)
def test_lists_show_what_pages_show(
    person: Person | None, teams: frozenset[str], spaces: frozenset[str], group: str, path: str
) -> None:
    """What is asked of a store by groups is what is asked of one page."""
    who = audience(person, teams, spaces)
    by_groups = group in shown_groups(who) or ALL in who or f"guest:{path}" in who
    assert by_groups == may_read(who, Access(group), path)


@given(people, teams)
def test_an_audience_holds_what_the_account_has_and_no_more(
    person: Person, teams: frozenset[str]
) -> None:
    own = audience(replace(person, disabled=False), teams)
    expected = {"public", "members", *person.grants, *(f"team:{path}" for path in teams)}
    expected |= {f"team:{person.page}"} if person.page else set()
    expected |= {"all"} if person.role == "admin" else set()
    assert own == expected


def test_a_page_called_all_gives_no_right_over_all() -> None:
    member = Person("p", "p@example.org", "P", page="all", grants=frozenset({"guest:all"}))
    assert not may_read(audience(member, ["all"]), Access("admins"), "projets/lora")


def test_the_owner_of_a_person_page_is_its_team() -> None:
    page = "personnes/une-porteuse"
    access = Access("public", "team", page)
    owner = Person("p", "p@example.org", "P", page=page)
    assert may_change_rights(owner, audience(owner), access, page)
    other = replace(owner, page=None)
    assert not may_edit(other, audience(other), access, page)


#: what a page's head may say, and may not
_SAID = {
    "visibility": ("", "public", "members", "team", "tout-le-monde"),
    "editors": ("", "team", "members", "anyone", "personne"),
    "type": ("", "project", "person", "event"),
    "team": ("", "['[[personnes/une]]']", "['[[personnes/autre]]']"),
}
said = st.fixed_dictionaries({key: st.sampled_from(words) for key, words in _SAID.items()})
#: the heads of a page and of those above it, the root's first; None where there is no page
chains = st.lists(st.none() | said, min_size=2, max_size=4)


def levels_of(chain: list[dict[str, str] | None]) -> list[tuple[str, Head | None]]:
    """The heads as ``access`` wants them, at ``index``, ``p1``, ``p1/p2`` …"""
    found: list[tuple[str, Head | None]] = []
    for number, keys in enumerate(chain):
        path = "/".join(f"p{n}" for n in range(1, number + 1)) or "index"
        lines = [f"{key}: {word}" for key, word in (keys or {}).items() if word]
        text = "---\n" + "\n".join([*lines, "a: 1"]) + "\n---\n"
        found.append((path, None if keys is None else read_head(text).head))
    return found


def teams_in(levels: list[tuple[str, Head | None]], page: str | None) -> set[str]:
    """The pages on whose team the person page ``page`` is."""
    return {
        path for path, head in levels if head is not None and page and page in head.links("team")
    }


@given(someone, chains)
def test_below_a_page_nobody_sees_who_does_not_see_it_but_by_its_own_invitation(
    person: Person | None, chain: list[dict[str, str] | None]
) -> None:
    levels = levels_of(chain)
    who = audience(person, teams_in(levels, person.page if person else None))
    for number in range(1, len(levels)):
        path, above = levels[number][0], levels[number - 1][0]
        here, there = access(path, levels[: number + 1]), access(above, levels[:number])
        assert narrower_or_equal(here.group, there.group)
        uninvited = frozenset(group for group in who if not group.startswith("guest:"))
        if may_read(uninvited, here, path):
            assert may_read(uninvited, there, above)


@given(people, chains)
def test_of_all_who_are_neither_admin_nor_team_none_changes_rights(
    person: Person, chain: list[dict[str, str] | None]
) -> None:
    levels = levels_of(chain)
    path, _head = levels[-1]
    found = access(path, levels)
    teams = teams_in(levels, person.page)
    if may_change_rights(person, audience(person, teams), found, path):
        assert not person.disabled
        assert person.role == "admin" or found.team_page in teams | {person.page}


@given(chains, st.integers(0, 3), st.sampled_from(ROLES[:-1]))
def test_a_guest_gains_one_page_of_a_chain_and_no_other(
    chain: list[dict[str, str] | None], which: int, role: str
) -> None:
    levels = levels_of(chain)
    invited = levels[min(which, len(levels) - 1)][0]
    plain = Person("p", "p@example.org", "P", role=role)
    guest = replace(plain, grants=frozenset({f"guest:{invited}"}))
    sibling = f"{invited}-sibling", access(f"{invited}-sibling", levels[:-1])
    pages = [(path, access(path, levels[: n + 1])) for n, (path, _head) in enumerate(levels)]
    for path, found in (*pages, sibling):
        before = rights(plain, audience(plain), found, path)
        after = rights(guest, audience(guest), found, path)
        assert after == ([True, True, True, before[3]] if path == invited else before), path


def test_the_policy_needs_no_database() -> None:
    code = "import sys, wiki.people.access.policy; print('sqlalchemy' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


def test_what_opens_is_told_whoever_comes_in_by_it() -> None:
    """Who may do at an access what another one kept from them: then it opens."""
    groups = ("public", "members", "team:p1", "team:p2", "admins")
    teams = (None, "p1", "p2")
    accesses = [Access(*one) for one in product(groups, ("team", "members", "anyone"), teams)]
    member = Person("p", "p@example.org", "P")
    people: list[tuple[Person | None, tuple[str, ...]]] = [
        (None, ()),
        (replace(member, role="reader"), ()),
        (member, ()),
        (member, ("p1",)),
        (member, ("p2",)),
    ]
    may: dict[Access, set[int]] = {one: set() for one in accesses}
    for held, (who, (person, named)) in product(accesses, enumerate(people)):
        here = audience(person, named)
        asked = (
            may_read(here, held, "q"),
            may_edit(person, here, held, "q"),
            may_change_rights(person, here, held, "q"),
        )
        may[held] |= {10 * who + what for what, said in enumerate(asked) if said}
    for was, now in product(accesses, accesses):
        if may[now] - may[was]:
            assert opens(was, now), (was, now)
    for was in accesses:
        assert not opens(was, was)
        closed = replace(was, group="admins", editors="team", team_page=None)
        assert not opens(was, closed), "what is closed to all but admins opens to nobody"
