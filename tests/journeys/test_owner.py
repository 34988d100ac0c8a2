"""An owner presents a project, signs up last, writes two needs and a news line: on a phone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.journeys.browsing import PHONE, Open, Site


def test_a_project_in_two_minutes_on_a_phone(browse: Open, site: Site) -> None:
    owner = browse(PHONE, has_touch=True)
    page = owner.page
    owner.goto("/-/new?type=project")
    page.fill("main [name=title]", "Vélos du marais")
    page.fill("main [name=summary]", "Des vélos réparés ensemble, prêtés à qui en a besoin.")
    page.fill("main [name=themes]", "mobilité, réemploi")
    page.fill("main [name=territory]", "Bretagne")
    assert not page.context.cookies()
    owner.go_by("main .form button[type=submit]")
    # The account comes last; what was typed is there on the way back, too.
    page.wait_for_selector("h1:has-text('Il reste une chose')")
    assert owner.wide() == 0 and "prêtés à qui en a besoin" in page.inner_text("main")
    page.go_back()
    assert page.input_value("main [name=title]") == "Vélos du marais"
    page.go_forward()
    page.fill("main [name=name]", "Une porteuse")
    page.fill("main [name=email]", "porteuse@example.org")
    owner.go_by("main .form button[type=submit]")
    assert page.locator("h1").inner_text() == "Vélos du marais"
    assert "C’est en place" in page.inner_text("body")
    assert owner.wide() == 0
    assert page.locator(".next-steps li").count() <= 3

    # By the text itself; test_needs.py goes by the form.
    owner.go_by(".space-tabs a:has-text('Besoins')")
    owner.go_by(".head-tools a:has-text('Modifier')")
    page.wait_for_selector(".edit-tools")
    for words in ("Un local près de la gare #local", "Une heure de conseil juridique #statuts"):
        page.click(".edit-tools button:has-text('Besoin')")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    page.fill("[name=message]", "deux premiers besoins")
    owner.go_by(".edit-bar button:has-text('Enregistrer')")
    expect(page.locator("main .row.need")).to_have_count(2)
    assert owner.wide() == 0

    owner.go_by(".space-tabs a:has-text('Historique')")
    owner.go_by(".head-tools a:has-text('Modifier')")
    page.wait_for_selector(".edit-tools")
    page.click(".edit-tools button:has-text('Nouvelle')")
    page.keyboard.type("Dix vélos remis en route")
    page.keyboard.press("Enter")
    owner.go_by(".edit-bar button:has-text('Enregistrer')")
    owner.go_by(".space-tabs a >> nth=0")
    today = datetime.now(ZoneInfo("Europe/Paris")).year
    assert str(today) in page.locator(".space-now .timeline").inner_text()
    assert "Dix vélos remis en route" in page.locator(".space-now .timeline").inner_text()
    expect(page.locator(".space-now .row.need")).to_have_count(2)

    visitor = browse(PHONE)
    visitor.goto("/-/needs")
    assert "Un local près de la gare" in visitor.page.locator("main").inner_text()
