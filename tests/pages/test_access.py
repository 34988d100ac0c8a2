"""Who a page is for: only ever narrower on the way down, and closed where it cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.pages.access import Access, access, below, narrower_or_equal, visible
from wiki.pages.head.frontmatter import Head, read_head


def of(*heads: str | None) -> Access:
    """The access of the last of a chain of pages, the root first."""
    names = ["index", *("/".join("abcdefg"[:depth]) for depth in range(1, len(heads)))]
    read = [
        (name, None if head is None else read_head(f"---\n{head}\n---\n").head)
        for name, head in zip(names, heads, strict=True)
    ]
    return access(names[-1], read)


def kinds(found: Access) -> list[str]:
    return [problem.kind for problem in found.problems]


def test_what_nothing_is_said_about_is_public_and_edited_by_members() -> None:
    assert of("") == Access("public", "members", None)
    assert access("a", []) == Access()
    assert of("title: x", None) == Access()


@pytest.mark.parametrize(
    ("chain", "group"),
    [
        (["visibility: members", "title: x"], "members"),
        (["visibility: members", "visibility: public"], "members"),
        (["title: x", "visibility: team\nteam: [p/a]"], "team:a"),
        (["team: [p/a]", "visibility: team"], "team:index"),
        (["visibility: team\nteam: [p/a]", "team: [p/b]"], "team:index"),
        (["visibility: team\nteam: [p/a]", "visibility: team\nteam: [p/b]"], "team:index"),
        (["visibility: team\nteam: [p/a]", "visibility: public"], "team:index"),
        (["visibility: team"], "admins"),
        (["visibility: team", "visibility: team\nteam: [p/a]"], "admins"),
        (["title: x", None, "visibility: team\nteam: p/a"], "team:a/b"),
        (["title: x", "type: person\nvisibility: team"], "team:a"),
        (["VISIBILITY: Members"], "members"),
    ],
)
def test_children_only_narrow(chain: list[str | None], group: str) -> None:
    assert of(*chain).group == group


@pytest.mark.parametrize(
    ("chain", "editors", "team"),
    [
        (["editors: anyone", "title: x"], "anyone", None),
        (["editors: anyone", "editors: members"], "members", None),
        (["editors: anyone", "type: project\nteam: [p/a]"], "team", "a"),
        (["title: x", "type: project\nteam: [p/a]", "title: y"], "team", "a"),
        (["title: x", "type: dossier\neditors: members"], "members", None),
        (["title: x", "type: organisation"], "members", None),
        (["title: x", "type: person"], "team", "a"),
    ],
)
def test_editors_are_inherited(chain: list[str], editors: str, team: str | None) -> None:
    found = of(*chain)
    assert (found.editors, found.team_page) == (editors, team)


@pytest.mark.parametrize(
    ("head", "group", "problem"),
    [
        ("visibility: secret", "admins", "unknown-access"),
        ("visibility: [public]", "admins", "unknown-access"),
        ("visibility: équipe\nteam: [p/a]", "team:index", "unknown-access"),
        ("visibility: public\nvisibility: public\nteam: [p/a]", "team:index", "doubtful-access"),
        ("visibility: team\nteam: [p/a]\nteam: [p/b]", "team:index", "doubtful-access"),
        ("visibility: team", "admins", "no-team"),
    ],
)
def test_what_cannot_be_read_counts_as_stricter(head: str, group: str, problem: str) -> None:
    found = of(head)
    assert found.group == group
    assert problem in kinds(found)


def test_unreadable_editors_are_the_team() -> None:
    found = of("editors: everybody")
    assert (found.editors, kinds(found)) == ("team", ["unknown-access"])
    assert of("editors: members\neditors: anyone").editors == "team"


def test_a_broken_head_closes_the_page_and_those_below() -> None:
    assert of("team: [").group == "admins"
    assert of("team: [p/a]", "visibility: team\neditors: [", "title: x").group == "admins"
    assert of("visibility: team\nteam: [p/a]", "team: [").group == "team:index"
    broken = of("team: [p/a]\neditors: anyone", "team: [")
    assert (broken.editors, broken.team_page) == ("team", None)


def test_a_page_is_told_that_it_cannot_be_wider() -> None:
    assert kinds(of("visibility: members", "visibility: public")) == ["wider-than-parent"]
    assert kinds(of("visibility: members", "title: x")) == []


def test_problems_are_those_of_the_page_itself() -> None:
    assert of("visibility: secret", None).problems == ()
    assert access("a/b", [("index", read_head("---\nvisibility: x\n---\n").head)]).problems == ()


groups = st.sampled_from(["public", "members", "team:a", "team:b", "admins"])
people = [
    frozenset({"public"}),
    frozenset({"public", "members"}),
    frozenset({"public", "members", "team:a"}),
    frozenset({"public", "members", "team:b"}),
    frozenset({"public", "members", "team:a", "team:b"}),
    frozenset({"public", "members", "all"}),
]
any_head = st.builds(
    lambda lines, broken: (
        Head(broken=True)
        if broken
        else read_head("---\nx: y\n" + "".join(f"{line}\n" for line in lines) + "---\n").head
    ),
    st.lists(
        st.sampled_from(
            [
                "visibility: public",
                "visibility: members",
                "visibility: team",
                "visibility: ?",
                "team: [p/a]",
                "type: project",
                "type: person",
                "editors: anyone",
                "editors: team",
            ]
        ),
        max_size=4,
    ),
    st.booleans(),
)


@given(st.lists(any_head, max_size=5))
def test_who_may_read_a_page_may_read_those_above(heads: list[Head]) -> None:
    found = Access()
    for depth, head in enumerate(heads):
        inner = below(found, f"p{depth}", head)
        assert narrower_or_equal(inner.group, found.group)
        found = inner


@given(groups, groups)
def test_narrower_means_that_nobody_more_sees_it(one: str, other: str) -> None:
    contained = all(visible(other, "x", who) for who in people if visible(one, "x", who))
    assert narrower_or_equal(one, other) == contained


def test_a_guest_sees_that_one_page() -> None:
    guest = frozenset({"public", "guest:a/b"})
    assert visible("team:a", "a/b", guest)
    assert not visible("team:a", "a", guest)
    assert not visible("team:a", "a/b/c", guest)
    assert not visible("admins", "x", frozenset({"public", "members", "admin"}))
