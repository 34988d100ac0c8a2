"""From DokuWiki's syntax to Markdown: what each form becomes; any text is read, no word is lost."""

import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.imports.places import Places
from wiki.imports.words.records import headed
from wiki.pages.document import read_document
from wiki.pages.head.frontmatter import read_head

_CASE = re.compile(
    r"^## (?P<name>[^\n]+)\n\n````dokuwiki\n(?P<text>.*?)\n````\n\n"
    r"````markdown\n(?P<markdown>.*?)\n````\n"
    r"(?:\n(?P<losses>(?:> [^\n]+\n)+))?",
    re.M | re.S,
)
_CASES = list(_CASE.finditer((Path(__file__).parent / "forms.md").read_text()))


def site_of(site: ModuleType, settings: ModuleType) -> Any:
    """A small site with a few pages and files."""
    names = site.Names(settings.Settings(), Places())
    pages = ["start", "projets:start", "projets:lora", "projets:serre", "ete", "user:awa"]
    names.settle(pages, ["projets:plan.png", "plan.png", "projets:notice.pdf"])
    return names


@pytest.fixture(scope="module", name="parts")
def _parts(_plugins_found_once: Callable[[], object]) -> dict[str, Any]:
    _plugins_found_once()
    own = "wiki_plugins.dokuwiki"
    site = site_of(import_module(f"{own}.site"), import_module(f"{own}.settings"))
    return {"site": site, "convert": import_module(f"{own}.syntax.pages").convert}


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["name"])
def test_a_form(case: re.Match[str], parts: dict[str, Any]) -> None:
    made = parts["convert"](case["text"], parts["site"], "projets:lora")
    assert made.body == case["markdown"]
    told = [line.removeprefix("> ") for line in (case["losses"] or "").splitlines()]
    assert list(dict.fromkeys(loss.what for loss in made.losses)) == told


def test_what_a_text_says_of_its_page(parts: dict[str, Any]) -> None:
    text = (
        '====== LoRa ======\n{{tag>iot "deux mots"}}\n---- dataentry projet ----\n'
        "Nom : LoRa\npar_pages: a # qui\npar_pages: b\n----\n~~META:title=Autre~~\n"
    )
    made = parts["convert"](text, parts["site"], "a")
    assert (made.title, made.themes, made.kind) == ("Autre", ("iot", "deux mots"), "projet")
    assert made.fields == {"Nom": "LoRa", "par": "a, b"}
    assert made.body == "# LoRa"
    assert parts["convert"]("a\n==== b ====", parts["site"], "a").title == "b"


_SIGNS = (
    *("**", "//", "__", "''", "<del>", "</del>", "<sub>", "</sub>", "<sup>", "</sup>", "((", "))"),
    *("\n", "\n\n", "\n  * ", "\n    - ", "\n  ", "\n> ", "\n>> ", "\n^ ", "\n| ", " | ", " ^ "),
    *("|", "||", ":::", "\\\\ ", "\n====== ", " ======", "\n== ", " ==", "\n----\n", " ", "  "),
    *("<code>", "<code php a.php>", "</code>", "<file>", "</file>", "<nowiki>", "</nowiki>", "%%"),
    *("<html>", "</html>", "<WRAP info>", "<WRAP>", "</WRAP>", "<note>", "</note>", "<wrap em>"),
    *("`", "```", "*", "_", "#", "\\", "[", "]", "<", ">", "&amp;", "~~", "::: x", "$", "=", "-"),
    *("8-)", "->", "640x480", "FIXME", "<b>", "</wrap>", "\x7f0\x7f", "{{", "}}", "[[", "]]"),
)
_FORMS = ("[[{}]]", "[[:{}|{}]]", "{{{{{}.png?20|{}}}}}", "(({}))", "<code>\n{}\n</code>", "%%{}%%")
_WORDS = st.integers(1, 10**6).map(lambda number: f"mot{number}")
_PIECES = st.one_of(
    st.sampled_from(_SIGNS),
    _WORDS,
    st.tuples(st.sampled_from(_FORMS), _WORDS, _WORDS).map(lambda one: one[0].format(*one[1:])),
)


@given(text=st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=50).map("".join))
def test_any_text_is_read(text: str, parts: dict[str, Any]) -> None:
    """Whatever stands there: a text comes of it, that the wiki reads in its turn."""
    made = parts["convert"](text, parts["site"], "projets:lora")
    whole = headed(made.body, made.title or "Page", made.themes, dict(made.fields), "2026-03-01")
    assert not read_head(whole).head.broken
    assert "\x7f" not in made.body + "".join(loss.detail for loss in made.losses)
    read_document(whole)


@given(pieces=st.lists(_PIECES, max_size=40))
def test_every_word_is_kept(pieces: list[str], parts: dict[str, Any]) -> None:
    text = " ".join(pieces)
    made = parts["convert"](text, parts["site"], "projets:lora")
    kept = f"{made.title}\n{made.body}\n{made.fields}"
    assert set(re.findall(r"mot\d+", text)) <= set(re.findall(r"mot\d+", kept))


@given(words=st.lists(_WORDS, min_size=1, max_size=30))
def test_plain_words_stay_as_they_are(words: list[str], parts: dict[str, Any]) -> None:
    text = "\n\n".join(" ".join(words[at : at + 5]) for at in range(0, len(words), 5))
    once = parts["convert"](text, parts["site"], "a").body
    assert once == text
    assert parts["convert"](once, parts["site"], "a").body == once


@pytest.mark.parametrize(
    "text",
    [
        "((" * 10_000,
        "[[" * 10_000,
        "{{" * 10_000,
        "<WRAP>" * 5_000 + "</WRAP>" * 5_000,
        "<code>" * 5_000,
        "%%" * 10_001,
        "**//__''" * 5_000,
        "<sub>" * 3_000 + "</sub>" * 3_000,
        "| a " * 10_000,
        "\n  * a" * 5_000,
        "\n" + "=" * 30_000,
        "---- dataentry a ----\n" * 2_000,
        "https://a.example/" * 3_000,
        "~~A" * 10_000,
    ],
    ids=lambda text: f"{text[:12]}…".replace("\n", " "),
)
def test_work_grows_with_the_length_alone(text: str, parts: dict[str, Any]) -> None:
    """However a text is nested, each of its characters costs some calls and no more."""
    convert, calls = parts["convert"], 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        convert(text, parts["site"], "Page")
    finally:
        sys.setprofile(before)
    assert calls <= 100 * len(text) + 10_000
