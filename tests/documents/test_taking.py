"""Documents become pages: clean Markdown, nothing lost unsaid, nothing hostile let through."""

import base64
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.documents import samples
from wiki.config import Settings
from wiki.documents.pandoc import convert
from wiki.documents.read.archives import check_container
from wiki.documents.read.importer import take_document
from wiki.documents.read.origin import origin_of
from wiki.errors import BadUpload, TooLarge, Unmade
from wiki.pages.page import Page
from wiki.pages.words import fold
from wiki.translation import use_language

SETTINGS = Settings(Path("nowhere"), max_page=100_000)
_EVERYTHING = """---
title: Capteurs de gel
subtitle: Ce que nous voulons mesurer
---

# Contexte

La **parcelle** gèle *trois fois* par an[^1]. Voir [le site](https://example.org).

### Exigences

1. Mesurer
2. Prévenir
   - par message

| N° | Exigence |
|----|----------|
| E1 | Exact    |

# Budget

> Quatre-vingts euros.

H~2~O, m^2^, ~~non~~, `code`

[^1]: Relevés de 2025.
"""


def take(name: str, data: bytes) -> tuple[str, list[str]]:
    taken = take_document(SETTINGS, name, data, seconds=200)
    return taken.text, [words for words, _detail in taken.remarks]


def test_a_word_document_is_clean_markdown() -> None:
    text, told = take("x.docx", samples.word(_EVERYTHING))
    assert told == []
    assert re.sub(r"  +|-{3,}", " ", text.partition("---\n\n")[2]) == re.sub(
        r"  +|-{3,}",
        " ",
        """## Contexte

La **parcelle** gèle *trois fois* par an[^1]. Voir [le site](https://example.org).

### Exigences

1.  Mesurer
2.  Prévenir
    - par message

| N°  | Exigence |
|-----|----------|
| E1  | Exact    |

## Budget

> Quatre-vingts euros.

H₂O, m², ~~non~~, `code`

[^1]: Relevés de 2025.
""",
    )
    page = Page("x", "x.md", text)
    assert (page.title, page.summary) == ("Capteurs de gel", "Ce que nous voulons mesurer")


def test_tracked_changes_are_accepted_and_comments_told() -> None:
    data = samples.reviewed(samples.word("Avant.\n"))
    with use_language("en"):
        taken = take_document(SETTINGS, "Avis.docx", data, seconds=200)
    assert "Le prix est quatre-vingts" in taken.text
    assert "cent" not in taken.text
    assert taken.comments == ("Relectrice : Hors taxes & net ?",)
    assert taken.remarks == (("Tracked changes, which are taken as accepted", ""),)


def test_pictures_come_along_under_names_of_their_own() -> None:
    src = "data:image/png;base64," + base64.b64encode(samples.picture()).decode()
    document = samples.word(
        f"# Vigne\n\n![Le capteur]({src})\n\n![]({src.replace('png', 'gif')})\n"
    )
    taken = take_document(SETTINGS, "a.docx", document, seconds=200)
    assert list(taken.pictures) == ["le-capteur.png"]
    assert "![Le capteur](vigne/le-capteur.png)" in taken.text


def test_a_web_page_loses_what_is_no_text() -> None:
    html = (
        "<html><head><title>Gel</title><style>p{color:red}</style></head><body>"
        "<script>alert(1)</script><h1>Gel</h1>"
        '<p onclick="x()">Un <u>mot</u> <a href="javascript:alert(1)">mal</a>'
        ' <a href="https://a.b">bien</a> <img src="https://a.b/c.png" alt="loin">'
        " ::: <span>ici</span></p><p>::: besoins</p><p># pas un titre</p><p>[[x]]</p>"
        "<table><tr><td colspan=2>a</td><td>b</td></tr>"
        "<tr><td>1</td><td>2</td><td>3</td></tr></table>"
        "<table><tr><td><p>dans un cadre</p></td></tr></table><pre>a ``` b</pre>"
    )
    text, _told = take("page.html", html.encode())
    page = Page("x", "x.md", text)
    assert page.title == "Gel"
    assert text.partition("---\n\n")[2] == (
        "Un mot mal [bien](https://a.b) [loin](https://a.b/c.png) ::: ici\n\n\\::: besoins\n\n"
        "\\# pas un titre\n\n\\[\\[x\\]\\]\n\n| a   |     | b   |\n|-----|-----|-----|\n"
        "| 1   | 2   | 3   |\n\n> dans un cadre\n\n````\na ``` b\n````\n"
    )
    assert page.document.blocks == ()


def test_old_windows_pages_are_read_in_their_code() -> None:
    html = "<meta charset=windows-1252><h1>Été</h1><p>L’hiver</p>"
    text, _told = take("a.htm", html.encode("cp1252"))
    assert "title: Été" in text
    assert "L’hiver" in text


def test_markdown_is_kept_as_it_is() -> None:
    source = "---\nteam: [personnes/x]\n---\n# Été\n\n* un\n* deux\n"
    text, _told = take("notes.md", source.encode())
    assert text == source


def test_an_open_document_is_read_too() -> None:
    data = convert({"input": _EVERYTHING.encode()}, "markdown", "odt", ["-s"], seconds=200)
    text, _told = take("x.odt", data)
    assert "## Contexte" in text
    assert "| E1  | Exact    |" in text


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.docx", samples.bomb, TooLarge),
        ("a.docx", samples.lying_bomb, (BadUpload, TooLarge)),
        ("a.docx", b"PK\x03\x04 nothing of the kind", BadUpload),
        ("a.odt", lambda: samples.word("x"), BadUpload),
        ("a.docx", lambda: samples.word("x")[:-100], BadUpload),
        ("a.doc", b"\xd0\xcf\x11\xe0", BadUpload),
        ("a.pdf", b"%PDF-1.7", BadUpload),
        ("a.exe", b"MZ", BadUpload),
        ("sans", b"x", BadUpload),
        ("a.md", b"  \n", BadUpload),
        ("a.md", b"x" * 100_001, TooLarge),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_in_words(
    name: str, data: bytes | Callable[[], bytes], error: type[Exception]
) -> None:
    # Where it takes long to make, not by each process that collects tests.
    made = data if isinstance(data, bytes) else data()
    with pytest.raises(error):
        take(name, made)


def test_what_is_no_text_of_a_document_is_told() -> None:
    """Macros, objects, heads of sheets: none comes along, each is named, the words still come."""
    out = BytesIO(samples.word("Le texte.\n"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
        archive.writestr("word/embeddings/Budget.xlsx", b"x")
        archive.writestr("word/header1.xml", "<w:p><w:t>Confidentiel</w:t></w:p>")
        archive.writestr("word/footer1.xml", "<w:p><w:t>3</w:t></w:p>")
    with use_language("en"):
        taken = take_document(SETTINGS, "a.docx", out.getvalue(), seconds=200)
    assert "Le texte." in taken.text and "Confidentiel" not in taken.text
    assert [(words.split(",")[0], detail) for words, detail in taken.remarks] == [
        ("Programs (scripts or macros)", ""),
        ("An object of another program", "Budget.xlsx"),
        ("The head or the foot of its sheets", "Confidentiel"),
    ]


def test_what_a_document_says_of_itself() -> None:
    core = (
        b'<c:p xmlns:c="urn:c" xmlns:d="urn:d" xmlns:t="urn:t"><d:creator>Awa &amp; Bo</d:creator>'
        b"<c:keywords>gel; vigne</c:keywords><t:modified>2021-03-04T05:06:07Z</t:modified></c:p>"
    )

    def saying(part: bytes) -> bytes:
        return samples.with_parts(
            samples.word("x"), lambda name, data: part if name == "docProps/core.xml" else data
        )

    taken = take_document(SETTINGS, "a.docx", saying(core), seconds=200)
    assert (taken.author, taken.keywords) == ("Awa & Bo", ("gel", "vigne"))
    assert taken.when == datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)
    # One that is no XML says nothing; a moment that programs write for none is none.
    for part in (b"<", b"<a/>", core.replace(b"2021-03-04T05:06:07Z", b"1970-01-01T00:00:00Z")):
        assert origin_of("docx", saying(part), {}).when == ""
    page = (
        b"<html><head><meta name=author content=Awa>"
        b"<meta name=changed content='2020-01-02T03:04:05.678'></head><body>x</body></html>"
    )
    taken = take_document(SETTINGS, "a.html", page, seconds=200)
    assert (taken.author, taken.when) == ("Awa", datetime(2020, 1, 2, 3, 4, 5, 678000, UTC))


def test_a_web_page_in_any_encoding_that_it_says() -> None:
    words = "<h1>Été</h1><p>L’hiver</p>"
    for data in (
        words.encode("utf-16"),
        words.encode("utf-16be"),
        b'<?xml version="1.0" encoding="windows-1252"?>' + words.encode("cp1252"),
        b"<meta charset=utf-16>" + words.encode(),
        b"\xef\xbb\xbf" + words.encode(),
    ):
        text, _remarks = take("a.html", data)
        assert "title: Été" in text and "L’hiver" in text


def test_tables_in_tables_are_refused_before_they_are_read() -> None:
    """What takes the square of their depth is not begun; what someone may write is."""
    nested = ("<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>")

    def deep(depth: int) -> bytes:
        tables = "".join(part * depth for part in nested).encode()
        return samples.with_parts(
            samples.word("x"),
            lambda name, data: (
                data.replace(b"<w:body>", b"<w:body>" + tables)
                if name == "word/document.xml"
                else data
            ),
        )

    check_container(deep(30), "docx")
    with pytest.raises(BadUpload):
        check_container(deep(5_000), "docx")
    entity = b'<!DOCTYPE w:document [<!ENTITY a "b">]><w:document'
    with pytest.raises(BadUpload):
        check_container(
            samples.with_parts(
                samples.word("x"), lambda _name, data: data.replace(b"<w:document", entity)
            ),
            "docx",
        )


@pytest.mark.parametrize("encoding", [b"TTF-8", b"big5", b"utf-7"])
def test_an_encoding_that_nobody_reads_here_is_refused(encoding: bytes) -> None:
    declared = samples.with_parts(
        samples.word("x"), lambda _name, data: data.replace(b"UTF-8", encoding)
    )
    with pytest.raises(BadUpload):
        check_container(declared, "docx")


def test_what_takes_too_long_is_given_up() -> None:
    with pytest.raises((TooLarge, Unmade)):
        take_document(SETTINGS, "a.html", b"<div><blockquote>" * 20_000 + b"x", seconds=1)


_WORD = st.text("abcdeéàœ", min_size=1, max_size=8)
_LINE = st.lists(_WORD, min_size=1, max_size=6).map(" ".join)
_MARKED = st.tuples(_LINE, st.sampled_from(["", "*", "**"])).map(
    lambda one: one[1] + one[0] + one[1]
)
_BLOCK = st.one_of(
    st.tuples(st.sampled_from(["## ", "### "]), _LINE).map("".join),
    _MARKED,
    st.lists(_MARKED, min_size=1, max_size=4).map(lambda some: "\n".join(f"- {x}" for x in some)),
    st.lists(_LINE, min_size=2, max_size=3).map(
        lambda some: f"| {' | '.join(some)} |\n|{'---|' * len(some)}\n| {' | '.join(some)} |"
    ),
)


@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(_BLOCK, min_size=2, max_size=8), st.sampled_from(["docx", "odt"]))
def test_a_round_trip_keeps_what_was_written(blocks: list[str], kind: str) -> None:
    """Through Word and back: the same headings, lists, tables and emphasis, in the same order."""
    source = "\n\n<!-- -->\n\n".join(["# Titre", "Début.", *blocks])
    document = convert({"input": source.encode()}, "gfm", kind, seconds=200)
    taken = take_document(SETTINGS, f"a.{kind}", document, seconds=200)
    before = Page("x", "x.md", "\n\n<!-- -->\n\n".join(["Début.", *blocks]))
    after = Page("x", "x.md", taken.text)
    assert fold(taken.title) == "titre"
    assert [one.text for one in after.document.headings] == [
        one.text for one in before.document.headings
    ]
    assert shape(taken.text) == shape(source.partition("\n\n")[2])


def shape(text: str) -> list[str]:
    """Its words and marks, without the way that it is laid out."""
    body = text.partition("---\n\n")[2] if text.startswith("---") else text
    return re.findall(r"\w+|\*+|(?m:^ *-) |\|", re.sub(r"<!-- -->|#+ |\|[-| ]+\|\n", "", body))
