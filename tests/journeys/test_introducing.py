"""A need becomes a meeting: an expert answers it, or a connector proposes one; two yeses, a story.

With ``WIKI_SCREENSHOTS`` set to a folder the steps of the connector's journey are photographed
there: on a phone and a desk, by day and by night.
"""

from tests.journeys.browsing import PHONE, Open, Site, mailed
from tests.journeys.steps import Album, follow, press, told

#: a link that a mail about an introduction holds
_LINK = r"(/-/introductions/[\w.-]+)(?=\s)"


def test_a_connector_brings_two_together(browse: Open, site: Site) -> None:
    """Owner → expert, who is told why → connector → both accept → outcome → a line in the story."""
    album = Album()
    expert = browse(PHONE, has_touch=True).log_in("awa")
    expert.goto("/-/offers/new")
    expert.page.fill(
        "main [name=what]", "Relire une architecture radio LoRaWAN de capteurs économes"
    )
    expert.page.fill("main [name=keywords]", "LoRa, capteurs")
    expert.page.fill("main [name=places]", "Bretagne")
    expert.page.select_option("main [name=availability]", "2")
    album.keep(expert, "expert-offers")
    press(expert, "Le dire")
    album.keep(expert, "offer")

    owner = browse(PHONE, has_touch=True).log_in("marc")
    owner.goto("/-/new?type=project")
    owner.page.fill("main [name=title]", "Prairies sous capteurs")
    press(owner, "Créer")
    project = owner.page.url.removeprefix(site.url)
    follow(owner, "Dire ce qu")
    owner.page.fill(
        "main [name=what]", "Un avis sur notre réseau LoRaWAN de capteurs à basse énergie"
    )
    owner.page.fill("main [name=keywords]", "LoRa, capteurs")
    owner.page.fill("main [name=places]", "Bretagne")
    album.keep(owner, "owner-writes")
    press(owner, "Le dire")
    album.keep(owner, "need-for-its-owner")
    need = owner.page.url.removeprefix(site.url)
    owner.goto(project)
    album.keep(owner, "project")

    site.tend("matching")
    expert.goto("/-/matching")
    reason = expert.page.locator("main article:has-text('réseau LoRaWAN') .small").first
    assert "Pourquoi" in reason.inner_text() and "Bretagne" in reason.inner_text()
    album.keep(expert, "expert-is-told-why")
    expert.goto("/-/account")
    album.keep(expert, "expert-account")

    connector = browse(PHONE, has_touch=True).log_in("anne")
    connector.goto("/-/queue")
    album.keep(connector, "queue")
    connector.goto(need)
    album.keep(connector, "need-for-a-connector")
    follow(connector, "connais quelqu")
    album.keep(connector, "knows-someone")
    # A name that suits, why, and one tap: the words are there to be said better.
    follow(connector, "Awa")
    assert "Bretagne" in connector.page.input_value("main [name=words]")
    connector.page.fill("main [name=words]", "Vous parlez tous deux de radio à basse énergie.")
    album.keep(connector, "chosen")
    press(connector, "Poser la question aux deux")
    album.keep(connector, "proposed")

    for visit, name in ((expert, "awa"), (owner, "marc")):
        visit.goto(mailed(site, f"{name}@example.org", _LINK))
        assert "Anne aimerait" in told(visit) and "@" not in told(visit)
        album.keep(visit, f"{name}-is-asked")
        press(visit, "Oui, volontiers")
        album.keep(visit, f"{name}-said-yes")
    mailed(site, "awa@example.org", r"(marc@example\.org)")
    mailed(site, "marc@example.org", r"(awa@example\.org)")
    owner.goto(need)
    assert "En discussion" in told(owner)
    album.keep(owner, "in-talks")

    expert.page.reload()
    expert.page.check("main [name=outcome][value=led]")
    press(expert, "Le garder")
    expert.page.click("main summary:has-text('Proposer une ligne')")
    expert.page.fill("main [name=line]", "Le réseau radio est relu avec Awa")
    press(expert, "Proposer")
    album.keep(expert, "outcome")
    owner.goto(mailed(site, "marc@example.org", _LINK))
    album.keep(owner, "is-asked-to-tell")
    press(owner, "D’accord, l’écrire")
    album.keep(owner, "told")
    owner.goto(project)
    assert "Le réseau radio est relu" in told(owner)
    album.keep(owner, "story")
    connector.goto("/-/introductions")
    assert "ils sont en contact" in told(connector)
    album.keep(connector, "connector-learns")


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
    page.keyboard.press("Enter")
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
    # Marc has other mails with such links: this one names her.
    phone.goto(mailed(site, "marc@example.org", r"(?s)Zoé Lambert.*?" + _LINK))
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
