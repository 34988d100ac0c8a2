"""A small YesWiki as its archive holds it: written as ``mysqldump`` and its “Sauvegardes” write.

No YesWiki is in a registry that tests may ask: columns, properties and names of files are those of
its schema (``setup/sql/create-tables.sql``) and of its own first pages, of version 4.4.
"""

import json
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

Cell = str | bytes | int | None

COLUMNS: Mapping[str, Sequence[str]] = {
    "acls": ("page_tag", "privilege", "list"),
    "links": ("id", "from_tag", "to_tag"),
    "nature": ("bn_id_nature", "bn_label_nature", "bn_description", "bn_template"),
    "pages": (
        *("id", "tag", "time", "body", "body_r", "owner", "user", "latest", "handler"),
        "comment_on",
    ),
    "triples": ("id", "resource", "property", "value"),
    "users": ("name", "password", "email"),
}
_TYPE = "http://outils-reseaux.org/_vocabulary/type"
_ESCAPES = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\0": "\\0",
    "\x1a": "\\Z",
}


def quoted(cell: Cell) -> str:
    """A value as a dump has it."""
    if cell is None:
        return "NULL"
    if isinstance(cell, bytes):
        return f"0x{cell.hex()}" if cell else "''"
    if isinstance(cell, int):
        return str(cell)
    return "'" + "".join(_ESCAPES.get(char, char) for char in cell) + "'"


def table(name: str, rows: Sequence[Sequence[Cell]], prefix: str = "yeswiki_") -> str:
    """A table and its rows, as mysqldump writes them: all rows in one statement."""
    columns = COLUMNS[name]
    made = ",\n".join(f"  `{column}` varchar(191) NOT NULL DEFAULT ''" for column in columns)
    values = ",".join(f"({','.join(map(quoted, row))})" for row in rows)
    insert = f"INSERT INTO `{prefix}{name}` VALUES {values};\n" if rows else ""  # noqa: S608 - a dump
    return (
        f"DROP TABLE IF EXISTS `{prefix}{name}`;\n"
        "/*!40101 SET character_set_client = utf8mb4 */;\n"
        f"CREATE TABLE `{prefix}{name}` (\n{made},\n  PRIMARY KEY (`{columns[0]}`),\n"
        f"  KEY `idx` (`{columns[0]}`(10))\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n"
        f"LOCK TABLES `{prefix}{name}` WRITE;\n{insert}UNLOCK TABLES;\n"
    )


def page(
    id: int,
    tag: str,
    time: str,
    body: str,
    *,
    user: str = "Awa",
    owner: str = "Awa",
    latest: str = "Y",
    on: str = "",
) -> tuple[Cell, ...]:
    """A row of ``pages``."""
    handler = "comment" if on else "page"
    return (id, tag, f"{time}:00", body, "", owner, user, latest, handler, on)


def line(*parts: str) -> str:
    """A field of a form: its first parts, the others as YesWiki fills them."""
    return "***".join([*parts, *([" "] * (16 - len(parts)))])


FORMS = [
    (
        1,
        "Annuaire des membres",
        "",
        "\r\n".join(
            [
                line("titre", "{{bf_nom}} {{bf_prenom}}", "Titre Automatique"),
                line("texte", "bf_nom", "Nom"),
                line("texte", "bf_prenom", "Prénom"),
                line("image", "bf_image", "Portrait"),
                line("textelong", "bf_projet", "Ma présentation", "5", "5", " ", " ", "html"),
                line("champs_mail", "bf_mail", "Courriel", " ", " ", " ", "form"),
                line("texte", "bf_telephone", "Téléphone", " ", " ", " ", " ", "tel"),
                line("checkbox", "ListeCompetences", "Compétences"),
                line("texte", "bf_ville", "Ville"),
                line("map", "bf_latitude", "bf_longitude"),
            ]
        ),
    ),
    (
        2,
        "Projets du réseau",
        "",
        "\r\n".join(
            [
                line("texte", "bf_titre", "Nom du projet"),
                line("textelong", "bf_description", "Description", "5", "5", " ", " ", "wiki"),
                line("textelong", "bf_suite", "Et après", "5", "5", " ", " ", "wiki"),
                line("liste", "ListeEtape", "État"),
                line("checkbox", "ListeThemes", "Thématiques"),
                line("checkboxfiche", "1", "Porteurs"),
                line("textelong", "bf_besoins", "Besoins", "5", "5"),
                line("fichier", "fichier", "Documents"),
                line("texte", "bf_contact", "Contact"),
                line("texte", "bf_notes", "Notes internes", *([" "] * 8), "@admins"),
                line("lien_internet", "bf_site_internet", "Site"),
            ]
        ),
    ),
    (
        3,
        "Agenda",
        "",
        line("texte", "bf_titre", "Nom")
        + "\n"
        + line("listedatedeb", "bf_date_debut_evenement", "Début")
        + "\n"
        + line("texte", "bf_adresse", "Adresse"),
    ),
    (
        4,
        "Ressources",
        "",
        line("texte", "bf_titre", "Titre")
        + "\n"
        + line("textelong", "bf_description", "Description", "5", "5", " ", " ", "wiki"),
    ),
]
LISTS = {
    "ListeCompetences": {
        "titre_liste": "Compétences",
        "label": {"1": "Électronique", "2": "Agronomie"},
    },
    "ListeEtape": {"title": "Étape", "nodes": [{"id": "p", "label": "Prototype", "children": []}]},
    "ListeThemes": {
        "title": "T",
        "nodes": [{"id": "a", "label": "Eau", "children": [{"id": "b", "label": "Rivières"}]}],
    },
}
ENTRIES: Mapping[str, Mapping[str, object]] = {
    "MartinAwa": {
        "bf_titre": "Martin Awa",
        "bf_nom": "Martin",
        "bf_prenom": "Awa",
        "imagebf_image": "MartinAwa_portrait.png",
        "bf_projet": "<p>Je <b>soude</b>.</p><script>alert(1)</script>",
        "bf_mail": "awa@exemple.test",
        "bf_telephone": "06 12 34 56 78",
        "checkboxListeCompetences": "1,2",
        "bf_ville": "Plouha",
        "geolocation": {"bf_latitude": "48.68", "bf_longitude": "-2.92"},
        "nomwiki": "Awa",
        "id_typeannonce": "1",
    },
    "LoraALaFerme": {
        "bf_titre": "LoRa à la ferme",
        "bf_description": "Prévenir du **gel** : voir [[LesBesoins nos besoins]].",
        "bf_suite": "======Demain======\nTout.",
        "listeListeEtape": "p",
        "checkboxListeThemes": "a,b",
        "checkboxfiche1": "MartinAwa",
        "bf_besoins": "Un mât de 6 m\r\nUne soudeuse",
        "fichierfichier": "LoraALaFerme_plan.txt",
        "bf_contact": "Zoé (zoe@exemple.test)",
        "bf_notes": "Personne ne lit cela.",
        "bf_site_internet": "https://lora.exemple.test",
        "id_typeannonce": "2",
    },
    "FeteDuCapteuR": {
        "bf_titre": "Fête du capteur",
        "bf_date_debut_evenement": "2024-05-30T18:00:00+02:00",
        "bf_adresse": "Salle communale",
        "id_typeannonce": "3",
    },
    "GuideDesMats": {
        "bf_titre": "Guide des mâts",
        "bf_description": "Un guide.",
        "id_typeannonce": "4",
    },
}
PAGES = [
    page(
        1,
        "PagePrincipale",
        "2020-01-02 10:00",
        "======Bienvenue======\nVoir LesBesoins.",
        latest="N",
    ),
    page(
        2,
        "PagePrincipale",
        "2021-03-04 11:30",
        '======Bienvenue======\nVoir LesBesoins, l\'équipe : {{bazarliste id="1"}}\n'
        '{{attach file="plan.png" desc="Le plan"}}\n{{newtextsearch}}',
        user="192.0.2.7",
    ),
    page(3, "LesBesoins", "2020-02-01 09:00", ' - un mât\n - \\ un "signe" d\'adresse'),
    page(4, "Comment12", "2020-02-03 09:00", "Et la //radio// ?", user="Zoe", on="LesBesoins"),
    page(5, "Comment13", "2020-02-04 09:00", "Elle vient.", on="Comment12"),
    page(6, "NotesDuBureau", "2020-02-05 09:00", "Secret"),
    page(7, "PourLesMembres", "2020-02-05 09:00", "Entre nous"),
    page(8, "AncienneAdresse", "2020-02-05 09:00", '{{redirect page="LesBesoins"}}'),
    page(9, "PageSupprimee", "2020-02-05 09:00", "Plus là", latest="N"),
    page(10, "GererSite", "2020-02-05 09:00", "{{gererdroits}}"),
]


def dump(*, more: Sequence[tuple[Cell, ...]] = (), prefix: str = "yeswiki_") -> str:
    """The dump."""
    rows = [*PAGES, *more]
    types = []
    for number, (tag, told) in enumerate(LISTS.items(), 100):
        rows.append(page(number, tag, "2020-01-01 08:00", json.dumps(told)))
        types.append((number, tag, _TYPE, "liste"))
    for number, (tag, entry) in enumerate(ENTRIES.items(), 200):
        whole = {
            **entry,
            "id_fiche": tag,
            "statut_fiche": "1",
            "date_maj_fiche": "2022-01-01 08:00:00",
        }
        rows.append(page(number, tag, "2022-01-01 08:00", json.dumps(whole)))
        types.append((number, tag, _TYPE, "fiche_bazar"))
    types += [
        (900, "LesBesoins", "http://outils-reseaux.org/_vocabulary/tag", "capteurs"),
        (901, "ThisWikiGroup:bureau", "http://www.wikini.net/_vocabulary/acls", "Awa\nZoe"),
    ]
    acls = [
        ("PagePrincipale", "read", "*"),
        ("NotesDuBureau", "read", "@bureau\n%\nZoe"),
        ("PourLesMembres", "read", "+"),
        ("LoraALaFerme", "write", "+"),
    ]
    tables = [
        table("acls", acls, prefix),
        table("links", [(1, "A", "B")], prefix),
        table("nature", FORMS, prefix),
        table("pages", rows, prefix),
        table("triples", types, prefix),
        table("users", [("Awa", "sha256$", "awa@exemple.test")], prefix),
    ]
    return (
        "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n"
        "-- Host: localhost    Database: yeswiki\n/*!40101 SET NAMES utf8mb4 */;\n"
        f"{''.join(tables)}\n-- Dump completed on 2024-06-01 12:00:00\n"
    )


SETTINGS = """<?php
$wakkaConfig = array (
  'mysql_password' => 'jamais',
  'root_page' => 'PagePrincipale',
  'table_prefix' => 'yeswiki_',
  'base_url' => 'https://vieux.exemple.test/?',
  'default_read_acl' => '*',
  'default_write_acl' => '@admins',
  'timezone' => 'Europe/Paris',
);
"""


def picture() -> bytes:
    """A picture."""
    made = BytesIO()
    Image.new("RGB", (4, 3)).save(made, "PNG")
    return made.getvalue()


def archive(path: Path, *, more: Sequence[tuple[Cell, ...]] = ()) -> Path:
    """The archive that “Sauvegardes” makes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("private/backups/content.sql", dump(more=more))
        packed.writestr("private/backups/README.md", "# private")
        packed.writestr("wakka.config.php", SETTINGS)
        packed.writestr("files/PagePrincipale_plan_20210304113000_20210304113100.png", picture())
        packed.writestr("files/PagePrincipale_plan_20200304113000_20200304113100.png", picture())
        packed.writestr("files/MartinAwa_portrait.png", picture())
        packed.writestr("files/LoraALaFerme_plan.txt", "Un plan.")
        packed.writestr("files/NotesDuBureau_noms_20200304113000_20200304113100.txt_", "Des noms.")
        packed.writestr(
            "files/PagePrincipale_x_20200304113000_20200304113100.pngtrash20210101000000", b"x"
        )
        packed.writestr("../../etc/files/dehors.png", picture())
    return path
