"""Cards of the living page: what stands in them, and what one may do to it."""

import re

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


NEEDS = """::: besoins
- [ ] Une salle à Rennes #salle avant:2027-03-01 {#b-7k2qx9ma}
- [ ]  Un four   @Brest vu:2026-01-02 {#b-7k2qx9mb}

  Et plus bas.

:::

fin
"""


def test_a_line_of_a_card_is_changed_by_its_form(desk: Desk) -> None:
    page = desk(NEEDS).page
    area = page.locator("#text")
    dialog = page.locator("dialog[open]")
    room = page.get_by_role("button", name="Besoin : Une salle à Rennes, modifier")
    # By keys alone: into the card, to the line, through the form.
    expect(room).to_be_visible()
    page.locator(".cm-line", has_text="fin").click()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".cm-card")).to_be_focused()
    page.keyboard.press("Enter")
    expect(room).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.locator("[name=text]")).to_have_value("Une salle à Rennes")
    expect(dialog.locator("[name=text]")).to_be_focused()
    expect(dialog.locator("[name=keywords]")).to_have_value("salle")
    dialog.locator("[name=before]").fill("2027-04-02")
    dialog.get_by_role("button", name="Enregistrer").press("Enter")
    after = NEEDS.replace("2027-03-01", "2027-04-02")
    expect(area).to_have_value(after)
    # Drawn anew, one is where one was.
    expect(page.locator(".cm-card")).to_contain_text("2 avril 2027")
    expect(room).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Descendre").click()
    lines = after.split("\n")
    moved = "\n".join([lines[0], *lines[2:5], lines[1], *lines[5:]])
    expect(area).to_have_value(moved)
    expect(room).to_be_focused()
    expect(room).to_be_enabled()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Retirer").click()
    expect(area).to_have_value("\n".join([lines[0], *lines[2:]]))
    expect(dialog).to_have_count(0)
    # Out of the card, first to it and then to the text below.
    kept = page.get_by_role("button", name="Besoin : Un four, modifier")
    expect(kept).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".cm-card")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.type("Z")
    expect(area).to_have_value(re.compile(r"^:::\nZ\n", re.MULTILINE))


def test_a_line_that_others_changed_meanwhile_is_left_alone(desk: Desk) -> None:
    page = desk(NEEDS).page
    area = page.locator("#text")
    dialog = page.locator("dialog[open]")
    page.get_by_role("button", name="Besoin : Une salle à Rennes, modifier").click()
    # Above it, and in another line of its block: it is found where it stands now.
    elsewhere = (
        "([from, to, insert]) => document.querySelector('form[data-editor]').editor.surface.view"
        ".dispatch({changes: {from, to, insert}})"
    )
    page.evaluate(elsewhere, [NEEDS.index("Un four"), NEEDS.index("Un four") + 2, "Deux"])
    page.evaluate(elsewhere, [0, 0, "Au-dessus.\n\n"])
    dialog.locator("[name=keywords]").fill("salle, chauffage")
    dialog.get_by_role("button", name="Enregistrer").click()
    after = "Au-dessus.\n\n" + NEEDS.replace("Un four", "Deux four").replace(
        "2027-03-01", "2027-03-01 #chauffage"
    )
    expect(area).to_have_value(after)
    # The line itself: nothing is written, and what was typed stands there.
    page.get_by_role("button", name="Besoin : Une salle à Rennes, modifier").click()
    at = after.index("salle")
    page.evaluate(elsewhere, [at, at + 5, "cave"])
    dialog.locator("[name=text]").fill("Une grange")
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(dialog.get_by_role("alert")).to_contain_text("vient de modifier")
    expect(dialog.locator("[name=text]")).to_have_value("Une grange")
    expect(area).to_have_value(after.replace("Une salle", "Une cave"))


def test_a_card_that_cannot_be_shown_is_its_text(desk: Desk) -> None:
    page = desk("essai\n").page
    # The second is no block that anybody knows, and what comes for the others makes no sense.
    failed = {"html": "<p>x</p>", "failed": True, "items": []}
    answers = [failed, None, {"html": 3}, "x"]
    page.route("**/-/blocks/**", lambda route: route.fulfill(json=answers))
    text = "\n\n".join(BLOCK.replace("un", one) for one in ("un", "deux", "trois", "quatre"))
    put(page, f"{text}\n\nfin\n")
    cards = page.locator(".cm-card")
    expect(cards).to_have_count(3)
    expect(cards.first).to_contain_text("Ce bloc ne peut pas être montré pour l’instant")
    expect(cards.locator("pre")).to_contain_text(["- [ ] un", "- [ ] trois", "- [ ] quatre"])
    expect(page.locator(".cm-content")).to_contain_text("deux")
    cards.first.get_by_role("button", name="Modifier le texte").click()
    expect(cards).to_have_count(2)
    says(page, f"{text}\n\nfin\n")
