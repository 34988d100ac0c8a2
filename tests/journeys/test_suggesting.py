"""Someone suggests edits of a page that its team writes; the team answers passage by passage.

With ``WIKI_SCREENSHOTS`` set to a folder, both browsers are photographed, by day and by night.
"""

from typing import Any

from playwright.sync_api import expect

from tests.journeys.browsing import PHONE, Open, Site
from tests.journeys.steps import Album
from tests.journeys.test_proposing import write

PAGE = """---
title: Un four à pain
editors: team
---

# Un four à pain

Nous bâtissons un four à pain au bourg, avec l’école et le comité des fêtes.

## Budget

Il nous manque 4 000 euros, dont la moitié pour les briques.

La commune prête le terrain pendant neuf ans.

## Calendrier

Les travaux commencent au printemps.

Le toit vient en été.

La première fournée est pour l’automne.
"""
CHANGES = (
    ("un four à pain au bourg", "un grand four à pain au bourg"),
    ("4 000 euros", "5 500 euros"),
    ("Les travaux commencent au printemps.\n\n", ""),
    ("pour l’automne.\n", "pour l’automne.\n\nLes travaux commencent au printemps.\n"),
)


def test_a_member_suggests_and_the_team_answers_each_passage(browse: Open, site: Site) -> None:
    steps = Album()
    write(site, "four-a-pain.md", PAGE)
    marc = browse(java_script_enabled=False).log_in("marc")
    marc.goto("/four-a-pain")
    marc.go_by("text=Proposer une modification")
    area = marc.page.locator("textarea[name=text]")
    text = area.input_value()
    for old, new in CHANGES:
        assert old in text
        text = text.replace(old, new)
    area.fill(text)
    marc.page.fill("input[name=message]", "Chiffres revus après la réunion de mardi")
    marc.go_by(".edit-bar button:has-text('Proposer')")
    mine = marc.page.url
    expect(marc.page.locator(".piece")).to_have_count(3)
    steps.as_seen(marc, "suggestion-proposee")
    # Somebody saves in the same place before it is read.
    write(site, "four-a-pain.md", PAGE.replace("4 000 euros", "4 800 euros"))

    anne = browse(PHONE).log_in("anne")
    page = anne.page
    anne.goto("/-/moderation")
    anne.go_by("a:has-text('Un four à pain')")
    expect(page.locator(".piece")).not_to_have_count(0)
    assert anne.wide() == 0
    card = page.url
    steps.as_seen(anne, "suggestion-a-relire")
    assert "Déplacé" in _piece(page, "Les travaux").inner_text()
    # With the keyboard alone.
    _piece(page, "grand").locator("button", has_text="Accepter").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#piece-*")
    assert "Accepté" in _piece(page, "grand").inner_text()
    budget = _piece(page, "5 500 euros")
    assert "4 800 euros" in budget.inner_text()
    assert anne.wide() == 0
    with page.expect_navigation():
        budget.locator("button:has-text('Prendre le texte proposé')").click()
    moved = _piece(page, "Les travaux")
    moved.locator("summary").click()
    moved.locator("input[name=reason]").last.check()
    steps.as_seen(anne, "suggestion-declinee")
    moved.locator("details button:has-text('Décliner')").click()
    page.wait_for_url(lambda url: not url.startswith(card))

    marc.page.goto(mine)
    assert "en partie" in marc.page.locator(".lead").inner_text()
    assert "un peu tôt" in marc.page.locator("main").inner_text()
    steps.as_seen(marc, "suggestion-reponse")
    marc.go_by("a:has-text('Lire la page')")
    shown = marc.page.locator(".text").inner_text()
    assert "un grand four" in shown and "5 500 euros" in shown
    assert shown.index("Les travaux") < shown.index("La première fournée")


def _piece(page: Any, words: str) -> Any:
    return page.locator(".piece", has_text=words)
