"""The story of pages: histories through renames, recent changes, who could read them then."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime

from wiki.projections.histories.story import BY_HAND
from wiki.projections.histories.visible_changes import Change
from wiki.projections.spans import COMMITS
from wiki.repository.commit import commit
from wiki.repository.importing import stream_commits
from wiki.repository.objects import WIKI_AUTHOR, Author

from .world import ADMIN, MEMBER, VISITOR, World, page


def kinds(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.kind, change.path) for change in changes]


def test_a_page_is_created_edited_deleted_and_restored(world: World) -> None:
    world.write({"a.md": "one"})
    world.write({"a.md": "two"})
    world.write({"a.md": None})
    world.write({"a.md": "three"}, message="back again", author="Une autre main")
    history = world.changes.history("a", VISITOR)
    assert kinds(history) == [
        ("restored", "a"),
        ("deleted", "a"),
        ("edited", "a"),
        ("created", "a"),
    ]
    assert history[0].message == "back again"
    assert history[0].author == "Une autre main"
    assert history[0].commit == world.repository.head()
    assert history[0].now == "a"


def test_history_follows_a_rename_with_children_and_attachments(world: World) -> None:
    world.write({"x.md": "a long enough text\n" * 5})
    world.write({"x/y.md": "another long enough text\n" * 5, "x/plan.pdf": "%PDF"})
    text = "a long enough text\n" * 5
    below = "another long enough text\n" * 5
    world.write(
        {
            "x.md": None,
            "x/y.md": None,
            "x/plan.pdf": None,
            "z.md": text + "and more\n",
            "z/y.md": below,
            "z/plan.pdf": "%PDF",
        }
    )
    assert kinds(world.changes.history("z", VISITOR)) == [
        ("moved", "z"),
        ("attached", "x"),
        ("created", "x"),
    ]
    assert kinds(world.changes.history("z/y", VISITOR)) == [("moved", "z/y"), ("created", "x/y")]
    assert world.changes.history("x", VISITOR) == []
    moved = world.changes.history("z", VISITOR)[0]
    assert (moved.old_path, moved.now) == ("x", "z")
    # Somebody new at the old address has a story of their own.
    world.write({"x.md": "unlike anything before"})
    assert kinds(world.changes.history("x", VISITOR)) == [("created", "x")]
    assert len(world.changes.history("z", VISITOR)) == 3


def test_of_two_files_of_a_page_the_first_tells_its_story(world: World) -> None:
    world.write({"a/index.md": "folder"})
    world.write({"a.md": "leaf"})
    world.write({"a/index.md": "hidden"})
    world.write({"a.md": None})
    assert kinds(world.changes.history("a", VISITOR)) == [
        ("edited", "a"),
        ("edited", "a"),
        ("created", "a"),
    ]


def test_recent_changes_are_paged_without_gap_or_double(world: World) -> None:
    for number in range(7):
        world.write({f"p{number % 3}.md": f"{number}", f"q{number}.md": "q"})
    whole = world.changes.recent(VISITOR, limit=100)
    assert len(whole) == 14
    paged = []
    before = None
    while some := world.changes.recent(VISITOR, before, limit=3):
        paged += some
        before = some[-1].id
    assert paged == whole
    assert world.changes.recent(VISITOR, since=whole[4].id, limit=100) == whole[:4]


def test_recent_changes_of_a_subtree(world: World) -> None:
    world.write({"a.md": "a", "a/b.md": "b", "ab.md": "ab", "c.md": "c"})
    world.write({"a/b/c.md": "deep"})
    found = world.changes.recent(VISITOR, below="a")
    assert kinds(found) == [("created", "a/b/c"), ("created", "a/b"), ("created", "a")]


def test_what_was_restricted_stays_so_when_the_page_opens(world: World) -> None:
    world.write({"a.md": page("secret", visibility="members")})
    world.write({"a.md": page("open")}, author="Une autre main")
    assert kinds(world.changes.history("a", VISITOR)) == [("created", "a")]
    assert kinds(world.changes.history("a", MEMBER)) == [("edited", "a"), ("created", "a")]
    assert kinds(world.changes.recent(VISITOR)) == [("created", "a")]
    names = [one.name for one in world.changes.contributors("a", VISITOR)]
    assert names == ["Une autre main"]
    assert len(world.changes.contributors("a", MEMBER)) == 1  # one address, two names


def test_those_whom_a_commit_credits_wrote_the_page_too(world: World) -> None:
    credits = (
        "Deux voix\n\nCo-authored-by: Pas Elle <dans@le.texte>\n\n"
        "Co-authored-by: Marc <marc@people.invalid>\nCo-authored-by: Marc <marc@people.invalid>\n"
    )
    world.write({"a.md": "x"}, message=credits)
    world.write({"a.md": "x y"})
    found = [(one.name, one.commits) for one in world.changes.contributors("a", VISITOR)]
    assert [count for _, count in found] == [2, 1]
    assert found[1][0] == "Marc"


def test_narrowing_a_page_hides_what_was_said_of_it_and_of_the_pages_below(world: World) -> None:
    world.write({"a.md": page("open"), "a/b.md": "below", "c.md": "elsewhere"})
    world.write({"a/b.md": "below, edited"})
    assert len(world.changes.recent(VISITOR)) == 4
    world.write({"a.md": page("closed", visibility="members")})
    assert kinds(world.changes.recent(VISITOR)) == [("created", "c")]
    assert len(world.changes.recent(MEMBER)) == 5
    assert world.changes.history("a/b", VISITOR) == []
    world.write({"a.md": page("open again")})
    assert kinds(world.changes.history("a/b", VISITOR)) == [("edited", "a/b"), ("created", "a/b")]
    # … but for the time in which it was closed.
    assert kinds(world.changes.history("a", VISITOR)) == [("edited", "a"), ("created", "a")]


def test_commits_taken_in_together_tell_as_those_taken_in_one_by_one(
    world: World, reopened: Callable[[str], World]
) -> None:
    """More of them than are written at once; what moves and narrows is told of earlier ones."""
    world.write({"a.md": page("un", team="'[[p]]'"), "a/b.md": "deux"})
    texts = [b"%d {#b-0000000%d}" % (number, number % 5) for number in range(COMMITS)]
    steps: list[dict[str, bytes | None]] = [
        {"a/b.md": None, "a/c.md": texts[-1]},
        {"a/b.md": b"another"},
        {"a.md": b"---\nvisibility: members\nteam: '[[p]]'\n---\nun"},
        {"a/c.md": b"three", "a/image.png": b"x"},
    ]
    with stream_commits(world.repository, world.repository.head()) as stream:
        for text in texts:
            stream.commit({"a/b.md": text}, Author("Awa", "awa@y.invalid"), "x", datetime.now(UTC))
    one_by_one = reopened("one by one")
    for files in steps:
        one_by_one.projections.catch_up("changes")
        author = Author("Une main", "main@people.invalid")
        commit(world.repository, world.repository.head(), files, author, "un pas")
    one_by_one.projections.catch_up("changes")
    world.projections.build(["changes"])
    for audience in (ADMIN, MEMBER, VISITOR):
        for path in ("a", "a/b", "a/c"):
            for ask in ("history", "contributors"):
                told, walked = (
                    getattr(one.changes, ask)(path, audience) for one in (world, one_by_one)
                )
                assert told == walked
    assert kinds(world.changes.history("a/c", ADMIN, limit=3)) == [
        ("edited", "a/c"),
        ("moved", "a/c"),
        ("edited", "a/b"),
    ]
    assert kinds(world.changes.history("a/b", ADMIN)) == [("created", "a/b")]
    assert len(world.changes.history("a/c", MEMBER, limit=500)) == COMMITS + 3
    assert world.changes.history("a/c", VISITOR) == []


def test_a_guest_sees_one_page_neither_parents_nor_siblings(world: World) -> None:
    head = {"visibility": "team", "team": "[personnes/p]"}
    world.write({"a.md": page("x", **head), "a/b.md": "b", "a/c.md": "c"})
    guest = VISITOR | {"guest:a/b"}
    assert kinds(world.changes.recent(guest)) == [("created", "a/b")]
    assert kinds(world.changes.recent(VISITOR | {"team:a"})) == [
        ("created", "a/c"),
        ("created", "a/b"),
        ("created", "a"),
    ]


def test_an_audience_of_many_groups_is_answered_alike(world: World) -> None:
    head = {"visibility": "team", "team": "[personnes/p]"}
    world.write({"a.md": page("x", **head), "b.md": "b"})
    many = MEMBER | {f"team:p{number}" for number in range(30)}
    assert kinds(world.changes.recent(many)) == [("created", "b")]
    assert kinds(world.changes.recent(many | {"team:a"})) == [("created", "b"), ("created", "a")]


def test_a_broken_head_is_for_administrators(world: World) -> None:
    world.write({"a.md": "---\nvisibility: public\nvisibility: : [\n---\ntext"})
    assert world.changes.recent(MEMBER) == []
    assert kinds(world.changes.recent(ADMIN)) == [("created", "a")]


def test_news_of_a_space_count_what_is_as_open_as_its_page(world: World) -> None:
    world.write({"a.md": "a", "a/b.md": "b"})
    first = world.changes.times("a")
    told = world.changes.told(["a"])
    assert first is not None and set(told) == {"a"}
    world.write({"a/b.md": page("now closed", visibility="members")})
    assert world.changes.told(["a"]) == told
    later = datetime(2100, 1, 1, tzinfo=UTC)
    world.write({"a/c.md": "c"}, when=later)
    assert world.changes.times("a") == first
    assert world.changes.told(["a"]) == {"a": later} != told
    assert world.changes.times("nowhere") is None and world.changes.told(["nowhere"]) == {}


def test_news_are_what_people_write_by_hand(world: World) -> None:
    many = {f"p{number}.md": "imported" for number in range(BY_HAND + 1)}
    world.write(many)
    world.write({"a.md": "seeded", "a/b.md": "seeded"}, mail=WIKI_AUTHOR.mail)
    paths = ["a", "a/b", "p1", "p2"]
    assert world.changes.told(paths) == {}
    world.write({"a/b.md": "by hand"})
    told = world.changes.told(paths)
    assert set(told) == {"a", "a/b"}
    world.write({"a/b.md": "by hand, stamped"}, mail=WIKI_AUTHOR.mail)
    world.write({"a/b.md": None, "a/c.md": "by hand, stamped"})
    world.write(dict.fromkeys(many, "imported again"))
    # A page that moved keeps its news, and has none from moving.
    assert world.changes.told(["a", "a/c", "p1"]) == {"a": told["a"], "a/c": told["a/b"]}


def test_names_that_cannot_be_served_and_foreign_files_cost_nothing(world: World) -> None:
    world.write({".github/x.yml": "x", "-/a.md": "a", "a:b.md": "b", "ok.md": "ok", "pic.png": "p"})
    assert kinds(world.changes.recent(ADMIN)) == [("attached", "index"), ("created", "ok")]
    assert world.changes.recent(ADMIN)[0].file == "pic.png"
    assert world.changes.knows(world.repository.head())
    assert not world.changes.knows("0" * 40)


def test_when_history_is_rewritten_the_story_starts_over(world: World) -> None:
    first = world.write({"a.md": "one"})
    world.write({"a.md": "two"})
    assert len(world.changes.history("a", VISITOR)) == 2
    git = ["git", "-C", str(world.repository.folder), "update-ref", "refs/heads/main", first]
    subprocess.run(git, check=True)
    assert kinds(world.changes.history("a", VISITOR)) == [("created", "a")]
    world.write({"b.md": "b"})
    assert kinds(world.changes.recent(VISITOR)) == [("created", "b"), ("created", "a")]


def test_a_message_that_may_speak_of_what_is_not_seen_is_left_out(world: World) -> None:
    world.write({"a.md": "a", "b.md": page("b", visibility="members")}, message="about both")
    world.write({"a.md": "a, edited"}, message="about one")
    assert [change.message for change in world.changes.history("a", VISITOR)] == ["about one", ""]
    assert [change.message for change in world.changes.recent(MEMBER)] == ["about one"] + [
        "about both"
    ] * 2
