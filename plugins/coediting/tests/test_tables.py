"""Two people who write in one table, each in a browser: in other cells, in one, and undo."""

from typing import Any

from playwright.sync_api import expect

from .test_browser import Desk, World, agree, desk, world

__all__ = ["desk", "world"]

TABLE = "| Quoi | Combien |\n| --- | --- |\n| Briques | 40 |\n| Chaux | 6 |"


def write_in(page: Any, cell: str, words: str, key: str = "End") -> None:
    """Goes into the cell that says ``cell``, and types there."""
    page.locator(".cm-grid :is(td, th)", has_text=cell).first.click()
    expect(page.locator(".cm-grid textarea")).to_have_value(cell)
    page.keyboard.press(key)
    page.keyboard.type(words)


def tool(page: Any, name: str) -> None:
    """A button of the table one writes in."""
    page.click(f".table-tools button:text-is('{name}')")


def test_two_write_in_one_table(world: World, desk: Desk) -> None:
    world.write("table", f"Le four.\n\n{TABLE}\n\nLa fin.\n")
    awa, marc = desk("awa", "table"), desk("marc", "table")
    # A column more, one taken away and a row that has moved, while the other writes in cells.
    write_in(marc.page, "40", "0")
    agree(awa, marc, on="400")
    write_in(awa.page, "Quoi", "")
    tool(awa.page, "Une colonne de plus")
    agree(awa, marc, on="Quoi | | Combien")
    write_in(marc.page, "Chaux", "-vive")
    agree(awa, marc, on="Chaux-vive")
    tool(awa.page, "À droite")
    write_in(marc.page, "Briques", "-rouges")
    agree(awa, marc, on="Briques-rouges 400 |")
    # What one takes back are one's own two steps; what the other wrote in between stays.
    for _step in range(2):
        awa.page.keyboard.press("Control+z")
    text = agree(awa, marc, on="Chaux-vive")
    wanted = TABLE.replace("40", "400").replace("Chaux", "Chaux-vive")
    wanted = wanted.replace("Briques", "Briques-rouges")
    assert text == f"Le four.\n\n{wanted}\n\nLa fin.\n"
    # And together in one cell.
    write_in(awa.page, "400", "x", "Home")
    agree(awa, marc, on="x400")
    write_in(marc.page, "x400", "y", "End")
    for letter in "abc":
        awa.page.keyboard.type(letter)
        marc.page.keyboard.type(letter.upper())
    text = agree(awa, marc, on="xabc400yABC")
    for one in (awa, marc):
        expect(one.page.locator(".cm-grid textarea")).to_have_value("xabc400yABC")
    assert text == f"Le four.\n\n{wanted.replace('400', 'xabc400yABC')}\n\nLa fin.\n"
