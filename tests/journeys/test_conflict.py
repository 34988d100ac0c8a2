"""Two people write at the same time, and choose by paragraph."""

from typing import Any

from playwright.sync_api import expect

from tests.journeys.browsing import Open

TEXT = "# Rencontre\n\nLe matin, on parle.\n\nMidi : on mange.\n\nLe soir, on rentre.\n"


def write(page: Any, text: str) -> None:
    """Replaces the text of the editor."""
    page.wait_for_selector(".cm-content")
    page.click(".cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def test_two_people_choose_by_paragraph(browse: Open) -> None:
    awa, marc = browse().log_in("awa"), browse().log_in("marc")
    awa.goto("/-/edit/rencontre")
    write(awa.page, TEXT)
    with awa.page.expect_navigation():
        awa.page.keyboard.press("Control+s")
    for person in (awa, marc):
        person.goto("/-/edit/rencontre")
    write(marc.page, TEXT.replace("on parle", "on écoute").replace("on rentre", "on chante"))
    with marc.page.expect_navigation():
        marc.page.keyboard.press("Control+s")
    write(awa.page, TEXT.replace("on parle", "on débat").replace("on rentre", "on danse"))
    with awa.page.expect_navigation() as answered:
        awa.page.keyboard.press("Control+s")
    assert answered.value.status == 409

    page = awa.page
    expect(page.locator("header h1")).to_have_text("Marc a écrit en même temps que vous")
    assert "<<<<" not in page.content() and "&lt;&lt;" not in page.content()
    expect(page.locator("fieldset.choice")).to_have_count(2)
    # Without a choice both stay; each place is chosen for itself.
    expect(page.locator("fieldset.choice [value=both]:checked")).to_have_count(2)
    expect(page.locator("fieldset.choice .text:visible ins")).to_have_count(4)
    page.check("fieldset.choice >> nth=0 >> [value=mine]")
    page.check("fieldset.choice >> nth=1 >> [value=theirs]")
    with page.expect_navigation():
        page.click("main .actions button[type=submit]")
    told = page.locator(".text").inner_text()
    assert "on débat" in told and "on chante" in told and "on mange" in told
    assert "on écoute" not in told and "on danse" not in told
