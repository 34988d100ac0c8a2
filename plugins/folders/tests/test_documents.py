"""A folder of documents, as Word, LibreOffice and browsers leave it, mixed with Markdown."""

import base64
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from plugins.folders.source import Folder
from plugins.folders.tests.conftest import BOUNDS, Read, archive, picture
from tests.documents import samples
from wiki.api.documents import make_document
from wiki.api.errors import BadRequest
from wiki.api.imports import Stage, Staged
from wiki.documents.pandoc import convert
from wiki.documents.write.book import Book, Chapter
from wiki.translation import use_language

_CORE = (
    b'<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="urn:dc" xmlns:dt="urn:dt">'
    b"<dc:creator>Awa</dc:creator><dt:modified>2019-02-03T10:00:00Z</dt:modified>"
    b"</cp:coreProperties>"
)
_PAGE = """<!DOCTYPE html><html><head><meta charset="iso-8859-1"><title>Où nous trouver</title>
<meta name="author" content="Bo"><meta name="keywords" content="lieu, carte">
<style>p { color: red }</style><script src="carte.js"></script></head><body>
<p>À <a href="Projets/Capteur.docx#prix">la ferme</a>, <a href="Projets/">voir</a>.</p>
<p><img src="page_fichiers/plan.png" alt="Plan"></p>
<iframe src="https://carte.example.org/"></iframe></body></html>"""


def word(markdown: str) -> bytes:
    """A .docx of pandoc's that says whose it is."""
    return samples.with_parts(
        samples.word(markdown), lambda name, data: _CORE if name == "docProps/core.xml" else data
    )


def test_documents_and_texts_go_in_at_once(read: Callable[..., Read]) -> None:
    inside = "data:image/png;base64," + base64.b64encode(picture()).decode()
    odt = make_document(
        Book("Un bilan", "fr", [Chapter("Un bilan", "<p>Rien à dire.</p>")]), "odt", seconds=200
    )
    with use_language("en"):
        found = read(
            {
                "Asso/Accueil.md": ("[Capteur](Projets/Capteur.docx) [[Bilan]] [page](page.htm)\n"),
                "Asso/page.htm": _PAGE.encode("latin-1"),
                "Asso/page_fichiers/plan.png": picture(),
                "Asso/page_fichiers/style.css": "p {}",
                "Asso/page_fichiers/logo.png": picture(),
                "Asso/Projets/Capteur.docx": samples.reviewed(
                    word(
                        f"# Le capteur\n\nVoir [le bilan](../Bilan.odt), [l’autre]"
                        f"(file:///C:/Asso/page.htm) et [rien](Perdu.docx).\n\n"
                        f"![Vue]({inside})\n"
                    )
                ),
                "Asso/Projets.htm": "<title>Nos projets</title>",
                "Asso/Bilan.odt": odt,
                "Asso/Faux.docx": b"PK\x03\x04 autre chose",
                "Asso/Ancien.doc": b"\xd0\xcf\x11\xe0",
            }
        )
    assert sorted(found.pages) == ["accueil", "bilan", "page", "projets", "projets/capteur"]
    assert "[Capteur](/projets/capteur) [[bilan|Bilan]] [page](/page)" in found.pages["accueil"]
    assert found.pages["page"] == (
        "---\ntitle: Où nous trouver\nthemes:\n  - lieu\n  - carte\n---\n\n"
        "À [la ferme](/projets/capteur#prix), [voir](/projets).\n\n"
        "![Plan](/page/plan.png)\n\n<https://carte.example.org/>\n"
    )
    text = found.pages["projets/capteur"]
    assert "title: Le capteur" in text
    assert "[le bilan](/bilan), [l’autre](/page) et [rien](./Perdu.docx)" in text
    assert "![Vue](/projets/capteur/vue.png)" in text and "quatre-vingts" in text
    assert "title: Un bilan" in found.pages["bilan"] and "Rien à dire." in found.pages["bilan"]
    assert found.files == ["page/plan.png", "projets/capteur/vue.png"]
    entry = found.entries["projets/capteur"]
    assert (entry.author, entry.time[:10]) == ("Awa", "2019-02-03")
    assert found.entries["page"].author == "Bo"
    # Its export says no day: that of the file counts.
    assert found.entries["bilan"].time.startswith("2021-03-04T05:06")
    told = [(what.split(",")[0], where) for what, where, _detail in found.losses]
    assert sorted(told) == sorted(
        [
            ("A comment", "projets/capteur"),
            ("A document of an old or foreign program: save it as .docx", "Asso/Ancien.doc"),
            ("A document that could not be read", "Asso/Faux.docx"),
            ("A file that made the look of a web page", "Asso/page_fichiers/logo.png"),
            ("A file that made the look of a web page", "Asso/page_fichiers/style.css"),
            ("A link that leads nowhere", "projets/capteur:5"),
            ("A look of its own (styles)", "page"),
            ("Programs (scripts or macros)", "page"),
            ("Tracked changes", "projets/capteur"),
            ("Something shown from elsewhere", "page"),
        ]
    )


def test_the_same_folder_again_says_the_same(read: Callable[..., Read]) -> None:
    files = {
        "a.docx": word("# A\n\nb\n"),
        "a.odt": convert({"input": b"# A\n\nc\n"}, "markdown", "odt", ["-s"], seconds=200),
    }
    first, again = read(files), read(files)
    assert sorted(first.pages) == ["a", "a-2"]
    assert [one.key for one in first.entries.values()] == [
        one.key for one in again.entries.values()
    ]


def test_one_document_alone_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "Compte rendu.docx"
    path.write_bytes(word("Nous étions *dix*.\n"))
    assert Folder().recognises(path)
    with Stage(tmp_path / "stage", "", BOUNDS) as stage:
        Folder().read(path, stage, {}, lambda _done, _total: None)
    with closing(Staged(tmp_path / "stage")) as staged:
        (entry,) = staged.entries()
        assert entry.path == "compte-rendu"
        assert staged.content(entry).decode() == (
            "---\ntitle: Compte rendu\n---\n\nNous étions *dix*.\n"
        )


def test_one_hostile_document_does_not_end_the_import(read: Callable[..., Read]) -> None:
    entity = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    with use_language("en"):
        found = read(
            {
                "bon.md": "# Bon\n",
                "bombe.docx": samples.bomb(40_000_000),
                "menteur.docx": samples.lying_bomb(),
                "entites.docx": samples.with_parts(
                    samples.word("x"),
                    lambda _name, data: data.replace(b"<w:doc", entity + b"<w:doc"),
                ),
                "origine.docx": samples.with_parts(
                    samples.word("x"),
                    lambda name, data: (
                        entity + b"<a><creator>&b;</creator></a>"
                        if name == "docProps/core.xml"
                        else data
                    ),
                ),
                "vide.htm": "",
                "../../dehors.docx": samples.word("x"),
            }
        )
    assert sorted(found.pages) == ["bon"]
    assert sorted(where for _what, where, _detail in found.losses) == [
        "../../dehors.docx",
        *("bombe.docx", "entites.docx", "menteur.docx", "origine.docx", "vide.htm"),
    ]


def test_a_folder_without_documents_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", {"a.png": picture()})
    assert not Folder().recognises(path)
    with Stage(tmp_path / "stage", "", BOUNDS) as stage, pytest.raises(BadRequest):
        Folder().read(path, stage, {}, lambda _done, _total: None)


def test_files_of_a_page_of_markdown_stay_files(read: Callable[..., Read]) -> None:
    """So those of our own export come in again as what they were, and those of Outline."""
    document = samples.word("x")
    found = read(
        {
            "projets/lora.md": "# LoRa\n\n[Le plan](/projets/lora/plan.docx)\n",
            "projets/lora/plan.docx": document,
            "projets/eau/index.md": "# Eau\n",
            "projets/eau/devis.docx": document,
            "notes/un.md": "# Un\n\n[a](uploads/1/a.docx)\n",
            "notes/uploads/1/a.docx": document,
            "notes/page.docx": document,
        }
    )
    assert sorted(found.pages) == ["notes/page", "notes/un", "projets/eau", "projets/lora"]
    assert found.files == ["notes/un/a.docx", "projets/eau/devis.docx", "projets/lora/plan.docx"]
    assert found.pages["projets/lora"].endswith("[Le plan](/projets/lora/plan.docx)\n")
