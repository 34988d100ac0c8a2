"""Cards of the living page: what stands in them, and what one may do to it."""

from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.frontend.living import BLOCK, PAGE, put
from tests.frontend.test_editor import has, says


def test_a_card_has_its_form_and_its_text(desk: Desk) -> None:
    page = desk(PAGE).page
    card, words = page.locator(".cm-card"), page.locator(".cm-content")
    card.get_by_role("button", name="Ajouter le besoin").click()
    page.keyboard.type("Un four")
    page.keyboard.press("Enter")
    after = PAGE.replace("{#b-7k2qx9ma}\n", "{#b-7k2qx9ma}\n- [ ] Un four\n")
    says(page, after)
    expect(card).to_contain_text("Un four")
    card.get_by_role("button", name="Modifier le texte").click()
    expect(card).to_have_count(0)
    page.keyboard.type("Vite : ")
    has(page, "- [ ] Vite : Une salle")
    page.keyboard.press("End")
    page.keyboard.type("é")
    has(page, "#salleé")
    expect(words).to_contain_text("::: besoins")
    page.keyboard.press("Control+End")
    expect(card).to_have_count(1)
    # Beside it, the first press chooses it, and no word is lost by one press too many.
    page.keyboard.press("Control+Home")
    expect(card).to_have_count(1)


def test_a_card_that_nobody_draws_is_its_text_until_somebody_does(desk: Desk) -> None:
    writer = desk("essai\n")
    page = writer.page
    page.route("**/-/blocks/**", lambda route: route.fulfill(status=429, body="non"))
    put(page, BLOCK)
    expect(page.locator(".cm-card")).to_have_count(0)
    expect(page.locator(".cm-content")).to_contain_text("::: besoins")
    page.unroute("**/-/blocks/**")
    expect(page.locator(".cm-card .row.need")).to_contain_text("un", timeout=60_000)


def test_a_need_is_added_to_the_card_that_one_pressed(desk: Desk) -> None:
    page = desk(f"{BLOCK}\n\nmilieu\n\n{BLOCK}\n").page
    page.locator(".cm-card").nth(1).get_by_role("button", name="Ajouter le besoin").click()
    page.keyboard.type("Un four")
    page.keyboard.press("Enter")
    added = BLOCK.replace("un", "un\n- [ ] Un four")
    says(page, f"{BLOCK}\n\nmilieu\n\n{added}\n")
