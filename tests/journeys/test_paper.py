"""Ten tasks on a phone by touch alone: no sign of Markdown is typed, and none is seen."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.frontend.test_upload import picture
from tests.journeys.browsing import PHONE, Open, Site, Watched
from tests.journeys.steps import Album
from wiki.testing import token

TEXT = """---
title: Le four du village
---

Nous rallumons le four.

Il reste à trouver du bois.
"""

WRITTEN = """---
title: Le four du village
---

## Où nous en sommes

Il reste à trouver du bois.

Nous rallumons le four.

- la voûte est saine
- la porte est à refaire

::: besoins
- [ ] Un maçon pour la voûte @Rennes avant:2027-03-01

:::

| Quoi | Combien |
| --- | --- |
| Briques | 40 |
| Chaux | 6 |

![Le four, porte ouverte](</essais/four/four.png>)

> Mon grand-père y cuisait le dimanche.

Voir [[charte|Charte de bienveillance]]"""

#: what a reader of Markdown would take for a sign
_SIGN = re.compile(r"\*|\[|\]|\||^#|^>|^-|:::|\]\(|avant:|\{#", re.MULTILINE)
MOST = 60


class Hand:
    """A finger at the editor, which counts what it touches."""

    def __init__(self, person: Watched) -> None:
        self.page = person.page
        self.touches = 0

    def tap(self, place: Any) -> None:
        """Touches what ``place`` (a selector or a locator) finds."""
        target = self.page.locator(place) if isinstance(place, str) else place
        target.tap()
        self.touches += 1

    def tool(self, name: str) -> None:
        """A button of the bar."""
        self.tap(f".edit-tools button:text-is('{name}')")

    def insert(self, name: str) -> None:
        """A row of the list of all that can be written."""
        self.tool("Insérer")
        self.tap(self.page.locator(".palette-row", has_text=re.compile(f"^{name}")).first)

    def line(self, *words: str) -> None:
        """Words, and the key of the phone that begins a line."""
        for at, each in enumerate(words):
            if at:
                self.page.keyboard.press("Enter")
                self.touches += 1
            self.page.keyboard.type(each)

    def sees(self) -> None:
        """That no sign is on the screen."""
        seen = self.page.locator(".cm-content")
        expect(seen).not_to_contain_text(_SIGN, use_inner_text=True)


def test_a_page_is_written_on_a_phone_without_a_sign(browse: Open, site: Site) -> None:
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    repository, author = site.instance.repository, Author("Une main", "main@people.invalid")
    commit(repository, repository.head(), {"essais/four.md": TEXT.encode()}, author, "un essai")
    marc = site.client("marc")
    question = {"words": "Dès ce printemps ?", "quote": "Nous rallumons le four"}
    asked_by = {**question, "csrf_token": token(marc)}
    assert marc.post("/-/comments/essais/four", data=asked_by).status_code == 303
    steps = Album()
    person = browse(PHONE, has_touch=True, is_mobile=True).log_in("awa")
    person.goto("/-/edit/essais/four")
    page = person.page
    page.wait_for_selector(".edit-tools")
    hand = Hand(person)

    # Moving a paragraph.
    hand.tap(page.locator(".cm-line", has_text="Il reste"))
    hand.insert("Monter")
    # A heading above it.
    page.keyboard.press("Home")
    hand.touches += 1
    hand.line("", "")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    hand.touches += 1
    hand.insert("Titre")
    hand.line("Où nous en sommes")
    hand.sees()
    steps.as_seen(person, "papier-titre")
    # A list, at the end.
    page.keyboard.press("Control+End")
    hand.touches += 1
    page.keyboard.press("Backspace")
    hand.line("", "")
    hand.tool("Liste")
    hand.line("la voûte est saine", "la porte est à refaire")
    hand.line("", "", "")
    hand.sees()
    steps.as_seen(person, "papier-liste")
    # A need, with its date and its place.
    hand.tool("Besoin")
    page.keyboard.type("Un maçon pour la voûte")
    hand.tap(".picker [name=places]")
    page.keyboard.type("Rennes")
    hand.tap(".picker [name=before]")
    page.fill(".picker [name=before]", "2027-03-01")
    hand.tap(".picker button:text-is('Ajouter le besoin')")
    expect(page.locator(".cm-card .row.need")).to_contain_text("Un maçon")
    hand.sees()
    steps.as_seen(person, "papier-besoin")
    # A table of three rows.
    page.keyboard.press("Control+End")
    hand.touches += 1
    hand.insert("Tableau")
    cells = page.locator(".cm-grid :is(th, td)")
    for at, words in enumerate(("Quoi", "Combien", "Briques", "40")):
        if at:
            hand.tap(cells.nth(at))
            page.keyboard.press("Control+a")
        page.keyboard.type(words)
    hand.tap(".table-tools button:text-is('Une ligne de plus')")
    page.keyboard.type("Chaux")
    hand.tap(cells.nth(5))
    page.keyboard.type("6")
    hand.sees()
    steps.as_seen(person, "papier-tableau")
    page.keyboard.press("ArrowDown")
    hand.touches += 1
    # A picture, and what it shows.
    with page.expect_file_chooser() as asked:
        hand.tool("Image")
    asked.value.set_files([picture("four.png")])
    page.locator(".describe input").fill("Le four, porte ouverte")
    hand.tap(".describe button")
    expect(page.locator(".cm-picture img")).to_have_count(1)
    hand.sees()
    steps.as_seen(person, "papier-image")
    # A quotation and a link to a page.
    page.keyboard.press("Control+End")
    hand.touches += 1
    hand.line("", "")
    hand.insert("Citation")
    hand.line("Mon grand-père y cuisait le dimanche.", "", "")
    page.keyboard.type("Voir ")
    hand.tool("Lien")
    page.keyboard.type("charte")
    hand.tap(page.locator(".link-picker li button", has_text="Charte de bienveillance").first)
    hand.sees()
    steps.as_seen(person, "papier-lien")
    # What was one word too many is taken back.
    page.keyboard.type(" et encore")
    hand.tool("Annuler")
    hand.sees()

    expect(page.locator("#text")).to_have_value(WRITTEN)
    with page.expect_navigation():
        hand.tap(".edit-bar button:has-text('Enregistrer')")
    steps.as_seen(person, "papier-page")
    # What somebody asked about a passage is answered where it stands.
    hand.tap(".comment-mark")
    card = page.locator(".comment-card")
    expect(card).to_contain_text("Dès ce printemps")
    hand.tap(card.locator("textarea[name=words]"))
    page.keyboard.type("Oui, s’il fait sec.")
    hand.tap(card.locator("button[value=reply]"))
    expect(card.locator(".comment-words").nth(1)).to_have_text("Oui, s’il fait sec.")
    steps.as_seen(person, "papier-commentaire")
    assert hand.touches <= MOST, hand.touches
