"""Pages leave as they are written, for who may read them, and come in again as the same."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.exports.samples import PAGES, Write, exported
from wiki.config import load_settings
from wiki.errors import StorageFailed
from wiki.exports import FORM_NAMES
from wiki.exports.forms import FORMS, write_export
from wiki.exports.target import archive_at
from wiki.imports.intake import recognise
from wiki.imports.pipeline import import_path
from wiki.instance import Instance, close_instance, open_instance
from wiki.pages.document import read_document
from wiki.pages.paths import page_of
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.reading.lists import list_paths
from wiki.reading.reader import system_reader
from wiki.translation import use_language


def test_the_names_of_forms_are_those_that_there_are() -> None:
    assert tuple(FORMS) == FORM_NAMES


def test_what_was_taken_along_comes_in_again_as_the_same_pages(
    instance: Instance,
    write: Write,
    tmp_path: Path,
    found_wiki: Callable[..., None],
) -> None:
    write(PAGES)
    reader = system_reader(instance, "test")
    files, report = exported(reader, "markdown", tmp_path)
    assert report.pages == 8 and report.attachments == 3
    assert sorted(new for _old, new in report.renamed) == ["quoi -.md", "équipe/été-2.md"]
    note = files.pop("README.txt").decode()
    assert json.loads(files.pop("carrefour.json"))["renamed"]["quoi -.md"] == "quoi ?.md"
    assert "quoi -.md" in note and "8 pages" in note
    renamed = {new: old for old, new in report.renamed}
    assert {renamed.get(name, name): data for name, data in files.items()} == {
        name: text.encode() if isinstance(text, str) else text for name, text in PAGES.items()
    }
    settings = load_settings(tmp_path / "other", environ={})
    found_wiki(settings, True)
    other = open_instance(settings)
    try:
        with archive_at(tmp_path / "again.zip") as target:
            write_export(reader, "markdown", target, lambda _done, _total: None)
        assert recognise(tmp_path / "again.zip") == ["archive"]
        done = import_path(
            other,
            "archive",
            tmp_path / "again.zip",
            steps=lambda _label: nullcontext(lambda _done, _total: None),
        )
        assert done is not None and done.losses == []
        # Lines end as in all that is saved here; what is no file to take from strangers stays out.
        before = stored(instance)
        del before["projets/lora/notes.html"]
        assert stored(other) == {
            name: data.replace(b"\r\n", b"\n") if name.endswith(".md") else data
            for name, data in before.items()
        }
        again = system_reader(other, "test")
        assert list_paths(again) == list_paths(reader)
    finally:
        close_instance(other)


def stored(instance: Instance) -> dict[str, bytes]:
    """All that is in the repository, by name."""
    repository = instance.repository
    files = repository.files(repository.head())
    return {name: repository.read_blob(blob) for name, blob in files}


def test_one_takes_along_what_one_may_read_alone(
    instance: Instance, write: Write, person: Callable[..., Person], tmp_path: Path
) -> None:
    write(PAGES)
    awa = person("Awa", page="personnes/awa")
    for form in FORMS:
        mine, _report = exported(Reader(instance, awa), form, tmp_path)
        files, _report = exported(Reader(instance, None), form, tmp_path)
        assert not any("clos" in name or "secret" in name for name in files)
        assert not any("Motcaché".encode() in data for data in files.values())
        assert form == "tables" or any("Motcaché".encode() in data for data in mine.values())


def test_relative_links_lead_to_files_that_are_there(
    instance: Instance, write: Write, tmp_path: Path
) -> None:
    write(PAGES)
    files, _report = exported(Reader(instance, None), "markdown-links", tmp_path)
    home = files["index.md"].decode()
    assert "[LoRa](projets/lora/index.md)" in home and "(personnes/awa.md)" in home
    assert "[[Gel]]" in home  # leads nowhere, so it is left as it was written
    page = files["projets/lora/index.md"].decode()
    assert page.startswith("---\ntype: project\n")
    assert "[La suite](suite.md#le-prix)" in page and "![plan.png](plan.png)" in page
    assert "[Awa](../../personnes/awa.md)" in page
    assert "`[[pas/un/lien]]`" in page and "[[non]]" in page
    for name, data in files.items():
        if (path := page_of(name)) is not None:
            for link in read_document(data.decode()).links:
                if link.kind in ("page", "file") and link.target:
                    at = (Path("/") / name).parent / link.target
                    whole = str(at.resolve()).removeprefix("/")
                    assert {whole, f"{whole}.md"} & files.keys(), (path, link)


def test_tables_hold_what_is_typed_and_no_formula(
    instance: Instance, write: Write, tmp_path: Path
) -> None:
    write(PAGES)
    files, _report = exported(Reader(instance, None), "tables", tmp_path)

    def rows(name: str) -> list[dict[str, str]]:
        text = files[name].decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    (project,) = rows("projects.csv")
    assert project["title"] == "LoRa à la ferme" and project["theme"] == "agriculture"
    assert project["website"] == "https://lora.example.org" and project["team"] == "personnes/awa"
    (need,) = rows("needs.csv")
    assert need["text"] == "'=1+1 une ferme" and need["id"] == "b-12345678"
    assert need["keywords"] == "essai" and need["space_title"] == "LoRa à la ferme"
    (same,) = json.loads(files["needs.json"])
    assert same["text"] == "=1+1 une ferme" and same["keywords"] == ["essai"]
    columns = io.StringIO(files["columns.csv"].decode("utf-8-sig"), newline="")
    named = {(table, column) for table, column, _meaning in csv.reader(columns)}
    assert {("projects", "website"), ("needs", "keywords")} <= named


def test_a_full_disk_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    with (
        use_language("fr"),
        pytest.raises(StorageFailed, match="pas assez de place sur le disque"),
        archive_at(tmp_path / "a.zip") as target,
    ):
        target.add("a.txt", b"a")
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []
