"""From wikitext to Markdown: what each form becomes, and that any text is read, in bounded work."""

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
    r"^## (?P<name>[^\n]+)\n\n````wikitext\n(?P<wikitext>.*?)\n````\n\n"
    r"````markdown\n(?P<markdown>.*?)\n````\n"
    r"(?:\n(?P<losses>(?:> [^\n]+\n)+))?",
    re.M | re.S,
)
_CASES = list(_CASE.finditer((Path(__file__).parent / "forms.md").read_text()))
_TEMPLATES = {
    "Note": "<noinclude>Aide</noinclude>'''Note :''' {{{1}}} ({{{suite|rien}}})",
    "Boucle": "{{Boucle}}",
    "Double": "{{{1}}}{{{1}}}",
    "Lien": "[[a|{{{1}}}{{{1}}}]]",
}


@pytest.fixture(name="site")
def _site(plugin_module: Callable[[str], Any]) -> Any:
    return site_of(plugin_module("titles"), plugin_module("wikitext.reader"))


def site_of(titles: ModuleType, reader: ModuleType) -> Any:
    """A small site with a few templates and a picture."""
    spaces = {6: "Fichier", 10: "Modèle", 12: "Aide", 14: "Catégorie"}
    site = titles.Titles("Essai", "https://essai.example/wiki/Accueil", spaces, Places())
    for name, text in _TEMPLATES.items():
        site.add_template(f"Template:{name}", reader.read_wikitext(text))
    site.add_file("Photo.png")
    return site


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["name"])
def test_a_form(case: re.Match[str], site: Any, plugin_module: Callable[[str], Any]) -> None:
    made = plugin_module("wikitext.pages").convert(case["wikitext"], site, "Page")
    assert made.body == case["markdown"]
    told = [line.removeprefix("> ") for line in (case["losses"] or "").splitlines()]
    assert list(dict.fromkeys(loss.what for loss in made.losses)) == told


_PIECES = st.sampled_from(
    [
        *(
            "{{",
            "}}",
            "{{{",
            "}}}",
            "[[",
            "]]",
            "|",
            "=",
            "\n",
            "'''",
            "''",
            "*",
            "#",
            ":",
            ";",
            " ",
        ),
        *("{|", "|}", "|-", "||", "!!", "!", "<ref>", "</ref>", "<nowiki>", "</nowiki>", "<!--"),
        *("-->", "<b>", "</b>", "<ul><li>", "</li></ul>", "<table>", "</table>", "<gallery>", "a"),
        *(
            "</gallery>",
            "==",
            "{{Double|",
            "{{Lien|",
            "{{Boucle}}",
            "{{Note|",
            "[https://a.fr ",
            "]",
        ),
        *("Fichier:Photo.png|thumb", "<blockquote>", "</blockquote>", "\x7f0\x7f", "&#99999999;"),
        *(
            "#REDIRECT [[",
            "{{#if:",
            "{{#switch:",
            "<code>",
            "</code>",
            "<sup>2",
            "`",
            "\\",
            "::: x",
        ),
    ]
)


@pytest.fixture(scope="module", name="parts")
def _parts(_plugins_found_once: Callable[[], object]) -> dict[str, Any]:
    _plugins_found_once()
    own = "wiki_plugins.mediawiki"
    site = site_of(import_module(f"{own}.titles"), import_module(f"{own}.wikitext.reader"))
    pages = import_module(f"{own}.wikitext.pages")
    return {"site": site, "pages": pages}


@given(text=st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=60).map("".join))
def test_any_text_is_read(text: str, parts: dict[str, Any]) -> None:
    """Whatever stands there: a text comes of it, that the wiki reads in its turn."""
    made = parts["pages"].convert(text, parts["site"], "Page")
    whole = headed(made.body, "Page", made.categories, made.box, "2026-03-01")
    assert not read_head(whole).head.broken
    assert "\x7f" not in made.body + "".join(loss.detail for loss in made.losses)
    read_document(whole)


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 10_000,
        "{{a|" * 5_000 + "}}" * 5_000,
        "[[a|" * 5_000 + "]]" * 5_000,
        "{|\n|-\n|\n" * 3_000 + "\n|}" * 3_000,
        "{{a|[[b|{{{c|" * 3_000,
        "{{Double|" * 30 + "x" + "}}" * 30,
        "{{Lien|" * 30 + "x" + "}}" * 30,
        "x<!-- -->" * 5_000,
        "<blockquote>\n" * 3_000,
        "[http://a b" * 5_000,
        "'''a ''b" * 5_000,
        "*" * 50_000,
    ],
    ids=lambda text: f"{text[:12]}…".replace("\n", " "),
)
def test_work_grows_with_the_length_alone(
    text: str, site: Any, plugin_module: Callable[[str], Any]
) -> None:
    """However a text is nested, each of its characters costs some calls and no more."""
    convert, calls = plugin_module("wikitext.pages").convert, 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        convert(text, site, "Page")
    finally:
        sys.setprofile(before)
    assert calls <= 100 * len(text) + 10_000


def test_what_is_lost_is_told_as_it_was_written(
    site: Any, plugin_module: Callable[[str], Any]
) -> None:
    text = (
        "{|\n| colspan=2 | [[Accueil]]<ref>Note [[b]]</ref>\n|-\n| 8 || <math>x</math>\n|}\n"
        "[[zz:rien:<nowiki>x</nowiki>|{{Rien}}]]"
    )
    made = plugin_module("wikitext.pages").convert(text, site, "Page")
    told = {loss.what: loss.detail for loss in made.losses}
    assert told["Merged cells of a table"] == (
        "{| | colspan=2 | [[Accueil]]<ref>Note [[b]]</ref> |- | 8 || <math>x</math>"
    )
    assert not any("\x7f" in loss.detail for loss in made.losses)
