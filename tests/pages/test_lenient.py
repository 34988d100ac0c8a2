"""Heads that YAML refuses: read where nothing in them could say who reads the page, else closed."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wiki.errors import BadField
from wiki.pages.access import ADMINS, access
from wiki.pages.head.changes import edit_head, key_lines, plain_head
from wiki.pages.head.frontmatter import Head, read_head
from wiki.pages.head.yaml_subset import Refused, read_keys
from wiki.projections.pagespan import head_of

#: as Wiki.js writes them, which puts no quotes around a title
WIKI_JS = """---
title: Guide: what is a board
description: It's "new", 100% tested @home *soon*
published: true
date: 2025-10-15T10:50:34.915Z
tags:
editor: markdown
dateCreated: 2021-04-20T11:08:57.551Z
---

# Guide
"""


def group(text: str) -> str:
    return access("a", [("index", Head()), ("a", head_of(text))]).group


def read(lines: str) -> Head:
    return read_head(f"---\n{lines}\n---\nbody").head


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_title_with_a_colon_hides_nothing_and_is_told(ends: str, mark: str) -> None:
    text = mark + WIKI_JS.replace("\n", ends)
    head, body, _line, problems = read_head(text)
    assert (group(text), head.lenient, head.broken) == ("public", True, False)
    assert head.text("title") == "Guide: what is a board"
    assert head.text("description") == 'It\'s "new", 100% tested @home *soon*'
    assert head["tags"] is None
    assert body.strip() == "# Guide"
    assert [(one.kind, one.line) for one in problems] == [
        ("lenient-front-matter", 1),
    ]


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        ("title: a: b", {"title": "a: b"}),
        ("title: @home", {"title": "@home"}),
        ("title: *Star", {"title": "*Star"}),
        ("title: %done", {"title": "%done"}),
        ("title: `code`", {"title": "`code`"}),
        ('title: "Foo" bar', {"title": '"Foo" bar'}),
        ("title: Foo [draft: 1", {"title": "Foo [draft: 1"}),
        ("tags:\n\t- a\n\t- b", {"tags": ("a", "b")}),
        ("tags: [a: b: c, 'd']\nx: y: z", {"tags": ("a: b: c", "d"), "x": "y: z"}),
        ("title: x: y\ntags:\n  - a # b\n  - c", {"title": "x: y", "tags": ("a", "c")}),
        ("summary: one: two\n  three\n\nlang: en", {"summary": "one: two three", "lang": "en"}),
        ("a: b: c\nA: d", {"a": "b: c"}),
        ("# first\ntitle: x: y # z", {"title": "x: y # z"}),
        ("meta:\n  b: 1\n  b: 2\ntitle: t", {"meta": "b: 1 b: 2", "title": "t"}),
        ("a: !x b", {"a": "!x b"}),
        ("title: a: b\n'type' : person", {"title": "a: b", "type": "person"}),
        ("ok: 1\na: [1", {"ok": "1", "a": "[1"}),
    ],
)
def test_what_is_read_line_by_line(lines: str, values: dict[str, object]) -> None:
    if lines.startswith("title: Foo [draft"):
        assert read(lines).broken  # “draft:” may be a key
        return
    head = read(lines)
    assert (dict(head), head.lenient) == (values, True)
    mended = plain_head(f"---\n{lines}\n---\nbody")
    again = read_head(mended)
    assert (dict(again.head), again.head.lenient, again.problems) == (values, False, [])
    assert again.body == "body"
    assert dict(read_head(edit_head(f"---\n{lines}\n---\nbody", {"new": "x"})).head) == {
        **values,
        "new": "x",
    }
    assert [key for key, _lines in key_lines(mended)] == [key.casefold() for key in values]


def test_mending_leaves_every_other_line_alone() -> None:
    assert plain_head(WIKI_JS) == WIKI_JS.replace(
        "title: Guide: what is a board", 'title: "Guide: what is a board"'
    )


@pytest.mark.parametrize(
    "lines",
    [
        "title: a: b\nvisibility: team",
        "title: a: b\nVisibility : team",
        "title: a: b\n'visibility': team",
        'title: a: b\n"visibility": team',
        'title: a: b\n"vi\\x73ibility": team',
        'title: a: b\n"vi\\u0073ibility": team',
        "title: a: b\nvi\u017fibility: team",
        "title: a: b\nvisi\u200bbility: team",
        "title: a: b\n\uff56isibility: team",
        "title: a: b\nvisibilité: équipe",
        "title: a: b\nVISIBILITÉ: équipe",
        "title: a: b\n? visibility\n: team",
        "title: a: b\nmeta:\n  visibility: team",
        "title: a: b\nmeta: {visibility: team}",
        "title: a: b\n  visibility: team",
        "title: a: b\n# visibility: team",
        "title: a: b\nbase: &b\n  x: y\n<<: *b",
        "title: a: b\nk: &k visible\n*k : team",
        "title: a: b\nteam: [p/a]",
        "title: a: b\nÉquipe: Awa",
        "title: a: b\neditors: team",
        "title: a: b\naccès: membres",
        "title: a: b\nisPrivate: true",
        "title: a: b\npublished: false",
        "title: a: b\npublished: no",
        "title: a: b\ndraft: true",
        "title: a: b\ngroups: [x]",
        "title: a: b\ntype: person: x",
        "title: a: b\ntype: person\nTYPE: page",
        "{visibility: team",
        "- a\nb: c",
        "a: b\n...\nc: d",
        "a: !!python/object:os.system x",
        "a: b\x00: c",
    ],
)
def test_what_could_say_who_reads_stays_closed(lines: str) -> None:
    text = f"---\n{lines}\n---\nbody"
    assert (read_head(text).head.broken, group(text)) == (True, ADMINS)
    with pytest.raises(BadField):
        edit_head(text, {"title": "x"})
    assert plain_head(text) == text


WORDS = ["visibility", "team", "editors", "visibilité", "équipe", "private", "published", "accès"]
slips = st.sampled_from(["title: a: b", "title: @x", "x:\n\t- y", "a: [", "t: 'x' y"])
case = st.sampled_from([str.lower, str.upper, str.title, str.swapcase])
forms = st.sampled_from(
    ["{}: team", "'{}': x", '"{}" : x', "  {}: x", "m: {{{}: x}}", "m:\n  - {}: x", "? {}\n: x"]
)
around = st.lists(
    st.from_regex(r"\A[a-z]{1,6}: [a-z:@ ]{0,9}\Z") | st.just("") | st.just("# note"), max_size=3
)


@given(slips, st.sampled_from(WORDS), case, forms, around, around, st.booleans())
def test_no_reading_is_wider_where_a_word_of_rights_stands(
    slip: str, word: str, cased: object, form: str, above: list[str], below: list[str], apart: bool
) -> None:
    assert callable(cased)
    written = form.format(cased(word))
    written = unicodedata.normalize("NFD", written) if apart else written
    lines = "\n".join([slip, *above, written, *below])
    text = f"---\n{lines}\n---\nbody"
    head = read_head(text).head
    assert head.broken or not head.lenient
    if not _is_yaml(lines):
        assert group(text) == ADMINS


def _is_yaml(lines: str) -> bool:
    try:
        read_keys(lines)
    except Refused:
        return False
    return True


@given(st.lists(st.text("ab:-#'\"[]{}&*!|>?@% \t", max_size=12), max_size=6).map("\n".join))
@example("a: b: c\nb: |\n  x\n\n  y")
@example("a: 'x\nb: y'")
def test_mended_heads_say_the_same(lines: str) -> None:
    text = f"---\n{lines}\n---\nbody"
    head = read_head(text).head
    if head.lenient:
        again = read_head(plain_head(text))
        assert (dict(again.head), again.body) == (dict(head), "body")
        assert not (again.head.lenient or again.head.broken or again.head.doubtful)


def test_a_head_of_toml_is_read_and_mended() -> None:
    text = (
        '+++\ntitle = "A: b"\ndate = 2024-01-02\ntags = ["x", "z"]\n[extra]\nn = 1\n+++\n# Body\n'
    )
    head, body, line, problems = read_head(text)
    assert dict(head) == {
        "title": "A: b",
        "date": "2024-01-02",
        "tags": ("x", "z"),
        "extra": "n: 1",
    }
    assert (body, line, [one.kind for one in problems]) == (
        "# Body\n",
        7,
        ["lenient-front-matter"],
    )
    assert plain_head(text) == (
        '---\ntitle: "A: b"\ndate: 2024-01-02\ntags:\n  - x\n  - z\nextra: "n: 1"\n---\n# Body\n'
    )
    assert edit_head(text, {"title": None}).startswith("---\ndate: 2024-01-02\n")
    for closed in ('visibility = "team"', '[team]\nx = "y"', 'x = "\\u0074eam"', "a = ", "x = {"):
        assert group(f"+++\n{closed}\n+++\n") == ADMINS
    assert read_head("+++\nwords\n+++\n").body == "+++\nwords\n+++\n"


def test_a_line_above_a_text_with_a_colon_is_a_line() -> None:
    text = "---\nNote: read this first\n\nThe rest.\n"
    assert (group(text), read_head(text).body) == ("public", text)
    assert group("---\nNote: x\n\nteam: y\n") == ADMINS
    # Of what no head could be, nobody looks for words.
    assert group("---\nNote: x\n\n" + "y\n" * 40_000) == ADMINS


def test_other_software_would_hide_it_and_its_writers_are_told() -> None:
    told = read_head(
        "---\ntitle: x\npublished: false\nisPrivate: true\ndraft: false\n---\n"
    ).problems
    assert [(one.kind, one.line) for one in told] == [("hides-nothing", 2), ("hides-nothing", 3)]
