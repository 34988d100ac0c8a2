"""What lines and columns are taken for, by their heads and by what stands in them."""

import pytest

from plugins.sheets.fields import FIELDS, KINDS
from plugins.sheets.guesses import evidence_of, guess_fields, guess_kind
from plugins.sheets.questions import ask
from plugins.sheets.tables import Table, table_of
from wiki.imports.source import settle
from wiki.imports.words.vocabulary import HEADS

LONG = "Un texte qui raconte longuement ce que fait le projet, pour qui, et avec quels moyens. " * 3


def _table(*rows: str, name: str = "") -> Table:
    table = table_of([row.split("|") for row in rows], name)
    assert table is not None
    return table


def _guessed(table: Table, kind: str) -> dict[str, str]:
    evidence = [evidence_of(table.values(at)) for at in range(len(table.columns))]
    return dict(zip(table.columns, guess_fields(table, kind, evidence), strict=True))


@pytest.mark.parametrize(
    ("name", "heads", "kind"),
    [
        ("export", "Prénom|Nom|Fonction", "person"),
        ("export", "Nom|Compétences|Ville", "person"),
        ("export", "Titre|Date de début|Lieu", "event"),
        ("export", "Raison sociale|SIRET|Ville", "organisation"),
        ("export", "Besoin|Projet|Échéance", "need"),
        ("export", "Offre|Qui|Dispo", "offer"),
        ("export", "Titre|Résumé|Phase", "project"),
        ("liste-des-projets-2026", "Titre|Date|Lieu", "project"),
        ("Offres et besoins", "Titre|Projet|x", "need"),
        ("projects", "Name|Start date|City", "project"),
        ("feuille", "Évènement|x|y", "event"),
    ],
)
def test_what_lines_are(name: str, heads: str, kind: str) -> None:
    assert guess_kind(_table(heads, "a|b|c"), name) == kind


def test_columns_by_their_heads_in_both_languages() -> None:
    table = _table(
        "Project name|Tagline|Description|Keywords|Region|Stage|Start date|Owner|Website|Repo",
        f"Frost|Warns of frost|{LONG}|climate, water|Bretagne|prototype|2026-03-01|Awa"
        "|https://a.example|https://github.com/a/b",
    )
    assert _guessed(table, "project") == {
        "Project name": "title",
        "Tagline": "summary",
        "Description": "text",
        "Keywords": "themes",
        "Region": "territory",
        "Stage": "state",
        "Start date": "begun",
        "Owner": "team",
        "Website": "website",
        "Repo": "repository",
    }


def test_columns_by_what_stands_in_them() -> None:
    table = _table(
        "A|B|C|D|E|F|G",
        f"Gel|{LONG}|eau, sols|Bretagne|pilote|https://a.example|12/03/2027",
        f"Vent|{LONG}|eau, énergie|Corse|idée|https://b.example|13/03/2027",
        f"Sel|{LONG}|sols, mer|Occitanie|marché|c.example|14/03/2027",
        f"Mer|{LONG}|eau, sols|Bretagne|pilote||15/03/2027",
    )
    guessed = _guessed(table, "project")
    assert guessed | {"G": ""} == {
        "A": "title",
        "B": "text",
        "C": "themes",
        "D": "territory",
        "E": "state",
        "F": "website",
        "G": "",
    }


def test_how_people_are_reached_is_left_out_whatever_it_is_called() -> None:
    table = _table(
        "Nom|Contact|Adresse|Joindre|Courriel",
        "Awa|awa@exemple.fr|1 rue des Lilas|06 12 34 56 78|",
        "Bo|bo@exemple.fr|2 rue des Lilas|+33 6 12 34 56 79|voir le site",
    )
    guessed = _guessed(table, "person")
    assert (guessed["Contact"], guessed["Joindre"], guessed["Courriel"]) == ("-", "-", "-")
    asked = {one.label: one for one, _said in settle(ask([table], "annuaire"), {})}
    assert asked["Contact"].hint
    assert asked["Contact"].examples == ("awa@exemple.fr", "bo@exemple.fr")
    assert not asked["Nom"].hint


def test_another_kind_asks_for_other_fields() -> None:
    table = _table("Titre|Date|Lieu", "Café|12/03/2027|Rennes")
    asked = ask([table], "export")
    assert [said for _choice, said in settle(asked, {})] == ["event", "title", "starts", "place"]
    again = settle(asked, {"kind-0": "project", "column-0-1": "starts"})
    assert [said for _choice, said in again] == ["project", "title", "begun", "chapter"]
    assert len(settle(ask([table, table], "export"), {"kind-0": "-"})) == 1 + 1 + 3


def test_each_field_has_its_heads_and_each_kind_can_be_named() -> None:
    assert HEADS.keys() == FIELDS.keys()
    for kind in KINDS:
        names = {field.name for field in FIELDS.values() if kind in field.kinds}
        assert names & {"title", "what"}
