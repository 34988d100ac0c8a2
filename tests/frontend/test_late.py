"""A form whose answer is late says that it was sent."""

from playwright.sync_api import expect

from tests.journeys.browsing import Open


def test_a_late_answer_is_announced_where_it_was_asked_for(browse: Open) -> None:
    visitor = browse()
    visitor.goto("/-/login")
    page = visitor.page
    # The answer never comes: after all that listens, the browser does not leave.
    page.evaluate("addEventListener('submit', (event) => event.preventDefault())")
    page.get_by_label("Adresse électronique").first.fill("personne@example.org")
    page.get_by_label("Mot de passe").first.fill("x" * 12)
    button = page.get_by_role("button", name="Se connecter").first
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("status").filter(has_text="la réponse arrive")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(page.get_by_text("la réponse arrive")).to_have_count(0)
