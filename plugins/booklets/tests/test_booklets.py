"""Booklets as people ask for them, and what is in them."""

import re
import zipfile
from collections.abc import Callable, Sequence
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from wiki.cli import main
from wiki.documents.write.book import Book, BookPart
from wiki.documents.write.bounds import shortened
from wiki.documents.write.exporter import make_document
from wiki.hookspecs.documents import book_parts
from wiki.instance import Instance
from wiki.jobs.runner import Runner
from wiki.pages.page import Page
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.testing import token
from wiki.testing.wikis import provide_in

HEAD = "---\ntype: dossier\ntitle: Semer\nthemes: [sol]\n---\n"
DOSSIER = f"""{HEAD}Une question.

::: sélection
- [[projets/b]] — pour sa patience
- [[projets/clos]] — qui se prépare
- [[projets/parti]]
- [[dossiers/semer]]

:::

Voir aussi [[projets/c]].

::: projets theme:sol

:::
"""


def project(title: str, more: str = "", text: str = "Du texte.") -> str:
    """A page of a project."""
    return f"---\ntype: project\ntitle: {title}\n{more}---\n{text}\n"


PAGES = {
    "dossiers/semer.md": DOSSIER,
    "projets/a.md": project(
        "Alpha",
        "themes: [sol]\n",
        "#### Trop bas\n\n## 🌱\n\n### **🌱**\n\nMotalpha 🌱 ✅ ❌ ⭐ ➡️ 👉 ❓ ❗ ➕ ⚠️ ⸻.",
    ),
    "projets/b.md": project("Bêta"),
    "projets/c.md": project("Gamma"),
    "projets/clos.md": project("Clos", "visibility: team\nteam: [personnes/x]\n", "Motcache"),
}


def ours(name: str) -> Any:
    """A module of the plugin, as the wiki loaded it."""
    return import_module(f"wiki_plugins.booklets.{name}")


def ask(client: FlaskClient, scope: str, format: str) -> str:
    """Asks for the booklet as its page does; its address."""
    form = {
        "csrf_token": token(client, "/-/booklet/dossiers/semer"),
        "scope": scope,
        "format": format,
    }
    answer = client.post("/-/export/dossiers/semer", data=form)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def bound(reader: Reader) -> Book:
    """The booklet of the dossier."""
    binding = ours("binder")
    found: Book = binding.bound(reader, binding.gathered(reader, "dossiers/semer").pages)
    return found


def words_in(archive: bytes) -> str:
    """All the text of a ZIP."""
    with zipfile.ZipFile(BytesIO(archive)) as parts:
        names = [one for one in parts.namelist() if one.endswith((".html", ".md"))]
        return "\n".join(parts.read(one).decode() for one in names)


def test_what_a_dossier_shows_is_in_it_in_its_order(
    instance: Instance, write: Callable[..., str]
) -> None:
    write(PAGES)
    found = ours("binder").gathered(Reader(instance), "dossiers/semer")
    assert [page.path for page in found.pages] == ["dossiers/semer", "projets/b", "projets/a"]


def test_a_programme_gathers_what_its_dossiers_show(
    instance: Instance, write: Callable[..., str]
) -> None:
    write({**PAGES, "programme.md": "# Programme\n\n::: dossiers\n\n:::\n"})
    found = ours("binder").gathered(Reader(instance), "programme")
    assert [page.path for page in found.pages][1:] == ["dossiers/semer", "projets/b", "projets/a"]


def test_what_is_restricted_is_in_the_booklet_of_who_may_read_it_alone(
    instance: Instance,
    client: FlaskClient,
    write: Callable[..., str],
    person: Callable[..., Person],
    log_in: Callable[[Person], FlaskClient],
) -> None:
    write(PAGES)
    tool = client.get("/dossiers/semer").get_data(as_text=True)
    assert 'href="/-/booklet/dossiers/semer"' in tool
    told = client.get("/-/booklet/dossiers/semer").get_data(as_text=True)
    assert "Bêta" in told
    assert "Clos" not in told
    assert "booklet-own" not in told
    assert client.get("/-/booklet/projets/clos").status_code == 404
    theirs = log_in(person("X", page="personnes/x"))
    for_all, own = ask(theirs, "booklet", "site"), ask(theirs, "booklet-own", "site")
    public = words_in(theirs.get(f"{for_all}/file").data)
    assert "Motalpha" in public
    assert "Motcache" not in public
    assert "Clos" not in public
    assert "tout le monde peut lire" in public
    Runner(instance).run("documents.work")
    whole = words_in(theirs.get(f"{own}/file").data)
    assert "Motcache" in whole
    assert "demandez aux équipes" in whole
    # A visitor has no booklet of their own, whatever they send.
    form = {"csrf_token": token(client, "/-/booklet/dossiers/semer")}
    asked = {**form, "scope": "booklet-own", "format": "pdf"}
    assert client.post("/-/export/dossiers/semer", data=asked).status_code == 422
    assert client.get(f"{own}/file").status_code == 404


def test_a_large_one_is_made_in_the_background(
    instance: Instance, client: FlaskClient, write: Callable[..., str]
) -> None:
    lines = "".join(f"- [[projets/n{n}]]\n" for n in range(6))
    pages = {f"projets/n{n}.md": project(f"N {n}") for n in range(6)}
    write({**pages, "dossiers/semer.md": f"{HEAD}\n::: sélection\n{lines}\n:::\n"})
    url = ask(client, "booklet", "markdown")
    waits = client.get(url).get_data(as_text=True)
    assert 'data-hx-trigger="every 1s"' in waits
    assert Runner(instance).run("documents.work")
    text = words_in(client.get(f"{url}/file").data)
    assert text.startswith("# Semer")
    assert all(f"N {n}" in text for n in range(6))


def test_the_pdf_has_a_cover_and_can_be_read_aloud(
    instance: Instance, write: Callable[..., str]
) -> None:
    write(PAGES)
    book = bound(Reader(instance))
    assert [one.title for one in book.chapters] == ["Semer", "Bêta", "Alpha", "Sources"]
    document = make_document(book, "pdf", seconds=200)
    # A heading four levels down and a pictograph cost neither tags nor the promise.
    assert b"pdfuaid" in document
    epub = make_document(book, "epub", seconds=200)
    with zipfile.ZipFile(BytesIO(epub)) as archive:
        assert 'properties="cover-image"' in archive.read("EPUB/content.opf").decode()


def test_what_plugins_add_stands_before_the_sources(
    instance: Instance, write: Callable[..., str]
) -> None:
    write(PAGES)

    def adding(pages: Sequence[Page], reader: object) -> list[BookPart]:
        return [BookPart("Carte", f"<p>{len(pages)}</p>")]

    provide_in(instance, book_parts, adding)
    book = bound(Reader(instance))
    assert [one.title for one in book.chapters][-2:] == ["Carte", "Sources"]
    assert book.chapters[-2].html == "<p>3</p>"


def test_an_event_is_told_by_its_name_and_a_moment_by_its_day(
    instance: Instance, write: Callable[..., str]
) -> None:
    events = {"evenements/cafe.md": "---\ntype: event\ntitle: Café des semis\n---\n"}
    met = project("Bêta", 'presented: ["[[evenements/cafe]]", "[[evenements/parti]]"]\n')
    write({**PAGES, **events, "projets/b.md": met})
    first, beta, *_rest = bound(Reader(instance)).chapters
    assert "<dd>Café des semis</dd>" in beta.html
    assert "Alpha" in first.html and "aujourd’hui" not in first.html and "today" not in first.html


def test_a_folder_of_pages_leads_nowhere_but_into_itself(
    instance: Instance, write: Callable[..., str]
) -> None:
    write(PAGES)
    book = bound(Reader(instance))
    with zipfile.ZipFile(BytesIO(make_document(book, "site", seconds=200))) as archive:
        names = set(archive.namelist())
        for name in names:
            if not name.endswith(".html"):
                continue
            html = archive.read(name).decode()
            assert "<script" not in html
            for to in re.findall(r'(?:href|src)="([^"#]+)', html):
                assert to in names or to.startswith("http"), (name, to)
    assert {"style.css", "media/cover.png"} <= names
    assert {"index", "1"} <= {Path(name).stem for name in names}


def test_no_more_than_a_document_holds_and_the_rest_is_told(
    instance: Instance, client: FlaskClient, write: Callable[..., str]
) -> None:
    write({**PAGES, "projets/d.md": project("Delta", "themes: [sol]\n")})
    object.__setattr__(instance.settings, "document_pages", 3)
    found = ours("binder").gathered(Reader(instance), "dossiers/semer")
    assert (len(found.pages), found.left_out) == (3, 1)
    assert "un autre n’y est pas" in client.get("/-/booklet/dossiers/semer").get_data(as_text=True)


def test_a_chapter_that_is_too_long_says_where_the_rest_is(
    instance: Instance, write: Callable[..., str]
) -> None:
    long = "\n\n".join(f"Paragraphe {n} {'mot ' * 40}" for n in range(500))
    write({**PAGES, "projets/b.md": project("Bêta", text=long)})
    book = bound(Reader(instance))
    html = book.chapters[1].html
    assert "Paragraphe 0" in html
    assert "Paragraphe 499" not in html
    assert "/projets/b</a></em></p>" in html


@given(st.lists(st.sampled_from(["<p>a <em>b</em></p>", "<ul><li>x<br></li></ul>", "<hr>", "é\n"])))
def test_a_cut_never_breaks_a_part(parts: list[str]) -> None:
    html = "".join(parts)
    for most in range(0, len(html) + 1, 7):
        kept, cut = shortened(html, most)
        assert html.startswith(kept)
        assert len(kept) <= most
        assert cut == (len(html) > most)
        assert kept.count("<p>") == kept.count("</p>")
        assert kept.count("<ul>") == kept.count("</ul>")


def test_the_same_page_has_the_same_cover() -> None:
    motif = ours("motif").motif
    assert motif("a", ["sol"]) == motif("a", ["sol"])
    assert motif("a", ["sol"]) != motif("b", ["sol"])
    assert motif("a", [])[:4] == b"\x89PNG"


@pytest.mark.parametrize("format", ["docx", "markdown"])
def test_the_command_writes_one(
    instance: Instance, write: Callable[..., str], tmp_path: Path, format: str
) -> None:
    write(PAGES)
    output = tmp_path / "livret"
    folder = str(instance.settings.instance)
    words = ["booklet", "dossiers/semer", "--instance", folder, "--format", format]
    done = CliRunner().invoke(main, [*words, "--output", str(output)])
    assert done.exit_code == 0, done.output
    assert output.read_bytes().startswith(b"PK")
