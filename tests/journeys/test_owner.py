"""An owner signs up, presents a project, writes two needs and a news line: all on a phone."""

from datetime import UTC, datetime

from tests.journeys.browsing import PHONE, Open, Site


def test_a_project_in_two_minutes_on_a_phone(browse: Open, site: Site) -> None:
    owner = browse(PHONE, has_touch=True)
    page = owner.page
    owner.goto("/-/new?type=project")
    page.click("main a:has-text('Créer un compte')")
    page.wait_for_url("**/-/register**")
    page.fill("main [name=email]", "porteuse@example.org")
    page.fill("main [name=name]", "Une porteuse")
    page.fill("main [name=password]", "une autre longue phrase")
    page.click("main .form button[type=submit]")
    # Signing up leads back to what one was about to do.
    page.wait_for_selector("main [name=title]")
    page.fill("main [name=title]", "Vélos du marais")
    page.fill("main [name=summary]", "Des vélos réparés ensemble, prêtés à qui en a besoin.")
    page.fill("main [name=themes]", "mobilité, réemploi")
    page.fill("main [name=territory]", "Bretagne")
    page.click("main .form button[type=submit]")
    page.wait_for_selector("h1:has-text('Vélos du marais')")
    assert owner.wide() == 0
    assert page.locator(".next-steps li").count() <= 3

    # By the text itself; test_needs.py goes by the form.
    page.click(".space-tabs a:has-text('Besoins')")
    page.wait_for_selector(".head-tools")
    page.click(".head-tools a:has-text('Modifier')")
    page.wait_for_selector(".edit-tools")
    for words in ("Un local près de la gare #local", "Une heure de conseil juridique #statuts"):
        page.click(".edit-tools button:has-text('Besoin')")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    page.fill("[name=message]", "deux premiers besoins")
    with page.expect_navigation():
        page.click(".edit-bar button:has-text('Enregistrer')")
    assert page.locator("main .row.need").count() == 2
    assert owner.wide() == 0

    page.click(".space-tabs a:has-text('Historique')")
    page.wait_for_selector(".head-tools")
    page.click(".head-tools a:has-text('Modifier')")
    page.wait_for_selector(".edit-tools")
    page.click(".edit-tools button:has-text('Nouvelle')")
    page.keyboard.type("Dix vélos remis en route")
    page.keyboard.press("Enter")
    with page.expect_navigation():
        page.click(".edit-bar button:has-text('Enregistrer')")
    page.click(".space-tabs a >> nth=0")
    page.wait_for_selector(".space-now .timeline")
    today = datetime.now(UTC).date().year
    assert str(today) in page.locator(".space-now .timeline").inner_text()
    assert "Dix vélos remis en route" in page.locator(".space-now .timeline").inner_text()
    assert page.locator(".space-now .row.need").count() == 2

    visitor = browse(PHONE)
    visitor.goto("/-/needs")
    assert "Un local près de la gare" in visitor.page.locator("main").inner_text()
