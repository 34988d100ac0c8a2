"""Front matter: read without ever raising, changed without touching what is not changed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wiki.errors import BadField
from wiki.pages.document import read_document
from wiki.pages.head.changes import edit_head
from wiki.pages.head.frontmatter import Head, link_target, read_head

TEXT = """---
type: project   # the type
title: "LoRa: à la ferme"
themes: # what it is about
  # the first
  - objets connectés # x
  - 'agri: culture'
team:
- "[[personnes/awa]]"
notes: |
  one
  two

flow: [a, b]
empty:
---
# Body
"""


def kinds(text: str) -> list[str]:
    return [problem.kind for problem in read_head(text).problems]


def test_values_are_read_as_the_words_that_stand_there() -> None:
    head, body, line, problems = read_head(TEXT)
    assert (body, line, problems) == ("# Body\n", 16, [])
    assert head.text("title") == "LoRa: à la ferme"
    assert head.words("themes") == ("objets connectés", "agri: culture")
    assert head.links("team") == ("personnes/awa",)
    assert head.text("empty", "none") == "none"
    assert head["empty"] is None
    assert head.lines["team"] == 7
    assert list(head)[:2] == ["type", "title"]
    plain = read_head("---\nstarts: 2026-13-45\nn: 0x1F\nb: no\n---\n").head
    assert [plain.text(key) for key in plain] == ["2026-13-45", "0x1F", "no"]


def test_lists_are_read_however_they_are_written() -> None:
    head = read_head("---\na: x, y, x\nb: [[p/a]]\nc:\n  - [[p/b|B]]\nd: {e: f}\n---\n").head
    assert head.words("a") == ("x", "y")
    assert head.links("b") == ("p/a",)
    assert head.links("c") == ("p/b",)
    assert head.words("d") == ()
    assert head.text("c") == ""
    assert "A" in head


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# a\n",
        "---\n",
        "---\n---\n",
        "---\n\ntext\n---\n",
        "----\na: b\n---\n",
        " ---\na: b\n---",
    ],
)
def test_markdown_that_begins_with_a_line_is_no_front_matter(text: str) -> None:
    assert read_head(text) == (read_head("").head, text, 0, [])


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        ("a: &x b\nc: *x", 1),
        ("a: !!python/object:os.system x", 1),
        ("team: b: c", 1),
        ("ok: 1\nteam: [1", 2),
        ("visibility: " + "[" * 30, 1),
        ("visibility:\n  b: 1\n  b: 2", 3),
        ("a: b\x00", 1),
        ("a: \ud800", 1),
        ("a: |\n" + " x\n" * 30_000, 1),
        ("a: b\n...\nc: d", 2),
        ("- a\nb: c", 1),
    ],
)
def test_what_is_not_of_the_subset_breaks_the_head_and_says_where(yaml: str, line: int) -> None:
    reading = read_head(f"---\n{yaml}\n---\nbody")
    assert reading.head.broken
    assert reading.body == "body"
    assert len(reading.head) == 0
    assert [problem.kind for problem in reading.problems] == ["bad-front-matter"]
    assert line <= reading.problems[0].line <= line + 1


def test_a_head_that_is_never_closed_is_broken_and_hides_nothing() -> None:
    reading = read_head("---\nvisibility: team\n\nSecret")
    assert reading.head.broken
    assert reading.body_line == 0
    assert "Secret" in reading.body
    assert kinds("---\nvisibility: team\n") == ["unclosed-front-matter"]


def test_a_key_that_stands_twice_is_doubtful_in_any_case() -> None:
    reading = read_head("---\nvisibility: team\nVisibility: public\n---\n")
    assert reading.head.doubtful == {"visibility": ("public",)}
    assert reading.head.text("visibility") == "team"
    assert [(problem.kind, problem.line) for problem in reading.problems] == [("duplicate-key", 2)]


@given(st.text() | st.text("---\n: ab#'\"[]{}&*!|>?-, \t\r").map("---\n{}\n---\n".format))
def test_reading_never_raises_and_loses_nothing(text: str) -> None:
    reading = read_head(text)
    assert text.endswith(reading.body)
    assert text[: len(text) - len(reading.body)].count("\n") in (
        reading.body_line,
        reading.body_line - 1,
    )


def test_a_change_touches_nothing_else() -> None:
    changed = edit_head(
        TEXT,
        {
            "type": "event",
            "themes": ["agri: culture", "objets connectés", "neuf"],
            "team": ["[[personnes/awa]]", "[[personnes/marc]]"],
            "notes": "one",
            "flow": ["b", "c, d"],
            "empty": "no more",
            "new": ["x"],
        },
    )
    assert changed == (
        '---\ntype: event   # the type\ntitle: "LoRa: à la ferme"\nthemes: # what it is about\n'
        "  - 'agri: culture'\n  # the first\n  - objets connectés # x\n  - neuf\n"
        'team:\n- "[[personnes/awa]]"\n- "[[personnes/marc]]"\nnotes: one\n\nflow: [b, "c, d"]\n'
        "empty: no more\nnew:\n  - x\n---\n# Body\n"
    )


def test_a_key_is_deleted_with_its_lines() -> None:
    deleted = edit_head(TEXT, {"themes": None, "notes": None, "absent": None, "TEAM": None})
    assert deleted == (
        '---\ntype: project   # the type\ntitle: "LoRa: à la ferme"\n\nflow: [a, b]\nempty:\n'
        "---\n# Body\n"
    )


def test_with_its_last_key_a_head_goes() -> None:
    assert edit_head("---\na: 1\n---\n# A\n", {"a": None}) == "# A\n"
    below = "---\na: 1\n---\n---\nteam: x\n---\n"  # what stands below becomes no head
    assert not read_head(edit_head(below, {"a": None})).head


def test_a_head_is_made_where_there_is_none() -> None:
    assert edit_head("# A\n", {"title": "A"}) == "---\ntitle: A\n---\n# A\n"
    assert edit_head("# A\n", {"title": None}) == "# A\n"
    assert edit_head("\ufeff# A\n", {"a": "b"}) == "\ufeff---\na: b\n---\n# A\n"


def test_a_broken_head_is_not_changed() -> None:
    for text in ("---\nteam: [\n---\n", "---\nteam: b\n", "---\na: &x b\n---\n"):
        with pytest.raises(BadField):
            edit_head(text, {"title": "x"})


def test_no_change_changes_nothing() -> None:
    assert edit_head(TEXT, {}) == TEXT
    assert edit_head(TEXT, {"type": "project"}) == TEXT


keys = st.from_regex(r"\A[a-z][a-z_-]{0,8}\Z")
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
heads = st.dictionaries(keys, values | st.lists(values, max_size=4).map(tuple), max_size=6)


@given(heads, heads, values)
@example({"a": ""}, {}, "\ufeff")
@example({}, {"a": ""}, "\ufeffText")
def test_what_is_written_is_read_again(
    before: dict[str, object], after: dict[str, object], body: str
) -> None:
    text = edit_head(body, before)
    assert dict(read_head(text).head) == before if before else text == body
    changed = read_head(edit_head(text, after))
    assert dict(changed.head) == {**before, **after}
    # A byte order mark stays at the head of the file, before the front matter.
    assert changed.body == body.removeprefix("\ufeff")
    assert edit_head(text, after).startswith("\ufeff") == body.startswith("\ufeff")


def test_a_byte_order_mark_hides_no_heading() -> None:
    assert read_document("\ufeff# Titre\n").headings[0].text == "Titre"
    assert read_head("\ufeff---\na: b\n---\n\ufeffc").body == "\ufeffc"


@pytest.mark.parametrize(
    ("value", "written"),
    [("yes", '"yes"'), ("2026-03-01", "2026-03-01"), (2, "2"), (True, "true"), ("a: b", '"a: b"')],
)
def test_a_value_is_written_as_people_would(value: object, written: str) -> None:
    assert edit_head("", {"k": value}) == f"---\nk: {written}\n---\n"


@pytest.mark.parametrize(
    ("word", "target"),
    [("[[a/b]]", "a/b"), ("[[a#h|t]]", "a"), (" a ", "a"), ("/a/", "a"), ("[[]]", "")],
)
def test_a_link_in_a_head(word: str, target: str) -> None:
    assert link_target(word) == target


def test_a_head_is_a_mapping() -> None:
    head = Head({"A": "b"})
    assert (head.get("a"), len(head), head.get("c")) == ("b", 1, None)
