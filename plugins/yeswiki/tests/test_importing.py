"""A YesWiki as pages here: its archive, its dump, entries of Bazar, and files that are none."""

import gzip
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from plugins.yeswiki.source import YesWiki
from plugins.yeswiki.tests.essai import archive, dump, page, table
from wiki.errors import BadRequest, WikiError
from wiki.imports.commits import write_stage
from wiki.imports.intake import recognise
from wiki.imports.inventory import Loss, Staged
from wiki.imports.pipeline import import_path
from wiki.imports.source import settle
from wiki.imports.stage import Bounds, Stage
from wiki.reading import Reader
from wiki.reading.history import list_history
from wiki.reading.pages import find_page

if TYPE_CHECKING:
    from wiki.imports.source import ImportProgress
    from wiki.instance import Instance

BOUNDS = Bounds(page=1_000_000, upload=1_000_000, pixels=1_000_000)
Read = Callable[..., tuple[dict[str, str], list[Loss], dict[str, Any]]]


@contextmanager
def quiet(_label: str) -> "Iterator[ImportProgress]":
    yield lambda _done, _total: None


def brought(instance: "Instance", path: Path) -> list[Loss]:
    """Imports it as the command does, the child included; all that was lost."""
    lost: list[Loss] = []

    def approve(staged: Staged) -> bool:
        lost.extend(staged.losses())
        return True

    outcome = import_path(instance, "yeswiki", path, steps=quiet, approve=approve)
    assert outcome is not None
    return lost + outcome.losses


def again(instance: "Instance", path: Path) -> None:
    """Imports it once more, in this process: that of the child is what took its time."""
    folder = path.with_suffix(".stage")
    with Stage(folder, "", BOUNDS) as stage:
        YesWiki().read(path, stage, {}, lambda _done, _total: None)
    with closing(Staged(folder)) as staged:
        write_stage(instance.repository, staged, "yeswiki", "YesWiki", lambda _done, _total: None)


@pytest.fixture(name="staged")
def _staged(tmp_path: Path) -> Read:
    """What the source puts on a stage: texts by their places, losses, who reads what."""

    def read(given: Path | str | bytes, name: str = "d.sql", into: str = "", **said: str) -> Any:
        path = given if isinstance(given, Path) else tmp_path / name
        if isinstance(given, str | bytes):
            path.write_bytes(given.encode() if isinstance(given, str) else given)
        source = YesWiki()
        answers = {choice.name: answer for choice, answer in settle(source.choices(path), said)}
        with Stage(tmp_path / "stage", into, BOUNDS) as stage:
            source.read(path, stage, answers, lambda _done, _total: None)
        with closing(Staged(tmp_path / "stage")) as found:
            texts = {
                one.place: found.content(one).decode("utf-8", "replace") for one in found.entries()
            }
            return texts, [*found.losses()], found.restrictions()

    return read


def test_a_site_becomes_pages(instance: "Instance", tmp_path: Path) -> None:
    path = archive(tmp_path / "essai.zip")
    lost = brought(instance, path)
    reader = Reader(instance)
    home = find_page(reader, "page-principale")
    assert home is not None and home.title == "Bienvenue"
    assert "Voir [[les-besoins]]" in home.text and "![Le plan](" in home.text
    assert "::: personnes sous:personnes limit:50\n" in home.text
    told = [one.author for one in list_history(reader, "page-principale")]
    assert told == ["Carrefour", "A visitor", "Awa"]  # the first is of the picture
    needs = find_page(reader, "les-besoins")
    assert needs is not None and needs.aliases == ("ancienne-adresse",)
    assert needs.head.words("themes") == ("capteurs",)
    files = {file for file, _blob in instance.repository.files(reader.head)}
    assert {"page-principale/plan.png", "personnes/martin-awa/portrait.png"} <= files
    assert not any("dehors" in file for file in files)
    assert "notes-du-bureau/noms.txt" in files  # beside a page that is for its readers
    assert {"../../etc/files/dehors.png", "PageSupprimee", "GererSite"} <= {
        one.where for one in lost
    }
    assert any(one.where == "PagePrincipale:4" for one in lost)
    head = instance.repository.head()
    again(instance, path)
    assert instance.repository.head() == head
    # One more state, and a new comment: these alone come.
    archive(
        path,
        more=[
            page(20, "LesBesoins", "2024-01-01 09:00", "Un mât, trouvé"),
            page(21, "Comment14", "2024-01-02 09:00", "Merci", on="LesBesoins"),
        ],
    )
    again(instance, path)
    reader = Reader(instance)
    needs, talk = (find_page(reader, one) for one in ("les-besoins", "les-besoins/comments"))
    assert needs is not None and "Un mât, trouvé" in needs.text
    assert talk is not None and "Merci" in talk.text


def test_entries_become_what_their_forms_are(staged: Read, tmp_path: Path) -> None:
    texts, lost, readers = staged(archive(tmp_path / "a.zip"))
    assert texts["personnes/martin-awa"] == (
        "---\ntype: person\ntitle: Awa Martin\nskills:\n  - Électronique\n  - Agronomie\n"
        "territory: Plouha\n---\n\n![Awa Martin](/personnes/martin-awa/portrait.png)\n\n"
        "Je **soude**.\n"
    )
    project = texts["projets/lora-a-la-ferme"]
    assert "type: project\n" in project and "editors: members\n" in project
    assert 'team:\n  - "[[personnes/martin-awa]]"\n' in project
    assert "themes:\n  - Eau\n  - Rivières\n" in project
    assert "voir [[les-besoins|nos besoins]]." in project
    assert "## Et après\n\n### Demain\n\nTout.\n" in project
    assert "- [ ] Une soudeuse {#b-" in project and "2022-01-01 prototype" in project
    assert "[plan.txt](/projets/lora-a-la-ferme/plan.txt)" in project
    assert "Personne" not in project
    assert (
        "starts: 2024-05-30T18:00\nplace: Salle communale\n" in texts["evenements/fete-du-capteur"]
    )
    assert texts["ressources"].endswith("\n- [[ressources/guide-des-mats]]\n")
    assert "> **Zoe**, " in texts["les-besoins/comments"]
    assert "> > Elle vient." in texts["les-besoins/comments"]
    assert readers == {
        "notes-du-bureau": ("team", ("groupe:bureau", "personnes/martin-awa")),
        "pour-les-membres": ("members", ()),
    }
    whole = "\n".join(texts.values()) + "\n".join(map(str, lost))
    assert "exemple.test" not in whole.replace("lora.exemple.test", "")
    assert "06 12" not in whole and "sha256$" not in whole and "jamais" not in whole


def test_what_is_said_of_forms_counts(staged: Read) -> None:
    said = {"form-1": "-", "form-2": "need", "form-3": "page", "form-4": "offer", "readers": "+"}
    texts, _lost, readers = staged(dump(), into="vieux", **said)
    assert not any("martin" in place for place in texts)
    need = texts["vieux/besoins/lora-a-la-ferme"]
    assert "type:" not in need and "::: needs\n- [ ] LoRa à la ferme #eau #rivieres {#b-" in need
    assert "- [ ] Guide des mâts {#o-" in texts["vieux/offres/guide-des-mats"]
    assert "vieux" in texts and "vieux/agenda/fete-du-capteur" in texts
    assert readers["vieux/offres/guide-des-mats"] == ("members", ())
    assert "vieux" not in readers  # it says itself that everybody reads it
    published = staged(dump(), **{"contact-1": "published"})[0]["personnes/martin-awa"]
    assert "mail: awa@exemple.test\n" in published  # an administrator said so
    assert "phone: 06 12 34 56 78" in published and "geolocation: 48.68, -2.92" in published


@pytest.mark.parametrize(
    "packed", [gzip.compress, lambda data: b"\xff\xfe" + data.decode().encode("utf-16le")]
)
def test_a_dump_alone_in_other_forms(packed: Callable[[bytes], bytes], staged: Read) -> None:
    """Packed, and as a console of Windows writes it."""
    texts, _lost, _readers = staged(packed(dump().encode()), "d.sql.gz")
    assert "type: project" in texts["projets/lora-a-la-ferme"]


def test_letters_of_a_dump_that_were_encoded_twice(staged: Read) -> None:
    body = "Ã‰tÃ© Ã  la ferme".replace("Ã ", "Ã\u00a0")
    row = page(30, "EteIci", "2020-01-01 09:00", body)
    raw = dump(more=[row]).encode().replace(b"Entre nous", b"Entre nous \xe9t\xe9")
    texts, lost, _readers = staged(raw)
    assert "Été à la ferme" in texts["ete-ici"] and "été" in texts["pour-les-membres"]
    assert {"EteIci", "PourLesMembres"} <= {one.where for one in lost if "encoding" in one.what}


def test_one_of_several_wikis_in_a_dump(staged: Read) -> None:
    both = dump(prefix="autre_").replace("Bienvenue", "Ailleurs") + dump()
    assert "title: Ailleurs" in staged(both, wiki="autre_")[0]["page-principale"]
    assert "title: Bienvenue" in staged(both, wiki="yeswiki_")[0]["page-principale"]


def test_entries_as_json(staged: Read, tmp_path: Path) -> None:
    form = {
        "bn_id_nature": "7",
        "bn_label_nature": "Projets",
        "bn_template": "texte***bf_titre***T\nliste***ListeX***Région",
        "prepared": [{"propertyname": "listeListeX", "options": {"1": "Bretagne"}}],
    }
    entry = {"id_typeannonce": "7", "bf_titre": "Un mât", "listeListeX": "1", "html_data": "x"}
    changed = {"date_maj_fiche": "2022-01-01 08:00:00"}
    entries = {name: {**entry, **changed, "id_fiche": name} for name in ("UnMat", "DeuxMats")}
    with zipfile.ZipFile(path := tmp_path / "j.zip", "w") as packed:
        packed.writestr("forms.json", json.dumps({"7": form}))
        packed.writestr("entries.json", json.dumps(entries))
    texts, _lost, _readers = staged(path)
    assert texts["projets/un-mat"] == (
        "---\ntype: project\ntitle: Un mât\nterritory: Bretagne\n---\n"
    )
    alone = staged(json.dumps([*entries.values()]), "e.json")[0]
    assert "- **ListeListeX**\u00a0: 1" in "\n".join(alone.values())


def test_entries_as_csv(staged: Read) -> None:
    table_ = (
        "datetime_create,datetime_latest,Nom *,Prénom,Email,Compétences,Présentation\n"
        '"01/02/2020 10:00:00","03/04/2021 11:00:00",Martin,Awa,awa@exemple.test,"a,""b, c""",'
        '"Une ligne.\n\nDeux."\n'
    )
    texts, lost, _readers = staged(table_, "Annuaire_des_membres.csv")
    [(place, text)] = texts.items()
    assert place.startswith("personnes/awa-martin")
    assert "skills:\n  - a\n  - b c\n" in text and "Une ligne.\n\nDeux." in text
    assert "exemple.test" not in text and any("left out" in one.what for one in lost)


@pytest.mark.parametrize(
    ("given", "name", "words"),
    [
        (dump()[:-400], "d.sql", "the file was cut"),
        (dump().partition("-- Dump completed")[0], "d.sql", "the file was cut"),
        (gzip.compress(dump().encode())[:-20], "d.sql.gz", "cut"),
        ("CREATE TABLE `wp_posts` (`ID` int);", "d.sql", "nothing of a YesWiki"),
        (table("acls", []), "d.sql", "no page of a YesWiki"),
        (table("acls", []) + "CREATE TABLE x (", "d.sql", "cut"),
        ("", "d.sql", "nothing of a YesWiki"),
        ('[{"id_fiche": "A", "id_typeannonce": ', "d.json", "Line 1 of d.json"),
        ('{"id_typeannonce": ' + "[" * 100_000, "d.json", "nested"),
        ("datetime_create,datetime_latest,T\n1,2\n", "d.csv", "Line 2 of d.csv"),
        ('datetime_create,datetime_latest,T\n1,2,"x', "d.csv", "Line 2 of d.csv"),
        ("datetime_create,datetime_latest" + ",x" * 100_000 + "\n", "d.csv", "Line 1 of d.csv"),
    ],
)
def test_what_is_no_yeswiki_is_refused(
    given: str | bytes, name: str, words: str, staged: Read
) -> None:
    with pytest.raises(WikiError) as refused:
        staged(given, name)
    assert words in refused.value.words


def test_a_bomb_is_refused(tmp_path: Path, staged: Read) -> None:
    path = tmp_path / "b.sql.gz"
    path.write_bytes(
        gzip.compress(
            table("acls", []).encode() + b"INSERT INTO yeswiki_acls VALUES ('" + b"a" * 22_000_000
        )
    )
    with pytest.raises(BadRequest) as refused:
        staged(path)
    assert "longer than any page" in refused.value.words


def test_it_is_known_by_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "d.sql"
    path.write_text(dump())
    assert YesWiki().recognises(path)
    assert recognise(archive(tmp_path / "a.zip")) == ["yeswiki"]  # though texts lie in it too
    path.write_text("-- MySQL dump\nCREATE TABLE `wp_posts` (`ID` int);")
    assert not YesWiki().recognises(path)
    assert not YesWiki().recognises(tmp_path / "none")
