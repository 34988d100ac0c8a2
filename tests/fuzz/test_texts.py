"""Texts of any kind: read, shown, found, merged and changed without a fault, and not lost."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.rendering.judge import faults
from wiki.errors import WikiError
from wiki.merging.merge import MergedLines, merge
from wiki.pages.head.changes import edit_head
from wiki.pages.head.frontmatter import read_head
from wiki.pages.page import Page
from wiki.projections.searching.question import read_question
from wiki.reading.html import render_body
from wiki.reading.lists import search_pages
from wiki.rendering.sanitize import clean
from wiki.testing import Place

from .material import TIMES, fuzzed, texts, words
from .quiet import quiet

if TYPE_CHECKING:
    from wiki.instance import Instance

ROOT = Path(__file__).parents[2]
#: what is shown in tests, what a new wiki begins with, and what was kept
WHOLE = [
    *(path.read_bytes() for path in sorted(ROOT.glob("plugins/*/tests/blocks.md"))),
    *(path.read_bytes() for path in sorted((ROOT / "content").rglob("*.md"))),
    (ROOT / "tests/pages/blocks.md").read_bytes(),
]
_WORD = re.compile(r"\w+")
_BLOCK = re.compile(rb"^::: .*?^:::$", re.M | re.S)
#: blocks by themselves are spoilt at more of their places
TEXTS = sorted({*WHOLE, *(found for text in WHOLE for found in _BLOCK.findall(text))})
NAMES = sorted(
    {name.decode() for text in WHOLE for name in re.findall(rb"^::: *(\S+)", text, re.M)}
)
KEYS = sorted({name.decode() for text in WHOLE for name in re.findall(rb"^([a-z_]+):", text, re.M)})
PIECES = [
    *(f"::: {name}\n" for name in NAMES),
    *(f"::: {name} limit:{'9' * 5000} x:y..z\n" for name in NAMES),
    *(f"{key}: " for key in KEYS),
    "---\n",
    "- [ ] ",
    "- 2027-03-01 ",
    "{#b-aaaaaaaa}",
    " #",
    " @",
    " avant:",
    " vu:",
    " dispo:",
    "\n:::\n",
    "[[",
    "]]",
    "{{",
    "}}",
    "](",
    "```",
    "|-|\n",
    "[^1]",
]
#: lists, feeds and files that read all pages
READERS = (
    "/",
    "/projets/un",
    "/-/search?q=eau",
    "/-/search.atom?q=eau",
    "/-/needs",
    "/-/projects",
    "/-/people",
    "/-/changes",
    "/-/changes.atom",
    "/-/catalogue",
    "/-/catalogue.csv",
    "/-/territories",
    "/-/relations",
    "/-/figures",
    "/-/history/projets/un",
    "/sitemap.xml",
    "/-/api/v1/pages",
    "/-/api/v1/needs",
    "/-/api/v1/pages/projets/un?include=html",
    "/-/events",
    "/-/suggest?q=e",
    "/-/edit/projets/un",
    "/-/settings/projets/un",
)
_TYPES = ("project", "person", "organisation", "event", "dossier", "programme", "")


@pytest.fixture(scope="module")
def place(shared_wiki: "tuple[Instance, Flask]") -> Iterator[Place]:
    """A wiki with the starter pages, and an administrator."""
    made = Place(*shared_wiki)
    files = {
        str(path.relative_to(ROOT / "content")): path.read_text("utf-8")
        for path in sorted((ROOT / "content").rglob("*.md"))
    }
    made.write(files)
    made.person("Admin", "admin", "personnes/un")
    yield made


@fuzzed(20)
@given(texts(TEXTS, PIECES))
def test_any_text_is_shown_as_html_that_the_gate_leaves_alone(place: Place, text: str) -> None:
    reader = place.reader("admin")
    page = Page("projets/un", "projets/un.md", text.encode("utf-8", "replace").decode())
    with quiet():
        made = render_body(reader, page, editing=True)
    assert faults(made.html) == []
    assert clean(made.html) == made.html


@fuzzed(1)
@given(st.lists(st.tuples(st.sampled_from(_TYPES), texts(TEXTS, PIECES)), min_size=3, max_size=3))
def test_any_pages_are_read_by_all_that_reads_pages(
    place: Place, pages: list[tuple[str, str]]
) -> None:
    names = ("projets/un.md", "deux.md", "personnes/un.md")
    files: dict[str, str | None] = {
        name: (f"---\ntype: {kind}\ntitle: Eau\n---\n{text}" if kind else text)
        for name, (kind, text) in zip(names, pages, strict=True)
    }
    place.write(
        {
            name: text.encode("utf-8", "replace").decode() if text else text
            for name, text in files.items()
        }
    )
    with quiet():
        for url in READERS:
            for who in ("admin", "") if TIMES else ("admin",):
                answer = place.client(who).get(url)
                assert answer.status_code < 500, (url, answer.get_data(as_text=True)[-2000:])


heads = st.dictionaries(
    st.one_of(st.sampled_from(KEYS), st.from_regex(r"[a-zé]\w{0,5}", fullmatch=True)),
    st.one_of(words(), st.none(), st.lists(words(), max_size=3)),
    max_size=4,
)


@fuzzed(60)
@given(texts(TEXTS, PIECES), heads)
def test_any_head_is_changed_as_asked_or_left_alone(text: str, changes: dict[str, object]) -> None:
    before = read_head(text)
    assert text.endswith(before.body)
    try:
        changed = edit_head(text, changes)
    except WikiError as refused:
        assert refused.words
        return
    after = read_head(changed)
    assert after.body == before.body
    wanted = {key.casefold(): value for key, value in before.head.items()}
    for key, value in changes.items():
        wanted.pop(key.casefold(), None)
        if value is not None:
            wanted[key.casefold()] = tuple(value) if isinstance(value, list) else str(value)
    assert {key.casefold(): value for key, value in after.head.items()} == wanted


@fuzzed(25)
@given(st.data())
def test_any_texts_are_merged_and_no_line_is_lost(data: st.DataObject) -> None:
    base = data.draw(texts(TEXTS, PIECES))
    sides = texts([base.encode("utf-8", "surrogateescape")], PIECES)
    mine, theirs = data.draw(sides), data.draw(sides)
    merged = merge(base, mine, theirs)
    for text, name in ((mine, "mine"), (theirs, "theirs")):
        lines: list[str] = []
        for piece in merged.pieces:
            lines += piece.lines if isinstance(piece, MergedLines) else getattr(piece, name)
        # By their words: a line that both changed at different places is of neither.
        own = set(_WORD.findall(text)) - set(_WORD.findall(base))
        assert own <= set(_WORD.findall("\n".join(lines)))
    assert merge(base, theirs, mine).text == merged.text


@fuzzed(25)
@given(
    st.lists(words("eau", "type:project", "-theme:eau", '"à la ferme"', "titre:lora"), max_size=6)
)
def test_any_question_is_answered(place: Place, asked: list[str]) -> None:
    question = " ".join(asked)
    assert read_question(question) == read_question(question)
    with quiet():
        found = search_pages(place.reader(), question, {}, 5)
    assert found.total >= len(found.hits)
    for hit in found.hits:
        assert faults(str(hit.snippet_html)) == []
