"""Tables of the living page: cells that one writes in, which stay cells."""

import re

from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.frontend.living import PAGE, TABLE, put
from tests.frontend.test_editor import begin, has, press, says
from tests.journeys.browsing import PHONE


def test_a_cell_is_a_field(desk: Desk) -> None:
    page = desk(PAGE).page
    page.click(".cm-grid td:text-is('30')")
    page.keyboard.type(" ans | 2")
    after = PAGE.replace("| 30 |", "| 30 ans \\| 2 |")
    says(page, after)
    # Into the cell that its row lacks, and on to a row that is new.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("c")
    after = after.replace("| a \\| b |", "| a \\| b | c |")
    says(page, after)
    page.keyboard.press("Tab")
    page.keyboard.type("Zoé")
    after = after.replace("| c |\n", "| c |\n| Zoé |  |\n")
    says(page, after)
    # What the buttons mean is what is chosen in the cell.
    page.keyboard.press("Control+a")
    press(page, "Gras")
    after = after.replace("Zoé", "**Zoé**")
    says(page, after)
    # What is taken back is the text's, and one stays in the cell.
    page.keyboard.press("Control+z")
    says(page, after.replace("**Zoé**", "Zoé"))
    page.keyboard.press("Control+Shift+z")
    says(page, after)
    page.click(".table-tools button:text-is('Une colonne de plus')")
    page.keyboard.type("x")
    has(page, "| **Zoé** | x |  |")
    page.click(".table-tools button:text-is('Ôter la colonne')")
    has(page, "| **Zoé** |  |")
    # Out of the table, over its end.
    page.click(".cm-grid td:text-is('c')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("Dessous.")
    has(page, "| **Zoé** |  |\n\nDessous.\n")


def test_a_table_that_was_inserted_is_filled_by_typing(desk: Desk) -> None:
    page = desk("essai\n").page
    begin(page, "Un mot.\n\n")
    press(page, "Tableau")
    page.keyboard.type("Nom")
    page.keyboard.press("Tab")
    page.keyboard.type("Âge")
    says(page, "Un mot.\n\n| Nom | Âge |\n| --- | --- |\n| case | case |\n")


def test_beside_a_piece_a_paragraph_begins(desk: Desk) -> None:
    table = "| a |\n| --- |\n| b |"
    page = desk(table).page
    # Tab passes by its cells, and the cursor at its end writes below it.
    page.focus(".cm-content")
    page.keyboard.press("Control+End")
    page.keyboard.press("Escape")
    page.keyboard.type("Dessous")
    says(page, f"{table}\n\nDessous")
    page.focus(".cm-grid th")
    page.keyboard.press("Tab")
    expect(page.locator(".cm-grid textarea")).to_have_count(0)


def test_a_cell_stays_a_cell_whatever_is_written_in_it(desk: Desk) -> None:
    page = desk("essai\n").page
    bare = "a | b\n--- | ---\nc | d\n\nx"
    for text, cell, words, after in (
        (bare, "td", "", bare.replace("c | d", "|  | d |")),
        (bare, "td", "- z", bare.replace("c | d", "| - z | d |")),
        (bare, "th:last-child", "", bare.replace("a | b", "| a |  |")),
        ("|a|b|\n|---|---|\n|c|d|", "td", "\\", "|a|b|\n|---|---|\n| \\ | d |"),
        (TABLE, "td", "c\\|y", TABLE.replace("c", "c\\\\|y")),
    ):
        put(page, text)
        page.locator(f".cm-grid {cell}").first.click()
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.type(words)
        says(page, after)
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
    page.wait_for_function("String(window.told) === '\U0001f601'")
    # What has lines of its own is nothing for a row, and a bar of a link ends no cell.
    put(page, TABLE)
    page.locator(".cm-grid td").first.click()
    press(page, "Liste")
    says(page, TABLE)
    press(page, "Lien")
    page.keyboard.type("charte")
    page.locator(".link-picker li button").first.click()
    says(page, re.compile(r"^\| c\[\[[^|]+\\\|[^|]+\]\] \| d \|$", re.MULTILINE))


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
    says(page, TABLE.replace("| c | d |", "| e | f |\n| c | d1 |"))
    page.evaluate(elsewhere, [at, 10, ""])
    page.keyboard.type("2")
    says(page, TABLE.replace("d", "d12"))
    page.evaluate(
        elsewhere, [0, len(TABLE) + 2, "| z | a | b |\n| --- | --- | --- |\n| y | c | d12 |"]
    )
    page.keyboard.type("3")
    says(page, re.compile(r"\| y \| c \| d123 \|$"))


def test_a_finger_leaves_a_cell_for_the_text(desk: Desk) -> None:
    text = f"abc\n\n{TABLE}\n\nfin\n"
    page = desk(text, PHONE, has_touch=True, is_mobile=True).page
    page.locator(".cm-grid td").nth(1).tap()
    page.keyboard.type("1")
    page.locator(".cm-line", has_text="abc").tap()
    expect(page.locator(".cm-grid textarea")).to_have_count(0)
    page.keyboard.press("End")
    page.keyboard.type("2")
    says(page, text.replace("abc", "abc2").replace("d", "d1"))
