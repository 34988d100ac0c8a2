"""An expert answers a need, the owner says yes by a link on a phone, and addresses cross."""

from tests.journeys.browsing import PHONE, Open, Site, Watched, mailed

#: a link that a mail about an introduction holds
_LINK = r"(/-/introductions/[\w.-]+)(?=\s)"


def press(visit: Watched, words: str) -> None:
    with visit.page.expect_navigation():
        visit.page.click(f"main button:has-text('{words}')")


def test_an_expert_and_an_owner_meet(browse: Open, site: Site) -> None:
    owner = browse().log_in("marc")
    page = owner.page
    owner.goto("/-/new?type=project")
    page.fill("main [name=title]", "Haies connectées")
    page.click("main .form button[type=submit]")
    page.wait_for_selector("h1:has-text('Haies connectées')")
    project = page.url.removeprefix(site.url)
    # A form writes it, as one does in its place; here the text as it stands.
    owner.goto(f"/-/edit{project}/besoins")
    page.wait_for_selector(".edit-tools")
    page.click(".edit-tools button:has-text('Besoin')")
    page.keyboard.type("Un botaniste pour choisir les essences")
    with page.expect_navigation():
        page.click(".edit-bar button:has-text('Enregistrer')")

    expert = browse(PHONE, has_touch=True)
    expert.goto(f"{project}/besoins")
    for _step in ("to the need", "to the form"):
        with expert.page.expect_navigation():
            expert.page.click("main a:has-text('Je peux aider')")
    assert "botaniste" in expert.page.locator("main").inner_text()
    assert expert.wide() == 0
    expert.page.fill("main [name=words]", "Je plante des haies depuis vingt ans.")
    expert.page.fill("main [name=name]", "Zoé Lambert")
    expert.page.fill("main [name=email]", "zoe@example.net")
    press(expert, "Je peux aider")
    assert "Une dernière étape" in expert.page.locator("main").inner_text()
    link = mailed(site, "zoe@example.net", _LINK)
    expert.goto(link)
    press(expert, "Oui, poser la question")
    assert expert.wide() == 0

    phone = browse(PHONE, has_touch=True)
    phone.goto(mailed(site, "marc@example.org", _LINK))
    said = phone.page.locator("main").inner_text()
    assert "Zoé Lambert peut aider" in said and "vingt ans" in said and "Vous êtes Marc" in said
    assert phone.wide() == 0
    press(phone, "Oui, volontiers")
    assert "tous deux dit oui" in phone.page.locator("main").inner_text()
    mailed(site, "zoe@example.net", r"(marc@example\.org)")
    mailed(site, "marc@example.org", r"(zoe@example\.net)")

    expert.goto(link)
    assert "@" not in expert.page.locator("main").inner_text()
    expert.page.check("main [name=outcome][value=met]")
    press(expert, "Le garder")
    expert.page.click("main summary:has-text('Proposer une ligne')")
    expert.page.fill("main [name=line]", "Les essences sont choisies avec une botaniste")
    press(expert, "Proposer")
    phone.page.reload()
    assert "nous sommes rencontrés" in phone.page.locator("main").inner_text()
    press(phone, "D’accord, l’écrire")
    expert.goto(project)
    assert "Les essences sont choisies" in expert.page.locator("main").inner_text()
