"""Tables become pages: in their places, linked, once, with what people did here left alone."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from plugins.sheets.tests.tables import Rows, as_csv, imported
from wiki.imports.commits import Outcome
from wiki.projections.catalogue import ItemSelection
from wiki.reading import Reader, system_reader
from wiki.reading.lists import find_items, get_row
from wiki.reading.pages import find_page, get_page

if TYPE_CHECKING:
    from wiki.instance import Instance

Write = Callable[..., str]

_HEADS = "Nom du projet,Résumé,Description,Thèmes,Région,Statut,Depuis,Équipe,Structure,Courriel"
PROJECTS: Rows = [
    (*_HEADS.split(","), "Public"),
    (
        *(
            "Gel à l’aube",
            "Prévenir du gel.",
            "Deux capteurs\n• un piquet",
            "climat; eau",
            "Bretagne",
        ),
        *("Prototype", "12/03/2027", "Awa Morvan, Inconnue", "Mairie de Plouha", "a@exemple.fr"),
        "x y",
    ),
    ("Eau vive", "", "", "eau", "Corse", "en cours de réflexion", "bientôt", "", "", "", ""),
    ("", "Sans nom", "", "", "", "", "", "", "", "", ""),
]
NEEDS: Rows = [
    ("Besoin", "Projet", "Mots-clés", "Région", "Échéance", "État"),
    ("Une juriste", "Gel à l'aube", "droit, RGPD", "Pays de la Loire", "bientôt", "ouvert"),
    ("Un capteur", "gel a l’aube", "", "", "1er mars 2027", "trouvé"),
    ("Un local", "Projet perdu", "", "", "", ""),
]


@pytest.fixture
def bring(instance: "Instance", tmp_path: Path) -> Callable[..., Outcome]:
    """Imports rows as a file of that name; the losses of reading and writing are in the outcome."""

    def bring(rows: Rows, name: str = "export.csv", **answers: str) -> Outcome:
        file = tmp_path / name
        file.write_bytes(as_csv(rows))
        return imported(instance, file, answers)

    return bring


def told(outcome: Outcome) -> set[tuple[str, str]]:
    """Where and what, the blanks of French as any."""
    return {
        (loss.where.replace("\xa0", " "), loss.detail.replace("\xa0", " "))
        for loss in outcome.losses
    }


def test_lines_become_pages_in_their_places(
    instance: "Instance", bring: Callable[..., Outcome], write: Write
) -> None:
    write(
        {
            "personnes/awa-morvan.md": "---\ntype: person\ntitle: Awa Morvan\n---\n",
            "organisations/plouha.md": "---\ntype: organisation\ntitle: Mairie de Plouha\n---\n",
        }
    )
    done = bring(PROJECTS)
    assert done.pages == 2
    page = get_page(Reader(instance), "projets/gel-a-l-aube")
    assert page.file == "projets/gel-a-l-aube/index.md"
    assert page.text == (
        "---\ntype: project\ntitle: Gel à l’aube\nsummary: Prévenir du gel.\nthemes:\n  - climat\n"
        '  - eau\nterritory: Bretagne\nteam:\n  - "[[personnes/awa-morvan]]"\norganisation:\n'
        '  - "[[organisations/plouha]]"\n---\n\nDeux capteurs\n- un piquet\n\n'
        "- **Équipe** : Inconnue\n- **Public** : x y\n\n## Historique\n\n::: historique\n"
        "- 2027-03-12 prototype — d’après le tableau repris\n\n:::\n"
    )
    reader = system_reader(instance, "test")
    row = get_row(reader, "projets/gel-a-l-aube")
    assert row is not None
    assert row.first("organisation") == "organisations/plouha"
    assert told(done) == {
        (
            "Ligne 3, colonne « Statut »",
            "« en cours de réflexion » n’est pas une étape de projet connue ici",
        ),
        ("Ligne 3, colonne « Depuis »", "« bientôt » n’est pas une date"),
        ("Ligne 4", "Sans nom"),
    }
    # What could not be read stays, as words.
    assert "- **Depuis** : bientôt" in get_page(reader, "projets/eau-vive").text


def test_how_people_are_reached_is_published_only_where_somebody_says_so(
    instance: "Instance", bring: Callable[..., Outcome]
) -> None:
    rows: Rows = [("Nom", "Prénom", "Contact"), ("Morvan", "Awa", "awa@exemple.fr")]
    bring(rows, "annuaire.csv")
    assert "exemple.fr" not in get_page(Reader(instance), "personnes/awa-morvan").text
    bring(rows, "annuaire.csv", **{"column-0-2": "mail"})
    assert "mail: awa@exemple.fr" in get_page(Reader(instance), "personnes/awa-morvan").text


def test_again_changes_nothing_and_a_changed_line_its_page_alone(
    instance: "Instance", bring: Callable[..., Outcome], write: Write
) -> None:
    bring(PROJECTS)
    head = instance.repository.head()
    again = bring(PROJECTS)
    assert (again.revisions, instance.repository.head()) == (0, head)
    there = get_page(Reader(instance), "projets/eau-vive").text
    write({"projets/eau-vive/index.md": f"{there}\nÀ nous.\n"})
    changed = [list(row) for row in PROJECTS]
    changed[1][1] = "Prévenir, sans commander."
    changed[2][1] = "Autre chose."
    done = bring(changed)
    assert (done.revisions, done.pages) == (1, 1)
    assert "sans commander" in get_page(Reader(instance), "projets/gel-a-l-aube").text
    assert "À nous." in get_page(Reader(instance), "projets/eau-vive").text
    assert "projets/eau-vive" in {loss.where for loss in done.losses}


def test_needs_go_into_the_pages_of_their_projects(
    instance: "Instance", bring: Callable[..., Outcome], write: Write
) -> None:
    own = "---\ntype: project\ntitle: Gel à l’aube\n---\n\nÀ nous.\n\n::: besoins\n- [ ] Déjà"
    write({"projets/gel/index.md": f"{own} {{#b-00000000}}\n\n:::\n\nFin.\n"})
    done = bring(NEEDS, "besoins.csv")
    text = get_page(Reader(instance), "projets/gel").text
    assert text.startswith(
        "---\ntype: project\ntitle: Gel à l’aube\n---\n\nÀ nous.\n\n::: besoins\n- [ ] Déjà"
    )
    assert '- [ ] Une juriste #droit #RGPD @"Pays de la Loire" {#b-' in text
    assert "\n\n  Échéance : bientôt\n- [x] Un capteur avant:2027-03-01 {#b-" in text
    assert text.endswith("\n\n:::\n\nFin.\n")
    items = find_items(system_reader(instance, "test"), ItemSelection(blocks=("besoins", "needs")))
    assert {item.text for item in items.rows} >= {"Déjà", "Une juriste", "Un capteur", "Un local"}
    assert ("Ligne 2, colonne « Échéance »", "« bientôt » n’est pas une date") in told(done)
    assert ("Ligne 4", "Projet perdu : Un local") in told(done)
    lost = get_page(Reader(instance), "besoins-et-offres-a-rattacher").text
    assert "- [ ] Un local {#b-" in lost
    assert "Projet : Projet perdu" in lost


def test_a_need_that_was_changed_here_is_left_and_another_follows_the_table(
    instance: "Instance", bring: Callable[..., Outcome], write: Write
) -> None:
    write({"projets/gel/index.md": "---\ntype: project\ntitle: Gel à l’aube\n---\n"})
    bring(NEEDS, "besoins.csv")
    head = instance.repository.head()
    bring(NEEDS, "besoins.csv")
    assert instance.repository.head() == head
    text = get_page(Reader(instance), "projets/gel").text
    write({"projets/gel/index.md": text.replace("- [ ] Une juriste", "- [x] Une juriste")})
    changed = [list(row) for row in NEEDS]
    changed[1][5], changed[2][5] = "retiré", "retiré"
    done = bring(changed, "besoins.csv")
    text = get_page(Reader(instance), "projets/gel").text
    assert "- [x] Une juriste" in text
    assert "- [-] Un capteur" in text
    assert text.count("{#b-") == 2
    assert "projets/gel" in {loss.where for loss in done.losses}


def test_a_workbook_of_several_sheets_links_its_lines(instance: "Instance", tmp_path: Path) -> None:
    file = tmp_path / "réseau.xlsx"
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False})
    for name, rows in {
        "Projets": PROJECTS,
        "Besoins": NEEDS,
        "Personnes": [
            ("Prénom", "Nom", "Compétences", "Tél."),
            ("Awa", "Morvan", "sols, LoRa", "06 12 34 56 78"),
        ],
        "Structures": [("Raison sociale", "SIRET"), ("Mairie de Plouha", "123 456 789 00012")],
        "Rencontres": [
            ("Titre", "Date", "Horaire", "Lieu"),
            ("Café", "12/03/2027", "18h30 - 21h", "Rennes"),
        ],
    }.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    book.close()
    done = imported(instance, file)
    reader = system_reader(instance, "test")
    project = get_page(reader, "projets/gel-a-l-aube")
    assert project.head.links("team") == ("personnes/awa-morvan",)
    assert project.head.links("organisation") == ("organisations/mairie-de-plouha",)
    assert "Une juriste" in project.text
    event = get_page(reader, "evenements/cafe")
    assert (event.head.text("starts"), event.head.text("ends")) == (
        "2027-03-12T18:30",
        "2027-03-12T21:00",
    )
    assert get_page(reader, "personnes/awa-morvan").head.words("skills") == ("sols", "LoRa")
    assert "06" not in get_page(reader, "personnes/awa-morvan").text
    assert ("Besoins, Ligne 4", "Projet perdu : Un local") in told(done)
    head = instance.repository.head()
    assert imported(instance, file).revisions == 0
    assert instance.repository.head() == head


def test_words_and_unfinished_blocks_of_cells_break_no_page(
    instance: "Instance", bring: Callable[..., Outcome]
) -> None:
    rows: Rows = [
        ("Titre", "Description", "Besoins", "Visibilité"),
        ("Un", "::: encart\n<script>alert(1)</script>\n=HYPERLINK(1)", "Un local", "comité"),
        ("../../etc/passwd", "```\nfin", "Une voix; Un œil", "public"),
    ]
    done = bring(rows, "projets.csv")
    reader = system_reader(instance, "test")
    items = find_items(reader, ItemSelection(blocks=("besoins", "needs")))
    assert {item.text for item in items.rows} == {"Un local", "Une voix", "Un œil"}
    assert get_page(reader, "projets/un").head.text("visibility") == "team"
    assert find_page(Reader(instance), "projets/etc-passwd") is not None
    assert any("administrateurs" in detail for _where, detail in told(done))


def test_a_table_of_needs_that_a_wiki_wrote_comes_back_as_it_was(
    instance: "Instance", bring: Callable[..., Outcome], write: Write
) -> None:
    """The columns of ``wiki export tables``: ids are kept, so that nothing is there twice."""
    text = (
        "---\ntype: project\ntitle: Gel\n---\n\n::: besoins\n"
        "- [ ] Une juriste #rgpd @Bretagne {#b-7k2qx9ma}\n\n:::\n"
    )
    write({"projets/gel/index.md": text})
    head = instance.repository.head()
    rows: Rows = [
        ("id", "text", "details", "state", "date", "keywords", "places", "page", "page_title"),
        ("b-7k2qx9ma", "Une juriste", "", "open", "", "rgpd", "Bretagne", "projets/gel", "Gel"),
    ]
    done = bring(rows, "needs.csv")
    assert (done.revisions, done.losses, instance.repository.head()) == (0, [], head)
    bring([*rows, ("b-00000001", "Un local", *[""] * 6, "Gel")], "needs.csv")
    assert "- [ ] Un local {#b-00000001}\n" in get_page(Reader(instance), "projets/gel").text
