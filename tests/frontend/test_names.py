"""What is heard of the living page: each piece by its name and role; axe finds nothing."""

from pathlib import Path

from playwright.sync_api import expect

from tests.frontend.conftest import Desk
from tests.journeys.looking import axe
from wiki.testing import settled

ALL = (Path(__file__).parent / "all.md").read_text("utf-8")
_AXE = """() => axe.run(document, {resultTypes: ["violations"], preload: false}).then(
  found => found.violations.map(
    one => one.id + ": " + one.nodes.slice(0, 4).map(node => node.html.slice(0, 200)).join(" | ")
))"""

#: in their order
HEARD = [
    'group "Bloc « besoins », lignes : 3"',
    'button "Besoin : Une salle à Rennes, modifier"',
    'button "Besoin : Relecture RGPD — trouvé avec Charte de bienveillance, modifier"',
    'button "Ajouter le besoin"',
    'group "Bloc « offres », lignes : 1"',
    'button "Offre : Une heure de relecture, modifier"',
    'group "Bloc « historique », lignes : 2"',
    'button "Nouvelle : Le four chauffe, modifier"',
    'group "Bloc « hypothèses », lignes : 2"',
    'button "Hypothèse : Les voisins viendront chaque samedi, modifier"',
    'group "Bloc « programme », lignes : 3"',
    'button "Ligne du programme : Accueil, modifier"',
    'button "Ajouter la ligne"',
    'group "Bloc « à-compléter », lignes : 1"',
    'button "Ce qui manque : Le prix du bois — personnes/marc, modifier"',
    'group "Bloc « retours »"',
    'group "Bloc « projets »"',
]


def test_each_piece_of_the_page_has_its_name_and_its_role(desk: Desk) -> None:
    # High enough for all of it: what is out of sight is not drawn.
    page = desk(ALL, {"width": 1280, "height": 6000}).page
    for name in ("besoins", "offres", "programme", "à-compléter", "projets"):
        card = page.get_by_role("group", name=f"Bloc « {name} »")
        expect(card.get_by_role("button", name="Modifier le texte")).to_be_visible()
    expect(page.locator(".cm-card-edit")).to_have_count(12)
    expect(page.locator(".cm-card[aria-busy]")).to_have_count(0)
    # By the tree that the browser gives to a screen reader.
    tree = page.locator(".cm-content").aria_snapshot().replace("\u00a0", " ")
    assert [one for one in HEARD if one not in tree] == [], tree
    assert sorted(HEARD, key=tree.index) == HEARD
    expect(page.get_by_role("checkbox", name="fait", exact=True)).to_be_checked()
    expect(page.get_by_role("img", name="Le four, porte ouverte")).to_have_count(1)
    table = page.get_by_role("grid", name="Tableau, lignes\u00a0: 3, colonnes\u00a0: 2")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(table.get_by_role("columnheader", name="Âge")).to_have_count(1)
    table.get_by_role("gridcell", name="Zoé").click()
    expect(table.get_by_role("textbox", name="Nom, ligne 3, colonne 1")).to_be_focused()
    settled(page).evaluate(axe())
    assert page.evaluate(_AXE) == []
    page.get_by_role("button", name="Besoin : Une salle à Rennes, modifier").click()
    form = page.get_by_role("dialog", name="Besoin")
    expect(form.get_by_role("button", name="Retirer")).to_be_visible()
    for label in ("En une phrase", "Mots-clés", "Avant quand"):
        expect(form.get_by_label(label, exact=True)).to_have_count(1)
    assert page.evaluate(_AXE) == []
