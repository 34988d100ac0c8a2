"""Pages become documents: whole, in order, and of what the reader may see alone."""

import re
import zipfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from tests.documents import samples
from wiki.documents.pandoc import convert, program
from wiki.documents.programs import run
from wiki.documents.write.binder import bind_pages
from wiki.documents.write.book import Book, BookPart, Chapter
from wiki.documents.write.exporter import make_document
from wiki.documents.write.folder import pages_as_folder
from wiki.documents.write.leaves import Around, chapter
from wiki.documents.write.selection import BELOW, SPECIFICATION, gather_pages
from wiki.errors import NotFound, TooLarge
from wiki.instance import Instance
from wiki.jinja import day_of
from wiki.people.access.grants import grant_guest
from wiki.people.accounts import get_person
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.reading.pages import get_page
from wiki.rendering.alone import render_text
from wiki.translation import use_language

SPACE = {
    "p.md": "---\ntype: project\ntitle: Gel\nvisibility: public\n---\n"
    "Le [[p/cahier-des-charges#Budget|budget]], puis [[p/secret]] et [[p/annexe]].\n\n"
    "![Le plan](p/plan.png) ![Ailleurs](https://x.org/a.png)\n",
    "p/plan.png": samples.picture(),
    "p/annexe.md": "# Annexe\n\nUne note[^1].\n\n[^1]: Tout en bas.\n\n## Budget\n",
    "p/cahier-des-charges.md": "# Cahier\n\n## Budget\n\n| A | B |\n|---|---|\n| 1 | é |\n\n"
    "- [x] fait\n\n```python\nprint(1)\n```\n\nVoir [[p/annexe]].\n\n"
    "Terme\n: sens\n\n> cité\n\n---\n",
    "p/cahier-des-charges/radio.md": "# Radio\n\nCanari [ici](../rien.md) et [là](#nulle-part).\n",
    "p/secret.md": "---\nvisibility: team\nteam: [personnes/x]\n---\n# Secret\n\nMotcaché\n",
    "p/secret/carte.png": samples.picture(70),
}


@pytest.fixture
def reader(instance: Instance, write: Callable[..., str]) -> Reader:
    write(SPACE)
    return Reader(instance, None)


def texts(document: bytes) -> str:
    """All that stands in an archive of XML."""
    with zipfile.ZipFile(BytesIO(document)) as archive:
        return "\n".join(
            archive.read(name).decode() for name in archive.namelist() if "ml" in name[-5:]
        )


def test_pages_come_in_the_order_in_which_they_are_spoken_of(reader: Reader) -> None:
    paths = [page.path for page in gather_pages(reader, "p", BELOW, 10)]
    assert paths == ["p", "p/cahier-des-charges", "p/cahier-des-charges/radio", "p/annexe"]
    found = gather_pages(reader, "p/annexe", SPECIFICATION, 10)
    assert [page.path for page in found] == ["p/cahier-des-charges", "p/cahier-des-charges/radio"]
    with pytest.raises(TooLarge):
        gather_pages(reader, "p", BELOW, 3)
    with pytest.raises(NotFound):
        gather_pages(reader, "p/secret", BELOW, 10)


@pytest.mark.parametrize("kind", ["docx", "odt", "epub"])
def test_what_xml_cannot_say_breaks_no_document(kind: str) -> None:
    chapters = [Chapter("Gel\x0b du\x01 sol", "<p>Du\ufffe texte\x08.</p>", anchor="p1")]
    book = Book("Titre\x07 <&>", "fr", [*chapters, *chapters], summary="Où\x1f ?", note="Note\x00")
    with zipfile.ZipFile(BytesIO(make_document(book, kind, seconds=200))) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "ml" in name[-5:]]
    assert len(parts) > 3
    trees = [ElementTree.fromstring(part) for part in parts]  # noqa: S314 - it is our own
    said = "".join("".join(tree.itertext()) for tree in trees)
    for words in ("Titre <&>", "Gel du sol", "Du texte."):
        assert words in said


@pytest.mark.parametrize("kind", ["docx", "odt", "epub"])
def test_an_office_document_says_all_and_no_secret(reader: Reader, kind: str) -> None:
    book = bind_pages(reader, gather_pages(reader, "p", BELOW, 10))
    document = make_document(book, kind, seconds=200)
    said = texts(document)
    for words in ("Cahier", "Radio", "Tout en bas", "print(1)", "☑"):
        assert words in said
    assert "Motcach" not in said
    with zipfile.ZipFile(BytesIO(document)) as archive:
        pictures = [name for name in archive.namelist() if name.endswith(".png")]
        assert len(pictures) == 1
        if kind == "epub":
            first = archive.infolist()[0]
            assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
            assert "#0D646C" in archive.read("EPUB/styles/stylesheet1.css").decode()
            assert "<dc:language>fr" in archive.read("EPUB/content.opf").decode()


def test_a_pdf_is_one_that_can_be_read_aloud(reader: Reader) -> None:
    book = bind_pages(reader, gather_pages(reader, "p", BELOW, 10))
    document = make_document(book, "pdf", seconds=200)
    assert document.startswith(b"%PDF-")
    assert b"pdfuaid" in document


def test_a_list_with_paragraphs_has_nothing_before_its_words() -> None:
    html = "<ol>\n<li>\n<p>Mesurer</p>\n</li>\n</ol><ul><li>\n2 mai\n<p>Un four</p></li></ul>"
    said = chapter(html, Around("p1-", 0, 2, "Titre", "https://s"))
    assert "<p>Mesurer</p>" in said
    assert "<li><p>2 mai · Un four</p>" in said


@pytest.mark.parametrize("kind", ["pdf", "docx", "markdown"])
def test_a_part_of_a_project_says_of_which(reader: Reader, kind: str) -> None:
    pages = gather_pages(reader, "p/annexe", SPECIFICATION, 10)
    document = make_document(bind_pages(reader, pages), kind, seconds=200)
    if kind == "pdf":
        read = PdfReader(BytesIO(document))
        assert read.pages[0].extract_text().split("\n")[1:3] == ["Gel", "Cahier"]
        assert read.metadata is not None and read.metadata.title == "Gel — Cahier"
    elif kind == "docx":
        assert ">Gel — Cahier<" in texts(document)
    else:
        with zipfile.ZipFile(BytesIO(document)) as archive:
            assert archive.read("livret.md").decode().startswith("# Gel — Cahier\n")


def test_a_guest_of_a_chapter_is_not_told_of_which_project(
    instance: Instance, write: Callable[..., str], person: Callable[..., Person]
) -> None:
    write({**SPACE, "p.md": str(SPACE["p.md"]).replace("public", "team\nteam: [personnes/x]")})
    made = person("Invité")
    grant_guest(instance.private, made.id, "p/secret", by="test")
    reader = Reader(instance, get_person(instance.private, made.id))
    assert bind_pages(reader, [get_page(reader, "p/secret")]).project == ""


def test_a_long_table_says_that_it_goes_on() -> None:
    rows = "".join(f"<tr><td>jour {number}</td><td>x</td></tr>" for number in range(90))
    head = "<thead><tr><th>Jour</th><th>Quoi</th></tr></thead>"
    html = f"<table>{head}<tbody>{rows}</tbody></table><p>Fin.</p>"
    book = Book("Titre", "fr", [Chapter("Titre", html, anchor="p1")])
    pages = PdfReader(BytesIO(make_document(book, "pdf", seconds=200))).pages
    said = [page.extract_text() for page in pages]
    assert len(said) > 2
    assert all("Jour" in text for text in said)
    assert ["suite" in text for text in said] == [False, *[True] * (len(said) - 1)]
    assert "w:tblHeader" in texts(make_document(book, "docx", seconds=200))


def test_arabic_and_hebrew_run_from_right_to_left() -> None:
    shown = render_text("## فرن مشترك\n\n- واحد\n- اثنان\n\n| اسم |\n|---|\n| خبز |\n\nTexte.\n")
    html = chapter(shown, Around("p1-", 0, 2, "", "https://s"))
    book = Book("فرن", "fr", [Chapter("", html, anchor="p1")])
    word = texts(make_document(book, "docx", seconds=200))
    paragraphs = re.findall(r"<w:p>.*?</w:p>", word)
    for words in ("مشترك", "واحد", "خبز", "Texte"):
        (paragraph,) = (one for one in paragraphs if words in one)
        assert ("<w:bidi />" in paragraph) == (words != "Texte"), words
    document = make_document(book, "pdf", seconds=200)
    page = PdfReader(BytesIO(document)).pages[0]
    places: dict[str, float] = {}

    def note(text: str, place: list[float], *_others: object) -> None:
        if text.strip():
            places[text.strip()] = place[4]

    page.extract_text(visitor_text=note)
    middle = float(page.mediabox.width) / 2
    assert places["Texte."] < middle
    assert all(left > middle for words, left in places.items() if "\u0600" <= words[0] <= "\u06ff")
    assert b"NotoNaskhArabic" in document


def test_words_of_a_page_are_never_code_of_the_typesetter() -> None:
    hostile = '"; #read("/etc/passwd") \\ ] #panic() $x$ // \n```'
    html = (
        f"<p>#read(&quot;/etc/passwd&quot;) #panic() ]]] $x$ // @a &lt;b&gt;</p><p>{'*_`~' * 9}</p>"
    )
    book = Book(hostile, "fr", [Chapter(hostile, html, anchor="p1")], hostile, hostile, hostile)
    said = PdfReader(BytesIO(make_document(book, "pdf", seconds=200))).pages[-1].extract_text()
    assert '#read("/etc/passwd") #panic() ]]] $x$ // @a <b>' in said and "*_`~" * 9 in said


def test_links_lead_within_the_document_or_to_the_site(reader: Reader) -> None:
    book = bind_pages(reader, gather_pages(reader, "p", BELOW, 10))
    html = "".join(one.html for one in book.chapters)
    anchors = {one.anchor for one in book.chapters} | set(re.findall(r' id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= anchors
    assert f'href="{reader.instance.settings.public_url}/-/' not in html
    assert "media/1.png" in html
    assert "[Ailleurs]" in html


def test_what_is_for_the_screen_alone_is_left_out() -> None:
    html = (
        '<h1 id="h-t">Titre</h1><h2 id="h-a">A<a class="edit-section" href="/-/edit/x">m</a></h2>'
        '<ol class="timeline"><li><span>a</span><span>b</span></li></ol>'
        '<p>x<a class="missing" href="/-/edit/y">rouge</a></p>'
        '<ul><li><input type="checkbox" disabled checked> fait</li></ul>'
        '<pre><code class="language-x"><span class="k">a</span>b</code></pre>'
    )
    around = Around("p1-", 0, 2, "Titre", "https://s")
    assert chapter(html, around) == (
        '<h1 id="p1-h-a">A</h1><ul><li>a  · b </li></ul><p>xrouge</p>'
        "<ul><li>☑  fait</li></ul><pre><code>ab</code></pre>"
    )


def test_a_moment_is_told_by_its_day() -> None:
    html = '<p>Changé <time datetime="2026-11-25T23:30:00+00:00" title="x">hier à 0:30</time>.</p>'
    html += '<p><time datetime="2026-05-02">2 mai 2026</time></p>'
    around = Around("p-", 0, 1, "Titre", "", day=partial(day_of, zone=ZoneInfo("Europe/Paris")))
    with use_language("fr"):
        assert chapter(html, around) == "<p>Changé 26 novembre 2026.</p><p>2 mai 2026</p>"


def test_what_stands_side_by_side_on_a_screen_is_a_line_of_words() -> None:
    html = (
        '<ol class="block-steps">\n<li><a href="/e">idée</a><span class="sr-only">, là</span></li>'
        '<li class="block-reached block-here">pilote <time>mai</time></li></ol>'
        '<ol class="timeline"><li class="turn">\n<time>1er mai</time>\n<p>pilote</p></li></ol>'
        '<p class="meta"><span><a href="/e">idée</a></span><span>Bretagne</span></p>'
    )
    around = Around("p1-", 0, 2, "Titre", "https://s")
    link = '<a href="https://s/e">idée</a>'
    assert chapter(html, around) == (
        f"<p>\n{link} → <strong>pilote mai</strong></p>"
        f"<ul><li><p>1er mai · pilote</p></li></ul><p>{link}  · Bretagne </p>"
    )


@pytest.mark.parametrize("kind", ["pdf", "epub", "docx", "site"])
def test_a_drawing_of_ours_is_in_each_kind_of_document(reader: Reader, kind: str) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60" viewBox="0 0 90 60">'
        '<rect width="90" height="60" fill="#0d646c"/><text x="9" y="30">12</text></svg>'
    )
    html = '<figure><img src="dessin" alt="Un plan"></figure><p><a href="/p">Gel</a></p>'
    html += "<p>Habitant⸱es ꙮ là</p>"
    part = BookPart("Le plan", html, {"dessin": svg})
    book = bind_pages(reader, [get_page(reader, "p")], closing=[part], alone=False)
    assert [one.title for one in book.chapters] == ["Gel", "Le plan"]
    assert '<a href="#p1">Gel</a>' in book.chapters[1].html
    document = make_document(book, kind, seconds=200)
    if kind == "pdf":
        # Also where no font draws what somebody wrote.
        assert b"pdfuaid" in document
        said = " ".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages)
        assert "Habitant·es là" in " ".join(said.split())
        return
    with zipfile.ZipFile(BytesIO(document)) as archive:
        drawings = [name for name in archive.namelist() if name.endswith(".svg")]
        pictures = [name for name in archive.namelist() if name.endswith(".png")]
    # Beside the picture of the page itself; programs of offices get a photograph of it.
    assert (len(drawings), len(pictures)) == ((0, 2) if kind == "docx" else (1, 1))


def test_links_of_a_markdown_lead_to_the_words_of_headings() -> None:
    chapters = [
        Chapter("Été, à venir", '<p><a href="#p2">là</a> <a href="#p2-b">plus bas</a></p>'),
        Chapter("Budget", '<h2 id="p2-b">Budget</h2><p>Un.</p>', anchor="p2"),
    ]
    document = make_document(Book("Livre", "fr", chapters), "markdown", seconds=200)
    with zipfile.ZipFile(BytesIO(document)) as archive:
        text = archive.read("livret.md").decode()
    assert "[là](#budget) [plus bas](#budget-1)" in text
    assert "- [Budget](#budget)" in text


def test_a_folder_has_texts_and_files_as_they_lie(reader: Reader) -> None:
    data = pages_as_folder(reader, gather_pages(reader, "p", BELOW, 10))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert sorted(archive.namelist()) == [
            "README.md",
            "p.md",
            "p/annexe.md",
            "p/cahier-des-charges.md",
            "p/cahier-des-charges/radio.md",
            "p/plan.png",
        ]
        assert archive.read("p/annexe.md").decode() == SPACE["p/annexe.md"]


def test_the_team_gets_what_is_theirs(reader: Reader, person: Callable[..., Person]) -> None:
    theirs = Reader(reader.instance, person("X", page="personnes/x"))
    paths = [page.path for page in gather_pages(theirs, "p", BELOW, 10)]
    assert "p/secret" in paths


def test_a_program_that_hangs_is_ended_with_all_its_children() -> None:
    with pytest.raises(TooLarge):
        run(["/bin/sh", "-c", "sleep 60 & sleep 60"], {}, "output", seconds=0.3)


def test_pandoc_reads_no_file_of_ours_and_asks_no_one() -> None:
    html = b'<p><img src="/etc/hostname"><img src="http://127.0.0.1:9/x.png"></p>'
    document = convert({"input": html}, "html", "docx", seconds=200)
    with zipfile.ZipFile(BytesIO(document)) as archive:
        assert not [name for name in archive.namelist() if "media/" in name]
    assert program()
