"""What is told of heads between two commits, and answers that go by them alone."""

from hypothesis import given
from hypothesis import strategies as st

from wiki.projections.heads import changed_bodies, same_head
from wiki.projections.pagespan import head_text
from wiki.projections.versions import PageVersions

from .world import ADMIN, World, page


def test_bodies_are_told_and_heads_are_not_passed_over(world: World) -> None:
    start = world.write({"a.md": page("un", title="A"), "b.md": "# B\n\nun\n"})
    first = world.write({"a.md": page("deux", title="A"), "plan.txt": "x"})
    second = world.write({"a.md": page("trois", title="A"), "b.md": "# B\n\ndeux\n"})
    told = changed_bodies(world.repository, start, second)
    assert told is not None
    assert set(told.files) == {"a.md", "b.md"}
    assert told.has("a")
    assert not told.has("plan")
    # The texts at both ends, whatever was between them and however it was found.
    texts = b"".join(told.texts(world.repository) or [])
    assert [word in texts for word in (b"un", b"trois", b"deux", "zéro".encode())] == [
        True,
        True,
        True,
        False,
    ]
    assert told.texts(world.repository, but="b") == [
        page(word, title="A").encode() for word in ("un", "trois")
    ]
    assert not changed_bodies(world.repository, start, first).has("b")  # type: ignore[union-attr]
    for files in (
        {"a.md": page("trois", title="Autre")},
        {"b.md": None},
        {"c.md": "# C\n"},
        {"b/index.md": "# B\n"},
    ):
        head = world.write(files)
        assert changed_bodies(world.repository, second, head) is None
        assert changed_bodies(world.repository, start, head) is None
        second = head
    assert changed_bodies(world.repository, "0" * 40, second) is None


def test_what_is_known_of_one_commit_is_gone_on_with(world: World) -> None:
    start = world.write({f"p{n}.md": f"# P\n\nmot{n}\n" for n in range(4)})
    for turn in range(3):
        for n in range(4):
            head = world.write({f"p{n}.md": f"# P\n\nmot{n} tour{turn}\n"})
            told = changed_bodies(world.repository, start, head)
            assert told is not None
            now = dict(world.repository.files(head))
            then = dict(world.repository.files(start))
            assert {file: body[1:] for file, body in told.files.items()} == {
                file: (then[file], now[file]) for file in now if now[file] != then[file]
            }


def test_who_goes_by_heads_waits_for_them_alone(world: World) -> None:
    world.write({"a.md": page("un", title="A"), "b.md": "# B\n"})
    versions = PageVersions(world.projections)
    assert world.catalogue.paths(ADMIN) == ["a", "b"]
    with world.projections.pinned("by heads", by_heads=True):
        then = versions.now()
    body = world.write({"b.md": "# B, plus loin\n"})
    with world.projections.pinned("by heads", by_heads=True) as pin:
        assert world.catalogue.titles(["a", "b"], ADMIN) == {"a": "A", "b": "B"}
        assert pin.commit == body
        assert pin.late
        # It is no state that anything may be kept for, or found at.
        assert versions.now() is None
        assert versions.stands(then, {"file:a.md"}) is None
    assert world.projections.behind("catalogue")
    with world.projections.pinned("others"):
        assert world.catalogue.titles(["b"], ADMIN) == {"b": "B, plus loin"}
    world.write({"a.md": page("un", title="Un autre"), "b.md": "# Encore\n"})
    with world.projections.pinned("by heads", by_heads=True) as pin:
        assert world.catalogue.titles(["a", "b"], ADMIN) == {"a": "Un autre", "b": "Encore"}
        assert not pin.late


heads = st.sampled_from(
    ["", "---\n---\n", "---\na: 1\n---\n", "---\na: 2\n---\n", "---\na: 1\n--- \n", "---\na: 1\n"]
)
bodies = st.sampled_from(["", "\n", "un\n", "un\n---\ndeux\n", "---\nb: 1\n---\n", "a: 1\n---\n"])


@given(st.tuples(heads, bodies), st.tuples(heads, bodies))
def test_heads_are_alike_as_they_are_read(one: tuple[str, str], two: tuple[str, str]) -> None:
    texts = ["".join(one), "".join(two)]
    alike = head_text(texts[0]) == head_text(texts[1])
    assert same_head(*(text.encode() for text in texts)) is alike
