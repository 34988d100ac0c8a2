"""Typing on the living page: what one types is what one means."""

import re

from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.frontend.living import BLOCK, TABLE, TEXT, put
from tests.frontend.test_editor import begin, has, press, says
from tests.journeys.browsing import PHONE


def test_what_one_types_is_what_one_means(desk: Desk) -> None:
    page = desk("essai\n").page
    keys = page.keyboard
    begin(page, "")
    keys.type("Un mot")
    keys.press("Enter")
    keys.type("Deux")
    keys.press("Shift+Enter")
    keys.type("lignes")
    says(page, "Un mot\n\nDeux\\\nlignes")
    keys.press("ArrowUp")
    keys.press("Home")
    keys.press("Backspace")
    says(page, "Un motDeux\\\nlignes")
    begin(page, "")
    keys.type("""Il dit : "c'est l'été" ; ah ?""")
    french = "Il dit\u00a0: «\u00a0c’est l’été\u00a0»\u202f; ah\u202f?"
    says(page, french)
    keys.press("Control+z")
    says(page, french.replace("\u202f?", " ?"))
    # Never in what is no prose.
    literal = "`c'est : \"code\"` https://a.b/c'est:d [[l'eau|m"
    begin(page, "")
    keys.type(literal)
    says(page, re.compile("^" + re.escape(literal[:20])))
    has(page, "https://a.b/c'est:d [[l'eau|m")


def test_bold_over_several_blocks_is_bold_in_each(desk: Desk) -> None:
    page = desk("essai\n").page
    for before, after in (
        ("‹un\n\n- deux\n- [ ] trois›", "**un**\n\n- **deux**\n- [ ] **trois**"),
        ("‹**un**\n\n**deux**›", "un\n\ndeux"),
    ):
        begin(page, before)
        press(page, "Gras")
        says(page, after)


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
        says(page, after)


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
    says(page, "Il faut\u00a0:\n- du pain\n  - bis\n\net du sel\n")


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
    for before, pressed, after in KEYS:
        put(page, before)
        for key in pressed.split():
            page.keyboard.type(key[1:]) if key[0] == "=" else page.keyboard.press(key)
        says(page, after)


def test_typography_keeps_out_of_titles_and_code(desk: Desk) -> None:
    page = desk("essai\n").page
    for before, typed, after in (
        ("[x](</a> ‹", '"titre"', '[x](</a> "titre"'),
        ("    ‹", '"c\'est"', '    "c\'est"'),
        ("[^1]‹", ': "x"', "[^1]: «\u00a0x\u00a0»"),
        ("- [ ] un @‹", '"Pays de la Loire"', '- [ ] un @"Pays de la Loire"'),
    ):
        put(page, before)
        page.keyboard.type(typed)
        says(page, after)


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


def test_a_phone_takes_away_what_is_seen(desk: Desk) -> None:
    page = desk("essai\n", PHONE, has_touch=True, is_mobile=True).page
    for before, pressed, after in (
        ("un **mot**‹", "Backspace", "un **mo**"),
        ("un **m**‹ x", "Backspace", "un  x"),
        ("[ici](<https://a.example/>)‹", "Backspace", "[ic](<https://a.example/>)"),
        ("a ‹**mot**", "Delete", "a **ot**"),
        ("a\n\n![x](</a.png>)‹\n\nb", "Backspace", "a\n\n\n\nb"),
        ("a\n\n- un‹", "Backspace Backspace =z", "a\n\n- z"),
    ):
        put(page, before)
        for key in pressed.split():
            page.keyboard.type(key[1:]) if key[0] == "=" else page.keyboard.press(key)
        says(page, after)
