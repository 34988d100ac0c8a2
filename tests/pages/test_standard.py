"""Pages as standard Markdown: links lead to files, blocks are lists, code and all else stay."""

import re
from pathlib import Path
from posixpath import dirname, normpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.pages.document import read_document
from wiki.pages.page import Page
from wiki.pages.paths import page_of
from wiki.pages.standard import Surroundings, standard_text

SITE = "https://wiki.example.org"
TEXTS = {
    "index.md": "# Accueil\n",
    "projets/lora/index.md": "---\ntitle: LoRa [à la ferme]\n---\n\n## La radio\n",
    "projets/lora/plan (2).md": "# Un plan\n",
    "aide.md": "# Aide\n",
}


def around(**more: bool) -> Surroundings:
    pages = {
        file.removesuffix(".md").removesuffix("/index"): Page(
            file.removesuffix(".md").removesuffix("/index"), file, text
        )
        for file, text in TEXTS.items()
    }
    files = frozenset({"projets/lora/carte.png", "logo.png"})
    return Surroundings(pages, files, SITE, **more)


def standard(text: str, file: str = "projets/note.md", **more: bool) -> str:
    return standard_text(Page(file.removesuffix(".md"), file, text), around(**more))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[projets/lora]]", "[LoRa (à la ferme)](lora/index.md)"),
        ("[[aide|de l’aide]]", "[de l’aide](../aide.md)"),
        ("[[Un plan]]", "[Un plan](lora/plan%20%282%29.md)"),
        ("[[projets/lora#La Radio|ici]]", "[ici](lora/index.md#la-radio)"),
        ("[[#Titre]]", "[Titre](#Titre)"),
        ("[[nulle-part|plus tard]] [[nulle part]]", "plus tard nulle part"),
        ("| [[aide\\|l’aide]] | b |", "| [l’aide](../aide.md) | b |"),
        ("[x](/projets/lora#la-radio)", "[x](lora/index.md#la-radio)"),
        (
            "[x](../aide) [y](/rien) [z](/-/search?q=a)",
            f"[x](../aide.md) [y]({SITE}/rien) [z]({SITE}/-/search?q=a)",
        ),
        ("[x](https://example.org/a) [y](#ici)", "[x](https://example.org/a) [y](#ici)"),
        ("![a](lora/carte.png =300x200)", "![a](lora/carte.png)"),
        ("![[carte.png|300]] ![[logo.png]]", "![carte](lora/carte.png) ![logo](../logo.png)"),
        ("`[[aide]]` et ``[[a`b]]``", "`[[aide]]` et ``[[a`b]]``"),
        ("[[aide#`x`|le `x`]] `[[aide]]`", "[le `x`](../aide.md#%60x%60) `[[aide]]`"),
        ("```\n[[aide]]\n::: x\n```", "```\n[[aide]]\n::: x\n```"),
        ("Il y a {{count projects}} projets", f"Il y a […]({SITE}/projets/note) projets"),
        ("[x](/aide){target=_blank} {.mot}", "[x](../aide.md) {.mot}"),
        ("## Choix {.tabset}\n\nMot\n{.is-info}", "## Choix\n\nMot\n"),
        ("[a]: /aide", "[a]: ../aide.md"),
    ],
)
def test_links_lead_to_files(text: str, told: str) -> None:
    assert standard(text) == told


def test_blocks_are_lists_under_their_name() -> None:
    text = (
        "Avant\n\n::: besoins\n- [ ] Un expert #lora {#b-7k2qx9ma}\n  - dessous [[aide]]\n\n:::\n\n"
        "::: projets theme:iot\n:::\n\n> ::: à-compléter\n> - x\n>\n> :::\n"
    )
    assert standard(text) == (
        "Avant\n\n**Besoins**\n\n- [ ] Un expert #lora\n  - dessous [Aide](../aide.md)\n\n\n"
        f"[Projets (theme:iot)]({SITE}/projets/note)\n\n\n> **À compléter**\n>\n> - x\n>\n"
    )


def test_heads_are_kept_and_mended() -> None:
    assert standard("---\ntitle: a: b\nteamx: [[x]]\n---\n[[aide]]\n") == (
        '---\ntitle: "a: b"\nteamx: [[x]]\n---\n[Aide](../aide.md)\n'
    )
    assert standard("---\nvisibility: [\n---\n[[aide]]\n").startswith("---\nvisibility: [\n---\n")


def test_the_starter_pages_have_nothing_of_ours_left() -> None:
    folder = Path(__file__).parents[2] / "content"
    texts = {file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*.md")}
    pages = {path: Page(path, file, texts[file]) for file in texts if (path := page_of(file))}
    starter = Surroundings(pages, frozenset(), SITE)
    before = after = 0
    for page in pages.values():
        before += any(link.kind == "wiki" for link in page.document.links)
        document = read_document(standard_text(page, starter))
        assert document.blocks == ()
        for link in document.links:
            after += 1
            assert link.kind in ("page", "file", "external")
            if link.kind != "external" and link.target:
                assert normpath(f"{dirname(page.file)}/{link.target}").lstrip("/") in texts
    assert before > 50 and after > 200


def test_a_dialect_is_heard() -> None:
    assert standard("[[Voir|aide]]") == "aide"
    assert standard("[[Voir|aide]]", turned=True) == "[Voir](../aide.md)"
    assert standard("[[lora]]", by_name=True) == "[LoRa (à la ferme)](lora/index.md)"


@pytest.mark.parametrize(
    "line", [" " * 300_000 + "}", "`" + " `` " * 100_000, "[[a " * 100_000, "](" * 150_000]
)
def test_a_long_line_costs_no_square(line: str) -> None:
    for text in (line, f"# {line}", f"x{line}{{#b-7k2qx9ma"):
        assert standard(text)
        assert read_document(text).body == text


@given(st.text("ab[]()|#!:`{}-> \n/.", max_size=80))
def test_no_link_of_ours_is_left_outside_code(text: str) -> None:
    told = standard(text)
    assert not read_document(told).blocks or "```" in text or "    " in text or "`" in text
    if "`" not in text and "    " not in text and "\\" not in text:
        assert not re.search(r"\[\[(?:aide|projets/lora)\]\]", told)
