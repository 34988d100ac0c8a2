"""Menus of the text on a phone: people, themes, pages, emoji and all that can be written."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.frontend.living import TABLE, TEXT, put
from tests.journeys.browsing import PHONE

MENU = ".cm-tooltip-autocomplete"
PERSON = "[[personnes/une-agronome-de-plouha|Une agronome de Plouha]]"
THEME = "[agriculture](</-/search?theme=agriculture>)"
#: what a phone's keyboard leaves of the screen
_KEYBOARD = """() => {
  Object.defineProperty(visualViewport, "height", {get: () => 470});
  visualViewport.dispatchEvent(new Event("resize"));
}"""
#: scrolls up until the table is drawn: what was typed last may still bring its own line in sight
_TO_THE_TABLE = """() => {
  scrollTo(0, 0);
  return document.querySelector(".editor").shadowRoot.querySelector(".cm-grid td");
}"""
#: keeps what waits for the way back, which no key and no gesture of a test can press
_WATCHERS = """() => {
  const own = window.CloseWatcher;
  window.watchers = [];
  window.CloseWatcher = class extends own {
    constructor() { super(); window.watchers.push(this); }
  };
}"""


@pytest.fixture
def phone(desk: Desk) -> Any:
    """A phone whose keyboard is there, on a page that is longer than what is left."""
    page = desk("essai\n", PHONE, has_touch=True, is_mobile=True).page
    page.evaluate(_WATCHERS)
    put(page, "Une phrase.\n\n" * 12 + "Voir ‹\n\nFin.")
    page.evaluate(_KEYBOARD)
    return page


def compose(page: Any, words: str) -> None:
    """Words as a phone's keyboard writes them, which changes the last one until it is done."""
    keyboard = page.context.new_cdp_session(page)
    for at in range(1, len(words) + 1):
        chosen = {"selectionStart": at, "selectionEnd": at}
        keyboard.send("Input.imeSetComposition", {"text": words[:at], **chosen})


def tap(place: Any) -> None:
    """Touches what has been scrolled to between the bars."""
    place.evaluate("one => scrollBy(0, one.getBoundingClientRect().top - 200)")
    place.tap()


def stands_in_sight(page: Any) -> None:
    """That the menu is between the bars, and its rows are big enough for a finger."""
    page.wait_for_function(
        "() => { const menu = document.querySelector('.editor').shadowRoot"
        f".querySelector('{MENU}'); const box = menu?.getBoundingClientRect();"
        " const edge = (name) => document.querySelector(name).getBoundingClientRect();"
        " return menu && box.top >= edge('.edit-actions').bottom - 1"
        " && box.bottom <= edge('.edit-dock').top + 1 && edge('.edit-dock').bottom <= 471"
        " && [...menu.querySelectorAll('[role=option]')]"
        ".every((one) => one.offsetHeight >= 44); }"
    )


def test_what_a_phone_writes_opens_its_menu(phone: Any) -> None:
    rows = [
        ("@agr", "Une agronome de Plouha", PERSON),
        ("#agri", "agriculture", THEME),
        ("[[chart", "Charte de bienveillance", "[[charte|Charte de bienveillance]]"),
        (":coeur rouge"[:6], "cœur rouge", "❤️"),
    ]
    for typed, label, written in rows:
        put(phone, "Une phrase.\n\n" * 12 + "Voir ‹\n\nFin.")
        # Signs are written at once, the word behind them is composed.
        sign = re.match(r"\W+", typed)
        assert sign
        phone.keyboard.type(sign[0])
        compose(phone, typed[len(sign[0]) :])
        option = phone.locator(f"{MENU} [role=option]", has_text=re.compile(label)).first
        expect(option).to_be_visible()
        stands_in_sight(phone)
        option.tap()
        expect(phone.locator(MENU)).to_have_count(0)
        last = re.compile(rf"\nVoir {re.escape(written)}\s*\n\nFin\.$")
        expect(phone.locator(TEXT)).to_have_value(last)
    # And what can be written, of which nothing stays in the text.
    phone.keyboard.type(" /")
    compose(phone, "cita")
    phone.locator(f"{MENU} [role=option]", has_text="Citation").tap()
    expect(phone.locator(TEXT)).to_have_value(re.compile(r"\n> Voir ❤️\s+\n\nFin\.$"))


def test_a_menu_is_shut_by_escape_and_by_the_way_back(phone: Any) -> None:
    phone.keyboard.type("@ag")
    expect(phone.locator(MENU)).to_be_visible()
    phone.keyboard.press("Escape")
    expect(phone.locator(MENU)).to_have_count(0)
    phone.keyboard.type("r")
    expect(phone.locator(MENU)).to_be_visible()
    # What a phone's way back asks of the page.
    phone.evaluate("() => { const all = window.watchers; all.at(-1).requestClose(); }")
    expect(phone.locator(MENU)).to_have_count(0)
    expect(phone.locator(TEXT)).to_have_value(re.compile(r"Voir @agr\n\nFin\.$"))


def test_buttons_open_what_the_signs_do(phone: Any) -> None:
    def take(button: str, typed: str, row: str) -> None:
        phone.locator(f".edit-tools button:text-is('{button}')").tap()
        window = phone.locator(".finder[open]")
        if typed:
            phone.keyboard.type(typed)
            # What is found by then is what was typed.
            expect(window.locator("li")).to_have_count(1)
        phone.wait_for_function(
            "() => { const one = document.querySelector('.finder[open] li button');"
            " const box = one?.getBoundingClientRect();"
            " return box && box.height >= 44 && box.width >= 44 && box.bottom <= 471; }"
        )
        window.get_by_role("button", name=row).first.tap()
        expect(window).to_have_count(0)

    take("Personne", "agro", "Une agronome")
    take("Thème", "agri", "agriculture")
    take("Emoji", "", "visage rieur")
    expect(phone.locator(TEXT)).to_have_value(
        re.compile(re.escape(f"Voir {PERSON} {THEME} ") + "\\S+\n\nFin\\.$")
    )
    # In a cell, and in a block, where both mean something to the page.
    put(phone, TABLE)
    tap(phone.locator(".cm-grid td").nth(1))
    take("Personne", "agro", "Une agronome")
    expect(phone.locator(TEXT)).to_have_value(
        TABLE.replace("d |", f"d {PERSON} |".replace("|Une", "\\|Une"))
    )
    put(phone, "::: besoins\n- [ ] un\n\n:::\n\nfin")
    expect(phone.locator(".cm-card .row.need")).to_have_count(1)
    tap(phone.locator(".cm-card").get_by_role("button", name="Modifier le texte"))
    phone.keyboard.press("End")
    take("Thème", "agri", "agriculture")
    take("Personne", "Bret", "Bretagne")
    expect(phone.locator(TEXT)).to_have_value(
        "::: besoins\n- [ ] un #agriculture @Bretagne\n\n:::\n\nfin"
    )
    # What is not wanted after all is shut by the key, and nothing has changed.
    phone.locator(".edit-tools button:text-is('Emoji')").tap()
    expect(phone.locator(".finder[open]")).to_be_visible()
    phone.keyboard.press("Escape")
    expect(phone.locator(".finder[open]")).to_have_count(0)


def test_the_keyboard_hides_no_line_that_one_writes(desk: Desk) -> None:
    page = desk("essai\n", PHONE, has_touch=True, is_mobile=True).page
    rows = "".join(f"| {at} | x |\n" for at in range(30))
    put(page, f"| a | b |\n| --- | --- |\n{rows}\n" + "Une phrase.\n\n" * 20 + "Fin.‹")
    in_sight = (
        "(name) => { const root = document.querySelector('.editor').shadowRoot;"
        " const box = root.querySelector(name)?.getBoundingClientRect();"
        " const dock = document.querySelector('.edit-dock').getBoundingClientRect();"
        " return box && box.top >= 40 && box.bottom <= dock.top && dock.bottom <= 471; }"
    )
    page.evaluate(_KEYBOARD)
    page.wait_for_function(in_sight, arg=".cm-cursor")
    page.keyboard.press("Enter")
    page.keyboard.type("Encore.")
    page.wait_for_function(in_sight, arg=".cm-cursor")
    # In a cell too, when the tools of the table come, and down to its last row.
    page.wait_for_function(_TO_THE_TABLE)
    tap(page.locator(".cm-grid td", has_text="9").first)
    page.wait_for_function(in_sight, arg=".cm-grid textarea")
    for _row in range(12):
        page.keyboard.press("ArrowDown")
    page.wait_for_function(in_sight, arg=".cm-grid textarea")
