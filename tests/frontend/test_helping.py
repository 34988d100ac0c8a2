"""What the editor does for who knows no Markdown: menus in the text, small forms, tables, lists."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.frontend.test_editor import HEAD, begin, has, press, says
from tests.journeys.browsing import PHONE
from wiki.testing import settled

#: what is marked in the menu, which may be taken
MENU = ".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled) li[aria-selected]"


def test_a_slash_offers_all_that_can_be_written(desk: Desk) -> None:
    page = desk("essai\n").page
    area, menu = page.locator("#text"), page.locator(MENU)
    table = "| Colonne 1 | Colonne 2 |\n| --- | --- |\n| case | case |\n"
    # In French and in English, by its name or by another.
    for typed, label, written in (
        ("/tab", "Tableau", table),
        ("/grille", "Tableau", table),
        ("/todo", "Choses à faire", "- [ ] "),
    ):
        begin(page, "Un mot.\n\n")
        page.keyboard.type(typed)
        expect(menu).to_contain_text(label)
        page.keyboard.press("Enter")
        expect(area).to_have_value(f"Un mot.\n\n{written}")
    # Who knows its name waits for nothing.
    begin(page, "")
    page.keyboard.type("/")
    expect(menu).to_contain_text("Titre")
    page.keyboard.type("grille")
    page.keyboard.press("Enter")
    expect(area).to_have_value(table)
    # Arrows choose; Escape leaves the sign that was typed.
    begin(page, "")
    page.keyboard.type("/")
    expect(menu).to_contain_text("Titre")
    page.keyboard.press("ArrowDown")
    expect(menu).to_contain_text("Intertitre")
    page.keyboard.press("Enter")
    page.keyboard.type("La suite")
    expect(area).to_have_value("### La suite")
    page.keyboard.type(" et/ou 1 / 2 /")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(area).to_have_value("### La suite et/ou 1 / 2 /")


def test_brackets_look_for_a_page_in_place(desk: Desk) -> None:
    page = desk("essai\n").page
    area, menu = page.locator("#text"), page.locator(MENU)
    begin(page, "Voir ")
    page.keyboard.type("[[lora")
    expect(menu).to_be_visible()
    # Taken while it still looks for the last letters: what it finds for all of them.
    page.keyboard.type(" à la f")
    page.keyboard.press("Enter")
    link = "[[projets/lora-a-la-ferme|LoRa à la ferme]]"
    expect(area).to_have_value(f"Voir {link}")
    page.keyboard.type(" et [[une idée neuve")
    expect(menu).to_contain_text("une idée neuve")
    expect(menu).to_contain_text("une page à écrire")
    page.keyboard.press("Enter")
    expect(area).to_have_value(f"Voir {link} et [[une idée neuve]]")


def fill(page: Any, **fields: str) -> None:
    """Fills the form in the window that is open, and sends it."""
    for name, value in fields.items():
        field = page.locator(f"dialog[open] [name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("dialog[open] form button:not([type=button])").click()


def test_small_forms_write_what_lives_in_a_page(desk: Desk) -> None:
    page = desk("essai\n").page
    begin(page, "Un mot.")
    press(page, "Besoin")
    # Nothing said, nothing written; what is asked stays open.
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(1)
    fill(
        page,
        text="Un four à pain {#b-7k2qx9ma}",
        keywords="#four, bois de chauffe, four",
        places="Pays de la Loire, Rennes",
        before="2027-03-01",
    )
    need = "- [ ] Un four à pain #four #bois-de-chauffe"
    marks = '@"Pays de la Loire" @Rennes avant:2027-03-01'
    says(page, f"Un mot.\n\n::: besoins\n{need} {marks}\n\n:::\n")

    begin(page, "")
    press(page, "Offre")
    fill(page, text="Relire", availability="un-peu")
    has(page, "::: offres\n- [ ] Relire dispo:un-peu\n")
    begin(page, "")
    press(page, "Nouvelle")
    fill(page, text="Le four chauffe", date="2027-02-03", state="prototype")
    has(page, "::: historique\n- 2027-02-03 prototype — Le four chauffe\n")
    begin(page, "")
    press(page, "Insérer")
    page.keyboard.type("liste de pro")
    page.keyboard.press("Enter")
    fill(page, themes="agriculture, iot", territory="Pays de la Loire", to="pilote", limit="5")
    asked = 'theme:agriculture,iot territory:"Pays de la Loire" maturity:..pilote sort:updated'
    says(page, re.compile(rf"^\s*{re.escape(f'::: projets {asked} limit:5')}\n\n:::\s*$"))


def test_tab_goes_through_a_table_and_out_of_everything_else(desk: Desk) -> None:
    page = desk("essai\n", as_text=True).page
    begin(page, "| a | b |\n| :-- | --- |\n| c |‹›")
    keys = page.keyboard
    keys.press("Shift+Tab")
    keys.press("Shift+Tab")
    keys.type("A")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("D")
    keys.press("Tab")
    keys.type("e")
    says(page, "| A | b |\n| :-- | --- |\n| c |D\n| e |  |")
    tools = page.locator(".table-tools")
    tools.locator("button:text-is('Une colonne de plus')").click()
    keys.type("f")
    has(page, "\n| :-- | --- | --- |\n| c |  |D\n| e | f |  |")
    tools.locator("button:text-is('Ôter la ligne')").click()
    tools.locator("button:text-is('Ôter la colonne')").click()
    says(page, "| A | b |\n| :-- | --- |\n| c |D")
    begin(page, "Un mot.")
    expect(tools).to_be_hidden()
    keys.press("Tab")
    page.wait_for_function("!document.activeElement.matches('.editor')")


def test_a_list_goes_on_and_goes_in(desk: Desk) -> None:
    page = desk("essai\n").page
    begin(page, "- [ ] un")
    keys = page.keyboard
    keys.press("Enter")
    keys.type("deux")
    keys.press("Tab")
    keys.press("Enter")
    keys.type("trois")
    keys.press("Shift+Tab")
    says(page, "- [ ] un\n  - [ ] deux\n- [ ] trois")
    begin(page, "1. un")
    keys.press("Enter")
    keys.type("deux")
    keys.press("Tab")
    says(page, re.compile(r"^1\. un\n   [12]\. deux$"))
    # After Escape, Tab leaves even a list.
    keys.press("Escape")
    keys.press("Tab")
    page.wait_for_function("!document.activeElement.matches('.editor')")


def test_the_bar_is_one_stop_and_keys_do_the_same(desk: Desk) -> None:
    page = desk("essai\n").page
    begin(page, "un ‹mot›")
    page.keyboard.press("Control+b")
    page.keyboard.press("Control+i")
    says(page, "un ***mot***")
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[open] input")).to_have_value("mot")
    page.keyboard.press("Escape")
    page.wait_for_selector(".editor:focus-within")
    expect(page.locator(".edit-tools [tabindex='0']")).to_have_count(1)
    page.locator(".edit-tools .tool").first.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("document.activeElement.textContent === 'Aperçu'")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.textContent === 'Italique'")
    words = page.locator(".cm-content")
    expect(words).to_have_attribute("spellcheck", "true")
    expect(words).to_have_attribute("lang", "fr")


@pytest.mark.parametrize("as_text", [False, True], ids=["page", "plain"])
def test_a_phone_has_the_same_list_and_undoes(desk: Desk, as_text: bool) -> None:
    writer = desk(f"{HEAD}- un", PHONE, as_text=as_text, has_touch=True, is_mobile=True)
    page = writer.page
    area = page.locator("#text")
    page.locator(".edit-area:visible" if as_text else ".cm-content").focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("deux")
    expect(area).to_have_value(f"{HEAD}- un\n- deux")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(area).to_have_value(f"{HEAD}- un\n- deux\n")
    bar = page.locator(".sticky-bar")
    bar.locator("button:text-is('Insérer')").tap()
    rows = page.locator(".palette-row")
    rows.nth(15).wait_for()
    assert settled(page) and rows.first.bounding_box()["height"] >= 44
    rows.filter(has_text="Tableau").tap()
    expect(area).to_have_value(re.compile(r"- deux\n\n\| Colonne 1 \| Colonne 2 \|"))
    expect(page.locator(".edit-dock .table-tools")).to_be_visible()
    bar.locator("button:text-is('Annuler')").tap()
    expect(area).to_have_value(f"{HEAD}- un\n- deux\n")
    assert writer.wide() == 0


_LEAD = """() => {
  const pane = document.querySelector("[data-preview-pane]");
  pane.dispatchEvent(new WheelEvent("wheel", {bubbles: true}));
  pane.scrollTop = pane.scrollHeight;
}"""
_TOP = (
    """() => document.querySelector(".editor").shadowRoot.querySelector(".cm-scroller").scrollTop"""
)


def test_the_text_follows_the_preview(desk: Desk) -> None:
    page = desk(as_text=True).page
    page.locator("[data-preview-pane] h2 >> nth=4").wait_for()
    assert settled(page).evaluate(_TOP) == 0
    page.evaluate(_LEAD)
    page.locator(".cm-scroller").evaluate(
        "one => new Promise(done => { const look = () => one.scrollTop > 200 ? done()"
        " : requestAnimationFrame(look); look(); })"
    )
