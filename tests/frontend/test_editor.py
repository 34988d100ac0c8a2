"""The editor in a real browser: what its buttons write, what it hides, that it loses nothing."""

from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.frontend.test_screens import Open, address, show

__all__ = ["address", "show"]


def text_of(page: Any) -> str:
    """What would be sent."""
    return str(page.evaluate("document.querySelector('textarea[name=text]').value"))


@pytest.fixture
def desk(show: Open) -> Any:
    """The editor on a wide screen."""
    page = show("edit")
    page.wait_for_selector(".editor")
    return page


def test_identities_are_hidden_and_kept(desk: Any) -> None:
    assert "{#b-7k2qx9ma}" not in desk.locator(".cm-content").inner_text()
    assert "{#b-7k2qx9ma}" in text_of(desk)


def test_a_need_goes_into_the_block_that_is_there(desk: Any) -> None:
    desk.click("button.tool:has-text('Besoin')")
    desk.keyboard.type("Une salle à Rennes")
    lines = text_of(desk).splitlines()
    assert lines[lines.index("- [ ] Une salle à Rennes") - 1].endswith("{#b-1m4tz8qa}")
    assert text_of(desk).count("::: besoins") == 1


def test_an_offer_without_a_block_makes_one(desk: Any) -> None:
    desk.click("button.tool:has-text('Offre')")
    desk.keyboard.type("Relire")
    assert "::: offres\n- [ ] Relire\n\n:::\n" in text_of(desk)


def test_ctrl_s_sends_the_text(desk: Any) -> None:
    desk.locator(".cm-content").click()
    desk.keyboard.press("Control+End")
    desk.keyboard.type("Fin.")
    # A context that closes while its page is on the way to another may never close.
    with desk.expect_navigation() as answered:
        desk.keyboard.press("Control+s")
    fields = parse_qs(answered.value.request.post_data)
    assert fields["text"][0].rstrip().endswith("Fin.")
    assert fields["base"] == ["3f9c21a"]


def test_leaving_loses_nothing(desk: Any) -> None:
    desk.locator(".cm-content").click()
    desk.keyboard.press("Control+End")
    desk.keyboard.type("À ne pas perdre")
    desk.reload()
    assert "À ne pas perdre" not in text_of(desk)
    desk.click(".draft-found button:first-of-type")
    assert "À ne pas perdre" in text_of(desk)


def test_a_link_is_found_by_search(desk: Any) -> None:
    desk.locator(".cm-content").click()
    desk.keyboard.press("Control+End")
    desk.click("button.tool:has-text('Lien')")
    desk.keyboard.type("cahier")
    desk.wait_for_selector(".picker .menu-list button")
    desk.keyboard.press("Enter")
    assert "[[projets/lora/cahier|Cahier des charges]]" in text_of(desk)


def test_the_preview_stands_beside_and_follows(desk: Any) -> None:
    pane = desk.locator("[data-preview-pane]")
    pane.locator("h2").first.wait_for()
    assert desk.evaluate(
        """new Promise((followed) => {
            const pane = document.querySelector('[data-preview-pane]');
            const look = () => pane.scrollTop > 100 ? followed(true) : requestAnimationFrame(look);
            const root = document.querySelector('.editor').shadowRoot;
            root.querySelector('.cm-scroller').scrollTop = 1e6;
            look();
        })"""
    )


def test_a_phone_writes_in_a_plain_area_with_a_bar(show: Open) -> None:
    page = show("edit", 390, has_touch=True, is_mobile=True)
    page.wait_for_selector(".sticky-bar")
    assert page.locator(".editor").count() == 0
    page.tap(".sticky-bar button:has-text('Nouvelle')")
    assert "::: historique\n- " in text_of(page)


def test_without_a_script_it_is_a_form(show: Open) -> None:
    page = show("edit", java_script_enabled=False)
    assert page.locator("textarea[name=text]").is_visible()
    assert page.locator("button[name=preview]").is_visible()
