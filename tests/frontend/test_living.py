"""The living page: it stands where its signs were, boxes and views do what they say."""

import re

from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.frontend.living import BLOCK, PAGE, TABLE, TEXT, put, shown
from tests.frontend.test_editor import press, says
from tests.journeys.browsing import PHONE
from wiki.testing import settled


def test_the_page_stands_where_its_signs_were(desk: Desk) -> None:
    page = desk(PAGE).page
    expect(page.locator(".cm-card")).to_contain_text("Une salle à Rennes")
    # Lines far below what one sees are not drawn yet.
    page.evaluate(
        "document.querySelector('form[data-editor]').editor.surface.view.scrollDOM.scrollTo(0, 200)"
    )
    expect(page.locator(".cm-content")).to_contain_text("La fin.")
    seen = shown(settled(page))
    assert not re.search(
        r"\*|\[|\]|https:|\|.*\||^#+ |^>|besoins|title:|\{#", seen, re.MULTILINE
    ), seen
    assert "la charte" in seen and "Une salle à Rennes" in seen and "::: inconnu" in seen
    expect(page.locator(".cm-box")).to_have_count(2)
    expect(page.locator(".cm-grid td")).to_have_text(["Léa", "30", "a | b", ""])
    page.locator(".cm-line").get_by_text("gras", exact=True).click()
    words = page.locator(".cm-content")
    expect(words).to_contain_text("**gras**")
    press(page, "Voir le texte")
    expect(words).to_contain_text("| Léa | 30 |")
    page.reload()
    expect(words).to_contain_text("| Léa | 30 |")
    says(page, PAGE)


def test_a_box_that_is_ticked_changes_its_sign(desk: Desk) -> None:
    page = desk(PAGE).page
    page.get_by_role("checkbox", name="à faire").check()
    says(page, PAGE.replace("[ ] à faire", "[x] à faire"))
    page.get_by_role("checkbox", name="fait", exact=True).uncheck()
    says(page, PAGE.replace("[ ] à", "[x] à").replace("[x] fait", "[ ] fait"))


def test_a_link_says_its_page_and_is_changed_in_its_window(desk: Desk) -> None:
    page = desk("Voir [[charte]] et [ici](<https://a.example/>).\n", PHONE, has_touch=True).page
    shown_link = page.locator(".cm-link", has_text=re.compile("charte", re.IGNORECASE))
    expect(shown_link).not_to_have_text("charte")
    page.locator(".cm-link", has_text="ici").tap()
    expect(page.locator(".cm-content")).not_to_contain_text("https")
    page.click(".edit-tools button:text-is('Lien')")
    expect(page.locator(".link-picker input")).to_have_value("https://a.example/")
    page.fill(".link-picker input", "https://b.example/")
    page.keyboard.press("Enter")
    expect(page.locator(TEXT)).to_have_value("Voir [[charte]] et [ici](<https://b.example/>).\n")
    shown_link.tap()
    page.click(".edit-tools button:text-is('Lien')")
    page.click(".link-picker button:text-is('Ôter le lien')")
    expect(page.locator(TEXT)).to_have_value(re.compile(r"^Voir charte et \[ici\]"))


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
        says(page, after)
