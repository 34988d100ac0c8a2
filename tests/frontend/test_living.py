"""The living page: what it shows of a text, and that it changes no sign that its writer did not."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.frontend.test_editor import begin, press, text_of
from tests.journeys.browsing import PHONE
from wiki.testing.wikis import real_data

__all__ = ["real_data"]

CONTENT = Path(__file__).parents[2] / "content"
TEXT = "textarea[name=text]"
EXAMPLES = int(os.environ.get("WIKI_TEST_TEXTS", "80"))

PAGE = """---
title: Un essai
---

# Un titre

Du **gras**, de l’*italique*, un [lien](<https://example.org/>) et [[charte|la charte]].

- un
  - deux
- [ ] à faire
- [x] fait

> une citation

| Nom | Âge |
| --- | ---: |
| Léa | 30 |
| a \\| b |

::: besoins
- [ ] Une salle à Rennes #salle {#b-7k2qx9ma}

:::

::: inconnu
mot

:::

La fin.
"""

#: Goes through a text as a reader would who looks at every line, and turns the views.
_WALK = """async (texts) => {
  const {surface, living} = document.querySelector("form[data-editor]").editor;
  const {view} = surface;
  const rest = () => new Promise((done) => setTimeout(done));
  const changed = [];
  view.focus();
  for (const [at, text] of texts.entries()) {
    const whole = {from: 0, to: view.state.doc.length, insert: text};
    view.dispatch({changes: whole, selection: {anchor: 0}});
    const before = view.state.doc.toString();
    for (let line = 1; line <= view.state.doc.lines; line += 1) {
      const {from, to} = view.state.doc.line(line);
      view.dispatch({selection: {anchor: from}, scrollIntoView: true});
      await null;
      view.dispatch({selection: {anchor: to, head: from}});
    }
    if (at % 4 === 0) {
      living.showText(true);
      living.showText(false);
      await rest();
    }
    if (view.state.doc.toString() !== before || surface.text() !== before) changed.push(at);
  }
  return changed;
}"""


def walk(page: Any, texts: list[str]) -> list[int]:
    """The texts, by their places, that are another one after all of it has been looked at."""
    return list(page.evaluate(_WALK, texts))


def shown(page: Any) -> str:
    """What stands on the screen."""
    return str(page.locator(".cm-content").inner_text())


def test_the_page_stands_where_its_signs_were(desk: Desk) -> None:
    page = desk(PAGE).page
    expect(page.locator(".cm-card")).to_contain_text("Une salle à Rennes")
    seen = shown(page)
    assert not re.search(
        r"\*|\[|\]|https:|\|.*\||^#+ |^>|besoins|title:|\{#", seen, re.MULTILINE
    ), seen
    assert "la charte" in seen and "Une salle à Rennes" in seen and "::: inconnu" in seen
    assert page.locator(".cm-box").count() == 2
    assert page.locator(".cm-grid td").all_inner_texts() == ["Léa", "30", "a | b", ""]
    page.click("text=gras")
    assert "**gras**" in shown(page)
    press(page, "Voir le texte")
    assert "| Léa | 30 |" in shown(page)
    page.reload()
    assert "| Léa | 30 |" in shown(page)
    assert text_of(page) == PAGE


def test_a_box_that_is_ticked_changes_its_sign(desk: Desk) -> None:
    page = desk(PAGE).page
    page.get_by_role("checkbox", name="à faire").check()
    assert text_of(page) == PAGE.replace("[ ] à faire", "[x] à faire")
    page.get_by_role("checkbox", name="fait", exact=True).uncheck()
    assert text_of(page) == PAGE.replace("[ ] à", "[x] à").replace("[x] fait", "[ ] fait")


def test_a_cell_is_a_field(desk: Desk) -> None:
    page = desk(PAGE).page
    page.click(".cm-grid td:text-is('30')")
    page.keyboard.type(" ans | 2")
    after = PAGE.replace("| 30 |", "| 30 ans \\| 2 |")
    assert text_of(page) == after
    # Into the cell that its row lacks, and on to a row that is new.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("c")
    after = after.replace("| a \\| b |", "| a \\| b | c |")
    assert text_of(page) == after
    page.keyboard.press("Tab")
    page.keyboard.type("Zoé")
    after = after.replace("| c |\n", "| c |\n| Zoé |  |\n")
    assert text_of(page) == after
    # What the buttons mean is what is chosen in the cell.
    page.keyboard.press("Control+a")
    press(page, "Gras")
    after = after.replace("Zoé", "**Zoé**")
    assert text_of(page) == after
    # What is taken back is the text's, and one stays in the cell.
    page.keyboard.press("Control+z")
    assert text_of(page) == after.replace("**Zoé**", "Zoé")
    page.keyboard.press("Control+Shift+z")
    assert text_of(page) == after
    page.click(".table-tools button:text-is('Une colonne de plus')")
    page.keyboard.type("x")
    assert "| **Zoé** | x |  |" in text_of(page)
    page.click(".table-tools button:text-is('Ôter la colonne')")
    assert "| **Zoé** |  |" in text_of(page)
    # Out of the table, over its end.
    page.click(".cm-grid td:text-is('c')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("Dessous.")
    assert re.search(r"\| \*\*Zoé\*\* \|  \|\n\nDessous\.\n", text_of(page))


def test_a_table_that_was_inserted_is_filled_by_typing(desk: Desk) -> None:
    page = desk("essai\n").page
    begin(page, "Un mot.\n\n")
    press(page, "Tableau")
    page.keyboard.type("Nom")
    page.keyboard.press("Tab")
    page.keyboard.type("Âge")
    assert text_of(page) == "Un mot.\n\n| Nom | Âge |\n| --- | --- |\n| case | case |\n"


def test_beside_a_piece_a_paragraph_begins(desk: Desk) -> None:
    table = "| a |\n| --- |\n| b |"
    page = desk(table).page
    # Tab passes by its cells, and the cursor at its end writes below it.
    page.focus(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.press("Escape")
    page.keyboard.type("Dessous")
    assert text_of(page) == f"{table}\n\nDessous"
    page.focus(".cm-grid th")
    page.keyboard.press("Tab")
    assert page.locator(".cm-grid textarea").count() == 0


def test_a_card_has_its_form_and_its_text(desk: Desk) -> None:
    page = desk(PAGE).page
    card = page.locator(".cm-card")
    card.get_by_role("button", name="Ajouter le besoin").click()
    page.keyboard.type("Un four")
    page.keyboard.press("Enter")
    after = PAGE.replace("{#b-7k2qx9ma}\n", "{#b-7k2qx9ma}\n- [ ] Un four\n")
    assert text_of(page) == after
    expect(card).to_contain_text("Un four")
    card.get_by_role("button", name="Modifier le texte").click()
    expect(card).to_have_count(0)
    page.keyboard.type("Vite : ")
    assert "- [ ] Vite : Une salle" in text_of(page)
    page.keyboard.press("End")
    page.keyboard.type("é")
    assert "::: besoins" in shown(page) and "#salleé" in text_of(page)
    page.keyboard.press("Control+End")
    expect(card).to_have_count(1)
    # Beside it, the first press chooses it, and no word is lost by one press too many.
    page.keyboard.press("Control+Home")
    expect(card).to_have_count(1)


def test_looking_at_the_starter_content_changes_nothing(desk: Desk) -> None:
    page = desk(PAGE).page
    texts = [one.read_text("utf-8") for one in sorted(CONTENT.rglob("*.md"))]
    assert len(texts) > 50
    assert walk(page, [*texts, PAGE]) == []


def test_looking_at_real_revisions_changes_nothing(desk: Desk, real_data: Path) -> None:
    # WIKI_TEST_REVISIONS=1016 looks at all; some are what each run has time for.
    some = int(os.environ.get("WIKI_TEST_REVISIONS", "30"))
    # Not by splitlines(), which knows more ends of lines than JSON does.
    history = (real_data / "carrefour" / "history.jsonl").read_text("utf-8").strip().split("\n")
    texts = [json.loads(line)["text"] for line in history[:: max(1, len(history) // some)]]
    page = desk(PAGE).page
    page.set_default_timeout(0)
    assert walk(page, texts) == []


_WORD = st.sampled_from(
    [
        "mot",
        "**gras**",
        "*it*",
        "`c`",
        "[l](<u>)",
        "[[p|m]]",
        "![a](<i.png>)",
        "[^1]",
        "\\*",
        "~~x~~",
        "|",
        "été",
        "https://a.b",
    ]
)
_LINE = st.lists(_WORD, min_size=0, max_size=4).map(" ".join)
_SIGN = st.sampled_from(
    [
        "",
        "# ",
        "### ",
        "- ",
        "  - ",
        "1. ",
        "- [ ] ",
        "- [x] ",
        "> ",
        "> - ",
        "::: besoins",
        ":::",
        "::: x",
        "| ",
        "| --- | --- |",
        "```",
        "---",
        "    ",
        "\t",
        "===",
        "[^1]: ",
    ]
)
_TEXT = st.lists(st.tuples(_SIGN, _LINE).map("".join), max_size=14).map("\n".join)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Pages of every kind of line, whole and broken."""
    found: list[str] = []

    @settings(max_examples=EXAMPLES, deadline=None, database=None)
    @given(_TEXT)
    def collect(text: str) -> None:
        found.append(text)

    collect()
    return found


def test_looking_at_any_text_changes_nothing(desk: Desk, texts: list[str]) -> None:
    page = desk(PAGE).page
    changed = walk(page, texts)
    assert [texts[at] for at in changed] == []


def test_what_one_types_is_what_one_means(desk: Desk) -> None:
    page = desk("essai\n").page
    keys = page.keyboard
    begin(page, "")
    keys.type("Un mot")
    keys.press("Enter")
    keys.type("Deux")
    keys.press("Shift+Enter")
    keys.type("lignes")
    assert text_of(page) == "Un mot\n\nDeux\\\nlignes"
    keys.press("ArrowUp")
    keys.press("Home")
    keys.press("Backspace")
    assert text_of(page) == "Un motDeux\\\nlignes"
    begin(page, "")
    keys.type("""Il dit : "c'est l'été" ; ah ?""")
    french = "Il dit\u00a0: «\u00a0c’est l’été\u00a0»\u202f; ah\u202f?"
    assert text_of(page) == french
    keys.press("Control+z")
    assert text_of(page) == french.replace("\u202f?", " ?")
    # Never in what is no prose.
    literal = "`c'est : \"code\"` https://a.b/c'est:d [[l'eau|m"
    begin(page, "")
    keys.type(literal)
    assert text_of(page).startswith(literal[:20])
    assert "https://a.b/c'est:d [[l'eau|m" in text_of(page)


def test_bold_over_several_blocks_is_bold_in_each(desk: Desk) -> None:
    page = desk("essai\n").page
    for before, after in (
        ("‹un\n\n- deux\n- [ ] trois›", "**un**\n\n- **deux**\n- [ ] **trois**"),
        ("‹**un**\n\n**deux**›", "un\n\ndeux"),
    ):
        begin(page, before)
        press(page, "Gras")
        assert text_of(page) == after


def test_a_piece_is_moved_whole(desk: Desk) -> None:
    page = desk("essai\n").page
    block = "::: besoins\n- [ ] un\n\n:::"
    for before, command, after in (
        (f"un\n\n{block}\n\ndeux‹›", "Monter", f"un\n\ndeux\n\n{block}"),
        (f"un‹›\n\n{block}\n\ndeux", "Descendre", f"{block}\n\nun\n\ndeux"),
        ("## un\ndeux\n\ntrois‹›\n", "Monter", "trois\n\n## un\ndeux\n"),
        ("un‹›", "Monter", "un"),
    ):
        begin(page, before)
        press(page, "Insérer")
        page.keyboard.type(command)
        page.keyboard.press("Enter")
        assert text_of(page) == after


PASTED = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const { view } = document.querySelector("form[data-editor]").editor.surface;
  const flags = {bubbles: true, cancelable: true, composed: true};
  view.contentDOM.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, ...flags}));
}"""


def test_pasted_words_are_what_they_look_like(desk: Desk) -> None:
    page = desk("essai\n").page
    begin(page, "")
    page.evaluate(PASTED, "Il faut\u00a0:\n• du pain\n  ◦ bis\n\n    et du sel\n")
    assert text_of(page) == "Il faut\u00a0:\n- du pain\n  - bis\n\net du sel\n"


def test_a_link_says_its_page_and_is_changed_in_its_window(desk: Desk) -> None:
    page = desk("Voir [[charte]] et [ici](<https://a.example/>).\n", PHONE, has_touch=True).page
    shown_link = page.locator(".cm-link", has_text=re.compile("charte", re.IGNORECASE))
    expect(shown_link).not_to_have_text("charte")
    page.locator(".cm-link", has_text="ici").tap()
    assert "https" not in shown(page)
    page.click(".edit-tools button:text-is('Lien')")
    expect(page.locator(".link-picker input")).to_have_value("https://a.example/")
    page.fill(".link-picker input", "https://b.example/")
    page.keyboard.press("Enter")
    expect(page.locator(TEXT)).to_have_value("Voir [[charte]] et [ici](<https://b.example/>).\n")
    shown_link.tap()
    page.click(".edit-tools button:text-is('Lien')")
    page.click(".link-picker button:text-is('Ôter le lien')")
    expect(page.locator(TEXT)).to_have_value(re.compile(r"^Voir charte et \[ici\]"))


TABLE = "| a | b |\n| --- | --- |\n| c | d |"
BLOCK = "::: besoins\n- [ ] un\n\n:::"
_PUT = """([text, at]) => {
  const {view} = document.querySelector("form[data-editor]").editor.surface;
  const changes = {from: 0, to: view.state.doc.length, insert: text};
  view.dispatch({changes, selection: {anchor: at}});
  view.focus();
}"""


def put(page: Any, text: str) -> None:
    """Has the page say ``text``, with the cursor at its ‹."""
    at = text.find("‹")
    page.evaluate(_PUT, [text.replace("‹", ""), max(at, 0)])


#: text with its cursor, what is pressed (``=`` types), the text then
KEYS = [
    # A table stays one, whatever is written or taken away beside it.
    (f"{TABLE}\n‹\nx", "=mot", f"{TABLE}\n\nmot\nx"),
    (f"x\n‹\n{TABLE}", "=mot", f"x\nmot\n\n{TABLE}"),
    (f"{TABLE}\n\n‹fin", "Backspace", f"{TABLE}\n\nfin"),
    (f"{TABLE}\n\n‹fin", "Backspace Backspace", "\n\nfin"),
    (f"début‹\n\n{TABLE}", "Delete", f"début\n\n{TABLE}"),
    (f"{BLOCK}\n\n‹fin", "Backspace", f"{BLOCK}\n\nfin"),
    # Signs that are out of sight are never words, and no word comes before them.
    ("a\n\n- un‹", "Home =z", "a\n\n- zun"),
    ("a\n\n- [ ] un‹", "Home =z", "a\n\n- [ ] zun"),
    ("a\n- ‹un", "ArrowLeft =z", "az\n- un"),
    ("ab\n- un\n- deux‹", "Home ArrowUp =z", "ab\n- zun\n- deux"),
    ("a\n\n- un‹", "Home Backspace Backspace", "aun"),
    ("- [ ] un‹", "Home Backspace", "un"),
    ("- un‹\n- deux", "Delete", "- undeux"),
    ("- un‹\n  - deux", "Delete", "- undeux"),
    ("a‹\n\n## b", "Delete", "ab"),
    ("a‹\n\n> b", "Delete", "ab"),
    ("a‹\n\n**b**", "Delete", "a**b**"),
    ("a\n\n## ‹b", "Enter", "a\n\n\n\n## b"),
    # A line within an item or a quotation.
    ("- a\n  - b‹c", "Shift+Enter =z", "- a\n  - b\\\n    zc"),
    ("> a‹", "Shift+Enter =z", "> a\\\n> z"),
    # The fences of code are nobody's words.
    ("a‹\n\n```\nx\n```", "Delete", "a\n\n```\nx\n```"),
    ("```\nx‹\n```", "Delete", "```\nx\n```"),
    ("```\n‹x\n```", "Backspace", "```\nx\n```"),
    ("a\n\n```\n‹\n```", "Backspace", "a\n\n"),
    ("a\n\n---\n\n‹b", "Backspace", "a\n\nb"),
    ("a‹\n\n---\n\nb", "Delete", "a\n\n---\n\nb"),
    # An identity stays with its item.
    ("- [ ] a {#b-7k2qx9ma}‹", "Backspace", "- [ ]  {#b-7k2qx9ma}"),
    ("- [ ] ab‹ {#b-7k2qx9ma}\n- [ ] b", "Enter =c", "- [ ] ab {#b-7k2qx9ma}\n- [ ] c\n- [ ] b"),
    ("- [ ] ab‹ {#b-7k2qx9ma}\n- [ ] b", "Delete", "- [ ] ab {#b-7k2qx9ma}\n- [ ] b"),
]


def test_a_key_at_an_edge_does_what_one_sees(desk: Desk) -> None:
    page = desk("essai\n").page
    found = []
    for before, pressed, _after in KEYS:
        put(page, before)
        for key in pressed.split():
            page.keyboard.type(key[1:]) if key[0] == "=" else page.keyboard.press(key)
        found.append((before, pressed, text_of(page)))
    assert found == KEYS


def test_a_cell_stays_a_cell_whatever_is_written_in_it(desk: Desk) -> None:
    page = desk("essai\n").page
    bare = "a | b\n--- | ---\nc | d\n\nx"
    found = []
    rows = [
        (bare, "td", "", bare.replace("c | d", "|  | d |")),
        (bare, "td", "- z", bare.replace("c | d", "| - z | d |")),
        (bare, "th:last-child", "", bare.replace("a | b", "| a |  |")),
        ("|a|b|\n|---|---|\n|c|d|", "td", "\\", "|a|b|\n|---|---|\n| \\ | d |"),
        (TABLE, "td", "c\\|y", TABLE.replace("c", "c\\\\|y")),
    ]
    for text, cell, words, _after in rows:
        put(page, text)
        page.locator(f".cm-grid {cell}").first.click()
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.type(words)
        found.append((text, cell, words, text_of(page)))
    assert found == rows
    # No sign of two units is cut through: others who write here would see neither of the two.
    put(page, TABLE.replace("c", "\U0001f600"))
    page.locator(".cm-grid td").first.click()
    page.evaluate(
        "() => { const {view} = document.querySelector('form[data-editor]').editor.surface;"
        " const field = view.root.querySelector('.cm-grid textarea'); window.told = [];"
        " const own = view.dispatch.bind(view); view.dispatch = (...all) => { own(...all);"
        " for (const {changes} of all) if (changes) window.told.push(changes.insert); };"
        " field.value = '\U0001f601'; field.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    assert page.evaluate("window.told") == ["\U0001f601"]
    # What has lines of its own is nothing for a row, and a bar of a link ends no cell.
    put(page, TABLE)
    page.locator(".cm-grid td").first.click()
    press(page, "Liste")
    assert text_of(page) == TABLE
    press(page, "Lien")
    page.keyboard.type("charte")
    page.locator(".link-picker li button").first.click()
    assert re.search(r"^\| c\[\[[^|]+\\\|[^|]+\]\] \| d \|$", text_of(page), re.MULTILINE)


def test_a_row_from_elsewhere_takes_nobody_out_of_a_cell(desk: Desk) -> None:
    page = desk("essai\n").page
    put(page, TABLE)
    page.click(".cm-grid td:text-is('d')")
    elsewhere = (
        "([at, gone, insert]) => document.querySelector('form[data-editor]').editor.surface.view"
        ".dispatch({changes: {from: at, to: at + gone, insert}})"
    )
    at = TABLE.index("| c")
    page.evaluate(elsewhere, [at, 0, "| e | f |\n"])
    page.keyboard.type("1")
    assert text_of(page) == TABLE.replace("| c | d |", "| e | f |\n| c | d1 |")
    page.evaluate(elsewhere, [at, 10, ""])
    page.keyboard.type("2")
    assert text_of(page) == TABLE.replace("d", "d12")
    page.evaluate(
        elsewhere, [0, len(TABLE) + 2, "| z | a | b |\n| --- | --- | --- |\n| y | c | d12 |"]
    )
    page.keyboard.type("3")
    assert text_of(page).endswith("| y | c | d123 |")


def test_a_card_that_nobody_draws_is_its_text_until_somebody_does(desk: Desk) -> None:
    writer = desk("essai\n")
    page = writer.page
    page.route("**/-/blocks/**", lambda route: route.fulfill(status=429, body="non"))
    put(page, BLOCK)
    expect(page.locator(".cm-card")).to_have_count(0)
    assert "::: besoins" in shown(page)
    page.unroute("**/-/blocks/**")
    expect(page.locator(".cm-card .row.need")).to_contain_text("un", timeout=60_000)


def test_a_need_is_added_to_the_card_that_one_pressed(desk: Desk) -> None:
    page = desk(f"{BLOCK}\n\nmilieu\n\n{BLOCK}\n").page
    page.locator(".cm-card").nth(1).get_by_role("button", name="Ajouter le besoin").click()
    page.keyboard.type("Un four")
    page.keyboard.press("Enter")
    assert text_of(page) == f"{BLOCK}\n\nmilieu\n\n{BLOCK}\n".replace(
        "milieu\n\n::: besoins\n- [ ] un\n", "milieu\n\n::: besoins\n- [ ] un\n- [ ] Un four\n"
    )


def test_typography_keeps_out_of_titles_and_code(desk: Desk) -> None:
    page = desk("essai\n").page
    found = []
    rows = [
        ("[x](</a> ‹", '"titre"', '[x](</a> "titre"'),
        ("    ‹", '"c\'est"', '    "c\'est"'),
        ("[^1]‹", ': "x"', "[^1]: «\u00a0x\u00a0»"),
        ("- [ ] un @‹", '"Pays de la Loire"', '- [ ] un @"Pays de la Loire"'),
    ]
    for before, typed, _after in rows:
        put(page, before)
        page.keyboard.type(typed)
        found.append((before, typed, text_of(page)))
    assert found == rows


def test_a_word_that_is_composed_stands_where_one_writes(desk: Desk) -> None:
    page = desk("essai\n").page
    keyboard = page.context.new_cdp_session(page)

    def compose(*steps: str) -> None:
        key = {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Process"}
        keyboard.send("Input.dispatchKeyEvent", key)
        for one in steps:
            chosen = {"selectionStart": len(one), "selectionEnd": len(one)}
            keyboard.send("Input.imeSetComposition", {"text": one, **chosen})
        keyboard.send("Input.insertText", {"text": steps[-1]})

    for before, after in (
        ("a\n\n- ‹un", "a\n\n- moun"),
        (f"{TABLE}\n‹\nx", f"{TABLE}\n\nmo\nx"),
        (f"x\n‹\n{TABLE}", f"x\nmo\n\n{TABLE}"),
        (f"x\n\n{BLOCK}‹", f"x\n\n{BLOCK}\n\nmo"),
        (f"{TABLE}‹", TABLE.replace("d", "dmo")),
    ):
        put(page, before)
        expect(page.locator(".cm-card")).to_have_count(int(BLOCK in before))
        compose("m", "mo")
        expect(page.locator(TEXT)).to_have_value(after)


def test_the_cursor_stays_where_it_was_when_the_text_is_shown(desk: Desk) -> None:
    page = desk("essai\n").page
    for before, after in (
        (f"{TABLE}\n\nx", f"{TABLE}\n\nx".replace("d", "dUV")),
        (f"{BLOCK}\n\nx", f"{BLOCK}\n\nx".replace("un", "unUV")),
        ("# t‹\n\nx", "# tUV\n\nx"),
    ):
        put(page, before)
        if "|" in before:
            page.click(".cm-grid td:text-is('d')")
        elif "un" in before:
            page.locator(".cm-card").get_by_role("button", name="Modifier le texte").click()
            page.keyboard.press("End")
        press(page, "Voir le texte")
        page.keyboard.type("U")
        press(page, "Voir le texte")
        page.keyboard.type("V")
        assert text_of(page) == after


def test_a_finger_leaves_a_cell_for_the_text(desk: Desk) -> None:
    text = f"abc\n\n{TABLE}\n\nfin\n"
    page = desk(text, PHONE, has_touch=True, is_mobile=True).page
    page.locator(".cm-grid td").nth(1).tap()
    page.keyboard.type("1")
    page.locator(".cm-line", has_text="abc").tap()
    expect(page.locator(".cm-grid textarea")).to_have_count(0)
    page.keyboard.press("End")
    page.keyboard.type("2")
    assert text_of(page) == text.replace("abc", "abc2").replace("d", "d1")


def test_a_phone_takes_away_what_is_seen(desk: Desk) -> None:
    page = desk("essai\n", PHONE, has_touch=True, is_mobile=True).page
    found = []
    rows = [
        ("un **mot**‹", "Backspace", "un **mo**"),
        ("un **m**‹ x", "Backspace", "un  x"),
        ("[ici](<https://a.example/>)‹", "Backspace", "[ic](<https://a.example/>)"),
        ("a ‹**mot**", "Delete", "a **ot**"),
        ("a\n\n![x](</a.png>)‹\n\nb", "Backspace", "a\n\n\n\nb"),
        ("a\n\n- un‹", "Backspace Backspace =z", "a\n\n- z"),
    ]
    for before, pressed, _after in rows:
        put(page, before)
        for key in pressed.split():
            page.keyboard.type(key[1:]) if key[0] == "=" else page.keyboard.press(key)
        found.append((before, pressed, text_of(page)))
    assert found == rows
