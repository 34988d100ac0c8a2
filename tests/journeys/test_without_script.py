"""Everything that matters works without JavaScript."""

from playwright.sync_api import expect

from tests.journeys.browsing import PHONE, Open
from wiki.testing import PASSWORD


def test_a_page_is_written_read_and_restored(browse: Open) -> None:
    person = browse(PHONE, java_script_enabled=False)
    page = person.page
    person.goto("/-/edit/sans-script")
    assert "/-/login" in page.url
    page.fill("main [name=email]", "awa@example.org")
    page.fill("main [name=password]", PASSWORD)
    person.go_by("main .form button[type=submit]")
    area = page.locator("textarea[name=text]")
    area.fill("# Sans script\n\nUn *premier* texte.\n")
    person.go_by("button[name=preview]")
    assert page.locator(".edit-preview em").inner_text() == "premier"
    assert "Un *premier* texte." in page.input_value("textarea[name=text]")
    person.go_by(".edit-bar button:has-text('Enregistrer')")
    assert page.url.endswith("/sans-script")
    assert page.locator("h1").all_inner_texts() == ["Sans script"]

    person.go_by("a:has-text('Modifier')")
    page.fill("textarea[name=text]", "# Sans script\n\nUn second texte.\n")
    person.go_by(".edit-bar button:has-text('Enregistrer')")
    page.click(".page-menu summary")
    person.go_by(".page-menu a:has-text('Historique')")
    expect(page.locator(".story li")).to_have_count(2)
    person.go_by(".story li >> nth=0 >> a:has-text('Voir ce qui a changé')")
    assert page.locator("del").count() and page.locator("ins").count()
    page.go_back()
    person.go_by(".story li >> nth=1 >> button:has-text('Revenir')")
    assert "premier" in page.locator(".text").inner_text()
    assert person.wide() == 0


def test_search_and_boards_answer(browse: Open) -> None:
    visitor = browse(java_script_enabled=False)
    visitor.goto("/")
    visitor.page.fill("#site-q", "lora")
    visitor.page.press("#site-q", "Enter")
    hits = visitor.page.get_by_role("main")
    hits.get_by_role("link", name="LoRa à la ferme", exact=True).first.wait_for()
    visitor.goto("/-/needs")
    visitor.go_by(".facets a >> nth=0")
    assert visitor.page.locator(".row.need").count() >= 1
