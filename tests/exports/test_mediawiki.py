"""MediaWiki is given every page with its past, in its own markup, as its import takes it."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exports.samples import PAGES, Write, exported
from wiki.exports.mediawiki.titles import file_names, title_of, titles_for
from wiki.exports.mediawiki.wikitext import Around, wikitext
from wiki.instance import Instance
from wiki.pages.document import read_document
from wiki.people.person import Person
from wiki.reading import Reader

_IN = "{http://www.mediawiki.org/xml/export-0.10/}"
_AROUND = Around(
    link=lambda href: "La page" if href == "/a" else None,
    wiki=lambda target, anchor: f"{target}#{anchor}" if anchor else target,
    picture=lambda src: src.replace("/", "-"),
)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        (
            "Un **gras**, *penché*, ~~barré~~, `a<b`",
            "Un '''gras''', ''penché'', <s>barré</s>, <code><nowiki>a&lt;b</nowiki></code>",
        ),
        ("# Un\n\n## Deux", "== Un ==\n\n== Deux =="),
        ("- a\n  1. b\n- [x] c", "* a\n*# b\n* ☑ c"),
        ("- a\n\n  > b", "<ul>\n<li>\na\n\n<blockquote>\nb\n</blockquote>\n</li>\n</ul>"),
        (
            "[mot](/a) [loin](https://x.org/a) [rien](/b)",
            "[[La page|mot]] [https://x.org/a loin] rien",
        ),
        ("[[p/q]] [[p#T|mot]]", "[[p/q|p/q]] [[p#T|mot]]"),
        ("![alt](a/b.png)", "[[File:a-b.png|frameless|alt=alt]]"),
        ("a[^1]\n\n[^1]: note", 'a<ref name="n1">note</ref>\n\n<references />'),
        (
            "| A | B |\n|---|:-:|\n| 1 | 2 |",
            '{| class="wikitable"\n! A\n! style="text-align:center" '
            '| B\n|-\n| 1\n| style="text-align:center" | 2\n|}',
        ),
        ("Terme\n: sens", "; Terme\n: sens"),
        (
            "::: besoins\n- [ ] Une ferme {#b-12345678}\n\n:::",
            "<!-- ::: besoins -->\n* ☐ Une ferme",
        ),
        ("```\n[[a]] & <b>\n```", "<pre>[[a]] &amp; &lt;b&gt;\n</pre>"),
        (
            r"\* pas une liste, {{rien}} et \[[x]] ''",
            "&#42; pas une liste, &#123;&#123;rien&#125;&#125; et &#91;&#91;x&#93;&#93; &#39;&#39;",
        ),
    ],
)
def test_what_a_text_says_is_said_in_wikitext(markdown: str, expected: str) -> None:
    assert wikitext(read_document(markdown), _AROUND).strip() == expected


@given(st.text(st.sampled_from([*"ab\n *#[]{}|!=<>'`~_-:1.\\"]), max_size=80))
def test_any_text_is_written(text: str) -> None:
    made = wikitext(read_document(text), _AROUND)
    assert "{{" not in made  # what people typed calls no template


def test_titles_are_told_apart_and_lead_to_no_namespace() -> None:
    titles = titles_for({"a": "Projet : LoRa", "b": "lora", "c": "Lora", "d": "", "e": "A_b [c]|#"})
    assert titles == {
        "a": "Projet – LoRa",
        "b": "Lora",
        "c": "Lora (c)",
        "d": "D",
        "e": "A b c",
    }
    assert title_of("fr:Rennes") == "Fr – Rennes" and title_of("Le prix: dix") == "Le prix: dix"
    names = file_names(["a/b.png", "a-b.png", "A/b.png", "sans"])
    assert len({one.lower() for one in names.values()}) == 4


def test_the_past_comes_along_as_far_as_it_may_be_known(
    instance: Instance, write: Write, person: Callable[..., Person], tmp_path: Path
) -> None:
    write(PAGES, "Premier jet")
    write({"personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\nAwa & <co>\x0b\n"}, "Seconde")
    files, report = exported(Reader(instance, None), "mediawiki", tmp_path)
    assert report.pages == 7 and set(files) == {
        *("pages.xml", "README.txt", "files/Projets-lora-plan.png", "files/Projets-lora-notes.html")
    }
    root = ElementTree.fromstring(files["pages.xml"])  # noqa: S314 - our own
    pages = {page.findtext(f"{_IN}title"): page for page in root.iter(f"{_IN}page")}
    assert {"Accueil", "Awa", "LoRa à la ferme", "Un autre été"} <= pages.keys()
    # The first message is about pages that this reader does not see, too.
    past = list(pages["Awa"].iter(f"{_IN}revision"))
    assert [one.findtext(f"{_IN}comment") for one in past] == [None, "Seconde"]
    assert past[1].findtext(f"{_IN}parentid") == past[0].findtext(f"{_IN}id")
    assert past[0].findtext(f"{_IN}contributor/{_IN}username") == "Une main"
    assert (past[1].findtext(f"{_IN}timestamp") or "").endswith("Z")
    assert "Awa & &#60;co&#62;" in (past[1].findtext(f"{_IN}text") or "")
    home = list(pages["Accueil"].iter(f"{_IN}revision"))[-1].findtext(f"{_IN}text") or ""
    assert "[[LoRa à la ferme|LoRa]]" in home and "[[Awa|Awa]]" in home
    whole = files["pages.xml"].decode()
    assert "Motcaché" not in whole and "main@people" not in whole
    awa, _report = exported(
        Reader(instance, person("Awa", page="personnes/awa")), "mediawiki", tmp_path
    )
    assert "Motcaché" in awa["pages.xml"].decode()
