"""What is a table on the living page, and what lands in one of its cells."""

import re
from base64 import b64encode
from typing import Any

from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.frontend.living import TABLE, TEXT, put
from tests.frontend.test_upload import picture
from wiki.pages.markdown.budget import Budget
from wiki.pages.markdown.parser import parse

#: texts, each with or without a table for its reader
_TEXTS = [
    TABLE,
    f"mot\n{TABLE}\n",
    f"a | b\n{TABLE}\n",
    f"- un\n{TABLE}\n",
    f"- un\n\n{TABLE}\n",
    "- un\n  | a | b |\n  | --- | --- |\n  | c | d |\n",
    "1. un\n\n   | a | b |\n   | --- | --- |\n",
    "- un\n  - deux\n\n    | a | b |\n    | --- | --- |\n    | c | d |\n",
    "    | a | b |\n    | --- | --- |\n",
    f"- un\n\nmot\n\n{TABLE}\n",
    f"> un\n{TABLE}\n",
    f"- un\n# Titre\n{TABLE}\n",
    f"```\nx\n```\n{TABLE}\n",
    # Broken ones.
    "| a | b |\n| --- |\n| c | d |\n",
    "| a | b |\n\n| --- | --- |\n",
    "| a | b |\n| -x- | --- |\n",
    "| a | b |",
]


def test_what_is_a_table_to_its_reader_is_a_grid(desk: Desk) -> None:
    page = desk("essai\n").page
    for text in _TEXTS:
        put(page, text)
        kinds = [one.type for one in parse(text, Budget())]
        expect(page.locator(".cm-grid"), text).to_have_count(kinds.count("table_open"))


def test_a_table_in_a_list_stays_in_it(desk: Desk) -> None:
    page = desk("essai\n").page
    put(page, "- un\n  | a | b |\n  | --- | --- |\n  | c | d |\n")
    page.click(".cm-grid td:text-is('d')")
    page.keyboard.press("Tab")
    page.keyboard.type("e")
    page.click(".table-tools button:text-is('À droite')")
    expect(page.locator(TEXT)).to_have_value(
        "- un\n  | b | a |\n  | --- | --- |\n  | d | c |\n  |  | e |\n"
    )
    expect(page.locator(".cm-grid textarea")).to_have_value("e")
    page.click(".table-tools button:text-is('Monter')")
    expect(page.locator(TEXT)).to_have_value(
        "- un\n  | b | a |\n  | --- | --- |\n  |  | e |\n  | d | c |\n"
    )
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.locator(TEXT)).to_have_value(
        "- un\n  | a | b |\n  | --- | --- |\n  | c | d |\n  | e |  |\n"
    )


_CARRY = """([data, name, kind]) => {
  const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, {type: "image/png"}));
  const root = document.querySelector(".editor").shadowRoot;
  const place = kind === "drop" ? root.querySelectorAll(".cm-grid td")[1] : root.activeElement;
  const box = place.getBoundingClientRect();
  const flags = {bubbles: true, composed: true, cancelable: true};
  place.dispatchEvent(kind === "drop"
    ? new DragEvent("drop", {dataTransfer: carried, clientX: box.left + 5, clientY: box.top + 5,
      ...flags})
    : new ClipboardEvent("paste", {clipboardData: carried, ...flags}));
}"""


def carry(page: Any, name: str, kind: str) -> None:
    """Drops a picture on the second cell, or pastes it into the one that one writes in."""
    page.evaluate(_CARRY, [b64encode(picture(name)["buffer"]).decode(), name, kind])


def test_a_picture_lands_in_its_cell(desk: Desk, path: str) -> None:
    page = desk("essai\n").page
    put(page, f"{TABLE}\n\nmot‹")
    carry(page, "vue.png", "drop")
    first = f"![vue](</{path}/vue.png>)"
    after = f"{TABLE}\n\nmot".replace("| d |", f"| d {first} |")
    expect(page.locator(TEXT)).to_have_value(after)
    # Where one goes on writing while it is sent, it lands where it was pasted.
    page.locator(".cm-grid td").first.click()
    expect(page.locator(".cm-grid textarea")).to_have_value("c")
    sent: list[Any] = []

    def hold(route: Any) -> None:
        sent.append(route)

    page.route("**/-/attach/**", hold)
    with page.expect_request("**/-/attach/**"):
        carry(page, "plan.png", "paste")
    page.evaluate("document.querySelector('form[data-editor]').editor.surface.goTo(4)")
    page.keyboard.type("z")
    expect(page.locator(TEXT)).to_have_value(after.replace("mot", "zmot"))
    sent[0].continue_()
    after = after.replace("| c |", f"| c ![plan](</{path}/plan.png>) |").replace("mot", "zmot")
    expect(page.locator(TEXT)).to_have_value(after)
    expect(page.locator(".cm-grid td img")).to_have_count(1)
    page.locator(".describe button").click()
    page.keyboard.press("Escape")
    expect(page.locator(".cm-grid td img")).to_have_count(2)


def test_a_word_that_is_composed_keeps_what_others_write(desk: Desk) -> None:
    page = desk("essai\n").page
    put(page, TABLE)
    page.click(".cm-grid td:text-is('c')")
    keyboard = page.context.new_cdp_session(page)

    def compose(word: str) -> None:
        chosen = {"selectionStart": len(word), "selectionEnd": len(word)}
        keyboard.send("Input.imeSetComposition", {"text": word, **chosen})

    compose("m")
    expect(page.locator(TEXT)).to_have_value(TABLE.replace("c", "cm"))
    elsewhere = (
        "at => document.querySelector('form[data-editor]').editor.surface.view"
        ".dispatch({changes: {from: at, insert: 'x'}})"
    )
    page.evaluate(elsewhere, TABLE.index("c"))
    compose("mo")
    expect(page.locator(TEXT)).to_have_value(TABLE.replace("c", "xcmo"))
    keyboard.send("Input.insertText", {"text": "mot"})
    expect(page.locator(TEXT)).to_have_value(TABLE.replace("c", "xcmot"))
    expect(page.locator(".cm-grid textarea")).to_have_value("xcmot")


#: Makes one change after another; gives those after which the tables differ from ones drawn anew.
_CHANGE = """changes => {
  const {surface: {view}, living} = document.querySelector("form[data-editor]").editor;
  const said = (row) => [...row.cells].map((one) => one.textContent);
  const shown = () => JSON.stringify([
    [...view.contentDOM.querySelectorAll("tr")].map(said),
    view.contentDOM.querySelectorAll(".cm-line").length,
  ]);
  return changes.filter(([before, after]) => {
    const from = view.state.doc.toString().indexOf(before);
    if (from < 0) throw new Error(before);
    view.dispatch({changes: {from, to: from + before.length, insert: after}});
    const now = shown();
    living.showText(true);
    living.showText(false);
    return now !== shown();
  });
}"""


def test_a_table_that_was_changed_is_as_one_drawn_anew(desk: Desk) -> None:
    rows = "| a | b |\n| --- | --- |\n| c | d |\n| e |\n| f | g |"
    page = desk(f"Un mot.\n\n{rows}\n\n::: besoins\n- [ ] un\n:::\n\nFin.\n").page
    changes = [
        ("| d |", "| dé |"),
        # At its end, a row that has no more bars, and one that is none.
        ("| g |", "| g | h"),
        ("| g | h", "| g"),
        ("| f", "- | f"),
        ("- | f", "| f"),
        ("| c", "``` | c"),
        ("``` | c", "| c"),
        ("| e |", "e"),
        ("\ne\n", "\n| e |\n"),
        # A column that no row has a cell of, and rows that come, go and change places.
        ("| a | b |\n| --- | --- |", "| a | x | b |\n| --- | --- | --- |"),
        ("| a | x | b |\n| --- | --- | --- |", "| x | b |\n| --- | --- |"),
        ("| e |\n", "| e |\n| i | j |\n"),
        ("| c | dé |\n| e |", "| e |\n| c | dé |"),
        ("| e |\n", ""),
        ("| --- | --- |", "| --- |"),
        ("| --- |", "| --- | --- |"),
        ("| f | g", ""),
    ]
    assert page.evaluate(_CHANGE, changes) == []


def test_columns_of_a_long_table_stay_as_wide_while_one_writes(desk: Desk) -> None:
    page = desk("essai\n").page
    rows = "".join(f"| un {row} | deux mots |\n" for row in range(60))
    put(page, f"| Quoi | Qui |\n| --- | --- |\n{rows}")
    heads = page.locator(".cm-grid th")
    expect(heads).to_have_count(2)

    def widths() -> list[int]:
        return list(heads.evaluate_all("all => all.map(one => one.offsetWidth)"))

    before = widths()
    page.click(".cm-grid td:text-is('un 3')")
    field = page.locator(".cm-grid textarea")
    page.keyboard.type(", et ce qu’il y a de plus à en dire en une ligne qui n’en finit pas")
    expect(field).to_have_value(re.compile("n’en finit pas$"))
    assert widths() == before
    page.click(".table-tools button:text-is('Une colonne de plus')")
    expect(heads).to_have_count(3)
    assert min(widths()) > 20
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(page.locator(".cm-grid table")).not_to_have_css("table-layout", "fixed")
    assert widths()[0] > before[0]
