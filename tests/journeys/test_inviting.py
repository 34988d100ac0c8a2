"""An owner invites an expert from a phone; the expert corrects a chapter; the owner looks again."""

from playwright.sync_api import expect

from tests.journeys.browsing import PHONE, Open, Site, mailed


def test_an_expert_corrects_a_chapter_on_a_phone(browse: Open, site: Site) -> None:
    owner = browse(PHONE, has_touch=True).log_in("awa")
    page = owner.page
    owner.goto("/-/new?type=project")
    page.fill("main [name=title]", "Ruches bavardes")
    page.click("main .form button[type=submit]")
    page.wait_for_selector("h1:has-text('Ruches bavardes')")
    page.click(".space-tabs a:has-text('Cahier')")
    page.wait_for_selector("h1.in-space")
    chapter = page.url.removeprefix(site.url)
    page.click(".page-menu summary")
    page.click(".page-menu a:has-text('Qui voit cette page')")
    page.wait_for_selector("main h1:has-text('Qui voit cette page')")
    assert "Tout le monde" in page.locator("main").inner_text()
    assert owner.wide() == 0
    page.click("main a:has-text('Inviter par courriel')")
    # Which page is asked where it is one alone, and not of who joins the team.
    page.check("main [name=kind][value=team]")
    expect(page.locator("main [name=to]")).to_be_hidden()
    page.check("main [name=kind][value=guest]")
    expect(page.locator("main [name=to]")).to_be_visible()
    page.fill("main [name=email]", "experte@example.net")
    page.fill("main [name=words]", "Pourriez-vous relire la partie radio ?")
    assert owner.wide() == 0
    page.click("main button:has-text('Envoyer')")
    page.wait_for_selector(".notice.done")
    assert "experte@example.net" in page.locator("main").inner_text()

    expert = browse(PHONE, has_touch=True)
    expert.goto(mailed(site, "experte@example.net", r"(/-/invitation/\S+)"))
    theirs = expert.page
    assert "Awa" in theirs.locator("main").inner_text()
    assert expert.wide() == 0
    theirs.fill("main [name=name]", "Une experte")
    theirs.click("main button:has-text('Accepter')")
    theirs.wait_for_url(f"**{chapter}")
    theirs.click(".head-tools a:has-text('Modifier')")
    theirs.wait_for_selector(".edit-tools")
    theirs.focus(".cm-content")
    theirs.keyboard.press("Control+End")
    theirs.keyboard.type("La portée est de deux kilomètres en plaine.")
    with theirs.expect_navigation():
        theirs.click(".edit-bar button:has-text('Enregistrer')")
    assert "deux kilomètres" in theirs.locator("main").inner_text()

    owner.goto(chapter)
    page.click(".page-menu summary")
    # On a phone one sees what many ask for; the rest is folded.
    assert page.locator(".page-menu li:visible").count() <= 9
    page.click(".page-menu .seldom summary")
    page.click(".page-menu a:has-text('Voir comme un visiteur')")
    page.wait_for_selector(".notice:has-text('telle qu’un visiteur')")
    assert "deux kilomètres" in page.locator("main").inner_text()
    assert page.locator(".head-tools a:has-text('Modifier')").count() == 0
    assert page.locator(".site-header .account-link:has-text('Awa')").count() == 0
    page.click(".notice a:has-text('Revenir')")
    page.wait_for_selector(".head-tools a:has-text('Modifier')")
