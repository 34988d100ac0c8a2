"""A visitor proposes, the owner accepts on a phone, the visitor sees it: all without JavaScript."""

from playwright.sync_api import expect

from tests.journeys.browsing import PHONE, Open, Site
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.repository.repository import Repository

PAGE = "---\neditors: anyone\n---\n\n# Jardin ouvert\n\nUn jardin à Plouha.\n"


def write(site: Site, file: str, text: str) -> None:
    repository = Repository.open(site.folder / "content.git", site.folder / "lock")
    author = Author("Une main", "main@people.invalid")
    commit(repository, repository.head(), {file: text.encode()}, author, "un jardin")
    repository.close()


def test_a_visitor_proposes_and_the_owner_accepts(browse: Open, site: Site) -> None:
    write(site, "jardin-ouvert.md", PAGE)
    visitor = browse(PHONE, java_script_enabled=False)
    page = visitor.page
    visitor.goto("/jardin-ouvert")
    visitor.go_by("text=Proposer une modification")
    area = page.locator("textarea[name=text]")
    area.fill(area.input_value().replace("Un jardin", "Un grand jardin"))
    page.fill("input[name=message]", "il a grandi")
    page.fill("input[name=name]", "Léa")
    assert not page.locator("input[name=website]").is_visible() or visitor.wide() == 0
    visitor.go_by("button[name=preview]")
    assert "grand jardin" in page.locator(".edit-preview").inner_text()
    assert page.input_value("input[name=name]") == "Léa"
    visitor.go_by(".edit-bar button:has-text('Proposer')")
    assert "Merci." in page.locator(".flashes").inner_text()
    assert page.locator("ins").first.inner_text().strip() == "grand"
    assert visitor.wide() == 0
    mine = page.url

    owner = browse(PHONE, java_script_enabled=False).log_in("awa")
    owner.goto("/jardin-ouvert")
    owner.page.click(".site-menu summary")
    owner.go_by(".site-menu a:has-text('À\u00a0relire\u00a0(1)')")
    assert owner.wide() == 0
    owner.go_by("a:has-text('Léa (visiteur)')")
    expect(owner.page.locator(".piece .text ins")).to_contain_text("grand")
    assert owner.wide() == 0
    owner.go_by("button:has-text('Accepter')")
    assert "Acceptée" in owner.page.locator(".flashes").inner_text()

    page.goto(mine)
    assert "Acceptée" in page.locator(".lead").inner_text()
    visitor.go_by("a:has-text('Lire la page')")
    assert "grand jardin" in page.locator(".text").inner_text()


def test_a_visitor_reports_a_page(browse: Open, site: Site) -> None:
    write(site, "signalee.md", "# Signalée\n\nDu texte.\n")
    visitor = browse(PHONE, java_script_enabled=False)
    page = visitor.page
    visitor.goto("/signalee")
    page.click(".page-menu summary")
    visitor.go_by(".page-menu a:has-text('Signaler')")
    page.check("input[value=spam]")
    assert visitor.wide() == 0
    visitor.go_by("main .form button[type=submit]")
    assert "Merci." in page.locator(".flashes").inner_text()
    admin = browse(PHONE, java_script_enabled=False).log_in("anne")
    admin.goto("/-/moderation")
    assert admin.wide() == 0
    admin.go_by("button:has-text('Garder')")
    assert "Gardée" in admin.page.locator(".flashes").inner_text()
