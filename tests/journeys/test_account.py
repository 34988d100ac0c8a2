"""A person's account: by a mailed link, a new password, a name, and leaving."""

from tests.journeys.browsing import PHONE, Open, Site, mailed


def test_an_account_from_its_first_day_to_its_last(browse: Open, site: Site) -> None:
    person = browse(PHONE)
    page = person.page
    person.goto("/-/register")
    page.fill("main [name=email]", "passante@example.org")
    page.fill("main [name=name]", "Une passante")
    page.fill("main [name=password]", "un premier long secret")
    with page.expect_navigation():
        page.click("main .form button[type=submit]")
    page.context.clear_cookies()

    person.goto("/-/login-link")
    page.fill("main [name=email]", "passante@example.org")
    with page.expect_navigation():
        page.click("main .form button[type=submit]")
    person.goto(mailed(site, "passante@example.org", r"(/-/login-link/\S+)"))
    page.click("main form button[type=submit]")
    page.wait_for_url(site.url + "/")
    person.goto("/-/account")
    assert page.locator("h1").inner_text() == "Une passante"
    page.click("main .account-nav a:has-text('Réglages')")
    page.fill("main [name=name]", "Une habituée")
    page.click("main button:has-text('Enregistrer')")
    page.wait_for_selector(".notice")
    person.goto("/-/account")
    page.wait_for_selector("h1:text-is('Une habituée')")

    page.context.clear_cookies()
    person.goto("/-/reset")
    page.fill("main [name=email]", "passante@example.org")
    with page.expect_navigation():
        page.click("main .form button[type=submit]")
    person.goto(mailed(site, "passante@example.org", r"(/-/reset/\S+)"))
    page.fill("main [name=password]", "un tout nouveau secret")
    page.click("main form button[type=submit]")
    page.wait_for_url(site.url + "/")

    page.context.clear_cookies()
    person.goto("/-/login")
    page.fill("main [name=email]", "passante@example.org")
    page.fill("main [name=password]", "un tout nouveau secret")
    page.press("main [name=password]", "Enter")
    page.wait_for_url(site.url + "/")
    person.goto("/-/account/leave")
    page.click("summary:has-text('Effacer mon compte')")
    page.fill("#erase-password", "un tout nouveau secret")
    with page.expect_navigation():
        page.click("button[value=erase]")
    person.goto("/-/account")
    assert "/-/login" in page.url
