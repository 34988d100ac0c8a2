"""An export of MediaWiki as pages here: the site of ``essai.py``, and exports that are none."""

import bz2
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from wiki.errors import BadRequest
from wiki.imports.elsewhere import Elsewhere
from wiki.imports.inventory import Entry, Loss, Staged
from wiki.imports.pipeline import import_path
from wiki.imports.stage import Bounds, Stage
from wiki.reading import Reader
from wiki.reading.history import list_history
from wiki.reading.pages import find_page

from .essai import fill
from .real import RealMediaWiki, is_installed

if TYPE_CHECKING:
    from wiki.imports.source import ImportProgress
    from wiki.instance import Instance

ESSAI = Path(__file__).parent / "essai.xml"
BOUNDS = Bounds(page=1_000_000, upload=1_000_000, pixels=1_000_000)
_BEGINNING = (
    "<mediawiki><siteinfo><sitename>E</sitename><base>https://e.example/wiki/A</base><namespaces>"
    '<namespace key="10">Modèle</namespace></namespaces></siteinfo>'
)


@contextmanager
def quiet(_label: str) -> "Iterator[ImportProgress]":
    yield lambda _done, _total: None


def brought(instance: "Instance", path: Path) -> list[Loss]:
    """Imports it as the command does, the child included; all that was lost."""
    lost: list[Loss] = []

    def approve(staged: Staged) -> bool:
        lost.extend(staged.losses())
        return True

    outcome = import_path(instance, "mediawiki", path, steps=quiet, approve=approve)
    assert outcome is not None
    return lost + outcome.losses


@pytest.fixture
def staged(plugin_module: Callable[[str], Any], tmp_path: Path) -> Callable[..., Any]:
    """What the source puts on a stage: the texts of places in their last states, and losses."""

    def read(given: Path | str | bytes, into: str = "") -> tuple[dict[str, str], list[str]]:
        path = given if isinstance(given, Path) else tmp_path / "given.xml"
        if isinstance(given, str | bytes):
            path.write_bytes(given.encode() if isinstance(given, str) else given)
        with Stage(tmp_path / "stage", into, BOUNDS) as stage:
            plugin_module("source").MediaWiki().read(path, stage, {}, lambda _done, _total: None)
        with closing(Staged(tmp_path / "stage")) as found:
            entries: Sequence[Entry] = list(found.entries())
            texts = {one.place: found.content(one).decode("utf-8", "replace") for one in entries}
            return texts, [one.what for one in found.losses()]

    return read


def test_a_site_becomes_pages(instance: "Instance") -> None:
    lost = brought(instance, ESSAI)
    reader = Reader(instance)
    page = find_page(reader, "lora-a-la-ferme")
    assert page is not None
    assert page.title == "LoRa à la ferme"
    assert (page.head["type"], page.head["territory"], page.head["editors"]) == (
        *("project", "Bretagne", "members"),
    )
    assert page.head.words("themes") == ("Agriculture", "Objets connectés")
    assert page.head["infobox-team"] == "Awa"
    assert "team" not in page.head  # who may edit is never said by a box
    assert "::: historique\n- 2026-03-12 prototype\n" in page.text
    assert "[[capteur|capteurs]] et [[categorie/agriculture|Catégorie:Agriculture]]" in page.text
    assert "- → [[lycee-agricole|Lycée agricole]]\n  - **À faire :** peser, par" in page.text
    told = [(one.author, one.message) for one in list_history(reader, "lora-a-la-ferme")]
    assert [(who, what.partition("\n")[0]) for who, what in told] == [
        *(("Zoé", "Suite : une phrase"), ("Marc", "Le matériel"), ("Awa", "Premières pages")),
    ]
    assert instance.repository.read("fichier/champ-vu-du-ciel.png", reader.head) is not None
    capteur = find_page(reader, "capteur")
    assert capteur is not None and set(capteur.aliases) == {"capteurs", "sonde"}
    talk = find_page(reader, "lora-a-la-ferme/discussion")
    assert talk is not None and "\n> Non. " in talk.text
    assert find_page(reader, "lora-a-la-ferme-2") is not None  # the titles differ by a capital
    assert find_page(reader, "modele/lien-vers") is None
    whats = {one.what for one in lost}
    assert any("script" in one.detail for one in lost)
    assert len([one for one in lost if one.where.startswith("Modèle:")]) == 3
    assert any(
        one.detail == "{{Absent|x}}" and one.where.startswith("LoRa à la ferme:") for one in lost
    )
    assert whats >= {one.what for one in lost if one.where in ("un", "deux")} != set()
    head = instance.repository.head()
    brought(instance, ESSAI)
    assert instance.repository.head() == head


def test_an_archive_holds_pictures_beside_the_export(
    staged: Callable[..., Any], tmp_path: Path
) -> None:
    """In any of its folders but those of MediaWiki's own, and none climbs out."""
    from io import BytesIO

    from PIL import Image

    picture = BytesIO()
    Image.new("RGB", (4, 3)).save(picture, "PNG")
    path = tmp_path / "essai.zip"
    text = "[[File:Vue du Ciel.png]] [[File:Absente.png]]"
    export = f"{_BEGINNING}{page('A', text)}</mediawiki>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("essai/dump.xml.bz2", bz2.compress(export.encode()))
        archive.writestr("essai/images/a/ab/Vue_du_Ciel.png", picture.getvalue())
        archive.writestr("essai/images/thumb/a/ab/Vue_du_Ciel.png/9px-Vue.png", b"x")
        archive.writestr("../../../etc/Dehors.png", picture.getvalue())
    texts, lost = staged(path, "essai")
    assert set(texts) == {"essai", "essai/file/vue-du-ciel.png"}
    assert "![Vue du Ciel.png](/essai/file/vue-du-ciel.png)" in texts["essai"]
    assert len(lost) == 1


def page(title: str, text: str, *, id: int = 1, more: str = "") -> str:
    number = 10 if title.startswith("Modèle:") else 0
    return (
        f"<page><title>{title}</title><ns>{number}</ns><id>{id}</id>{more}"
        f"<revision><id>{10 * id}</id>"
        "<timestamp>2020-01-01T00:00:00Z</timestamp><contributor><ip>192.0.2.1</ip></contributor>"
        f"<text>{text}</text></revision></page>"
    )


def test_titles_that_are_doubtful(staged: Callable[..., Any]) -> None:
    pages = [
        page("A", "Un", id=1),
        page("A", "Deux", id=2),
        page("../../etc/passwd", "Dehors", id=3),
        page("Été", "[[été]] [[../]] [[/dessous]]", id=4),
        page("日本", "texte", id=5),
        page("!!!", "signes", id=6),
        page("Index", "texte", id=7),
        page("Con", "texte", id=8),
        page("Rond", "#REDIRECT [[Rond]]", id=9),
    ]
    texts, lost = staged(f"{_BEGINNING}{''.join(pages)}</mediawiki>")
    assert texts["a"] == "---\ntitle: A\n---\n\nUn\n"
    assert {"etc-passwd", "ete", "page", "index-2", "con-2"} <= set(texts)
    assert not any(".." in place for place in texts)
    assert len(texts) == 7
    assert len(lost) == 2


def test_what_is_hidden_is_not_brought(staged: Callable[..., Any]) -> None:
    hidden = page("A", "x").replace("<text>x</text>", '<text bytes="9" deleted="deleted" />')
    lua = page("B", "x", id=2).replace("<text>", "<model>Scribunto</model><text>")
    closed = page("C", "x", id=3, more="<restrictions>edit=sysop:move=sysop</restrictions>")
    texts, lost = staged(f"{_BEGINNING}{hidden}{lua}{closed}</mediawiki>")
    assert texts == {"c": "---\ntitle: C\neditors: team\n---\n\nx\n"}
    assert len(lost) == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "Line 1"),
        ("<html><body/></html>", "<html>"),
        (f"{_BEGINNING}{page('A', 'x')}\n<page><title>B", "Line 2"),
        (f"{_BEGINNING}</mediawiki>", "no text"),
        (
            f"{_BEGINNING}{page('A', 'x')}</mediawiki>".replace("<text>x", '<text bytes="9">'),
            "no text",
        ),
        ("<!DOCTYPE m [<!ENTITY a 'aaaa'>]><mediawiki>&a;</mediawiki>", "entities"),
        (f"<mediawiki>{'<a>' * 50}", "nested"),
        (f"<mediawiki><page><title>{'a' * 30_000}", "longer"),
        (f"{_BEGINNING}{page('A', 'é')}</mediawiki>".encode("latin-1"), "Line 1"),
        (b"<?xml version='1.0' encoding='rot13'?><mediawiki/>", "Line 1"),
        (b"\xff\xfe\x00<", "Line 1"),
        (bz2.compress(b"<mediawiki>")[:-4], "Line 1"),
    ],
)
def test_what_is_no_export_is_refused(
    given: str | bytes, words: str, staged: Callable[..., Any]
) -> None:
    with pytest.raises(BadRequest) as refused:
        staged(given)
    assert words in refused.value.words


def test_an_archive_that_is_cut_is_refused(staged: Callable[..., Any], tmp_path: Path) -> None:
    export = f"{_BEGINNING}{page('A', 'x' * 100_000)}</mediawiki>".encode()
    cut = tmp_path / "cut.xml.bz2"
    cut.write_bytes(bz2.compress(export)[:-20])
    with pytest.raises(BadRequest):
        staged(cut)
    empty = tmp_path / "empty.zip"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("notes.txt", "rien")
    with pytest.raises(BadRequest):
        staged(empty)


@pytest.mark.timeout(300)  # PHP is started some fifteen times
@pytest.mark.skipif(not is_installed(), reason="Debian's package mediawiki is not installed")
def test_a_real_site_keeps_its_links(
    instance: "Instance", tmp_path: Path, plugin_module: Callable[[str], Any]
) -> None:
    """Each link, picture and address that MediaWiki itself counts in a page is in ours."""
    real = RealMediaWiki(tmp_path / "mediawiki")
    fill(real, tmp_path / "texts")
    export = real.export(tmp_path / "export.xml")
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        archive.write(export, "export.xml")
        for file in real.images.rglob("*.png"):
            archive.write(file, f"images/{file.relative_to(real.images)}")
    with real.served() as address:
        counted = {space: _counted(real, space) for space in ("0", "1", "2", "6", "12", "14")}
        asked = _asked(address, tmp_path / "asked", plugin_module("site").fetch_site)
    brought(instance, whole)
    head = instance.repository.head()
    brought(instance, asked)
    assert instance.repository.head() == head  # the site itself says what its export says
    with Stage(tmp_path / "stage", "", BOUNDS) as stage:
        titles = plugin_module("survey").survey(whole, stage).titles
    reader = Reader(instance)
    wanted: list[tuple[str, str]] = []
    missing: list[tuple[str, str]] = []
    for title, links in (pair for pages in counted.values() for pair in pages.items()):
        here = find_page(reader, titles.target(f":{title}", "").to)
        assert here is not None, title
        found = {unquote(link.target).strip("/") for link in here.document.links}
        for link in links:
            target = titles.target(link, title) if "://" not in link else None
            to = unquote(target.to if target is not None else link).strip("/")
            wanted.append((title, link))
            if to not in found and not (target and target.kind == "category"):
                missing.append((title, link))
    assert len(wanted) > 300
    assert len(missing) <= len(wanted) // 100, missing


class _BreaksOff(Elsewhere):
    """A line that breaks after some answers."""

    left = 7

    def get(self, url: str, most: int) -> bytes:
        self.left -= 1
        if not self.left:
            raise BadRequest("broken off")
        return super().get(url, most)


def _asked(address: str, folder: Path, fetch_site: Callable[..., None]) -> Path:
    """What the API of a site says, asked twice as the line broke between."""
    with pytest.raises(BadRequest, match="broken off"):
        fetch_site(_BreaksOff(address, ["127.0.0.1"]), folder, lambda _done, _total: None)
    begun = (folder / "site" / "export.xml").read_bytes()
    fetch_site(Elsewhere(address, ["127.0.0.1"]), folder, lambda _done, _total: None)
    assert (folder / "site" / "export.xml").read_bytes().startswith(begun)
    return folder / "site"


def _counted(real: RealMediaWiki, space: str) -> dict[str, set[str]]:
    """What each page of a namespace leads to and shows, as MediaWiki counts it; no redirects."""
    found = real.ask(
        generator="allpages",
        gapnamespace=space,
        gapfilterredir="nonredirects",
        gaplimit="500",
        prop="links|images|extlinks",
        pllimit="500",
        imlimit="500",
        ellimit="500",
    )
    assert "continue" not in found
    pages = found.get("query", {}).get("pages", ())
    return {
        one["title"]: {
            *(link["title"] for link in one.get("links", ())),
            *(image["title"] for image in one.get("images", ())),
            *(link["url"] for link in one.get("extlinks", ())),
        }
        for one in pages
    }
