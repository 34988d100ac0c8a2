"""Copies of sisters: read as pages are, apart from ours, and gone when they are."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from wiki.app import create_app
from wiki.errors import BadRequest, StorageFailed
from wiki.files.objects import store_of
from wiki.instance import Instance
from wiki.pages import document
from wiki.people.sisters import registry as sisters
from wiki.projections.catalogue import select, select_items
from wiki.reading import Reader
from wiki.reading.files import get_file
from wiki.reading.lists import find_items, find_rows
from wiki.reading.pages import get_page
from wiki.repository.commit import commit
from wiki.repository.objects import EMPTY, Author
from wiki.repository.process import run
from wiki.sisters import upkeep
from wiki.sisters.mount import unmount
from wiki.sisters.origins import list_origins, origin_of
from wiki.sisters.reader import ask_sisters, sisters_reader
from wiki.testing import mount_sister
from wiki.testing.wikis import is_kept

LYON: dict[str, str | bytes] = {
    "index.md": "---\ntitle: Carrefour de Lyon\n---\nVoir [le projet](projets/lora.md).\n",
    "projets/lora.md": (
        "---\ntype: project\ntitle: LoRa\nteam: ['[[personnes/anne]]', 'groupe:jury']\n"
        "aliases: [projets/ancien]\n---\n"
        "Par [[personnes/anne]], ![](photo.png), [tout](/-/pages/projets), [là](/projets/lora)\n\n"
        "::: besoins\n- Un électronicien #comp:élec ^n-abcdefgh\n:::\n"
    ),
    "projets/photo.png": b"\x89PNG\r\n\x1a\n",
    "personnes/anne.md": "---\ntype: person\ntitle: Anne\n---\n",
    "secret.md": "---\nvisibility: members\n---\nRien.\n",
    ".cache/x": "x",
}


@pytest.fixture
def app(instance: Instance) -> Iterator[Flask]:
    yield create_app(instance)


def titles(reader: Reader) -> list[str]:
    found = find_rows(reader, select(), "title", 20).rows
    return [row.title for row in found]


def ask_titles(instance: Instance) -> list[str]:
    return ask_sisters(Reader(instance), titles, [])


def test_nothing_is_opened_where_there_are_none(instance: Instance) -> None:
    reader = Reader(instance)
    assert sisters_reader(reader) is None
    assert ask_sisters(reader, titles, ["—"]) == ["—"]
    assert list_origins(reader) == []
    assert not instance.copies.folder.exists()


def test_their_pages_are_read_below_their_name_and_apart_from_ours(instance: Instance) -> None:
    mount_sister(instance, "lyon", LYON, "Carrefour de Lyon")
    mount_sister(instance, "brest", {"projets/lora.md": "# Voile\n\n[[lyon/projets/lora]]\n"})
    assert ask_titles(instance) == ["Anne", "Carrefour de Lyon", "LoRa", "Voile"]
    assert titles(Reader(instance)) == []
    ours = Reader(instance)
    theirs = sisters_reader(ours)
    assert theirs is not None
    item = find_items(theirs, select_items(), limit=5).rows[0]
    origin = origin_of(ours, item.path)
    assert origin is not None
    assert (origin.title, item.path) == ("Carrefour de Lyon", "lyon/projets/lora")
    assert origin.home_url(item.path) == "https://lyon.example/projets/lora"
    # What one names in another's folder, or on our site, is in its own.
    assert theirs.links.redirect("projets/ancien", theirs.audience) is None
    assert theirs.links.redirect("lyon/projets/ancien", theirs.audience) == "lyon/projets/lora"
    assert theirs.links.sources("lyon/projets/lora") == ["lyon", "lyon/projets/lora"]
    row = find_rows(theirs, select(types=("project",)), "title", 5).rows[0]
    assert row.facts["team"] == ("lyon/personnes/anne",)


def test_what_is_not_shown_there_any_more_is_gone_here(instance: Instance) -> None:
    mount_sister(instance, "lyon", LYON)
    mount_sister(instance, "brest", {"a.md": "# A\n"})
    assert "LoRa" in ask_titles(instance)
    assert is_kept(instance, titles_seen) is False
    assert is_kept(instance, titles_seen) is True
    mount_sister(instance, "lyon", {file: LYON[file] for file in LYON if "lora" not in file})
    assert is_kept(instance, titles_seen) is False
    assert ask_titles(instance) == ["A", "Anne", "Carrefour de Lyon"]
    sisters.block_page(instance.private, "lyon", "personnes", blocked=True)
    mount_sister(instance, "lyon", LYON)
    assert "Anne" not in ask_titles(instance)
    unmount(instance, "lyon")
    assert ask_titles(instance) == ["A"]


def titles_seen(reader: Reader) -> list[str]:
    return ask_sisters(reader, titles, [])


def test_a_damaged_copy_costs_none_of_our_pages(
    instance: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    mount_sister(instance, "lyon", LYON)
    shutil.rmtree(instance.copies.folder / "content.git" / "objects" / "pack")
    instance.copies.close()
    assert ask_sisters(Reader(instance), lambda one: get_page(one, "lyon").title, "—") == "—"
    assert "sisters could not be asked" in caplog.text
    shutil.rmtree(instance.copies.folder)
    assert ask_titles(instance) == []
    mount_sister(instance, "lyon", LYON)
    assert "LoRa" in ask_titles(instance)


@pytest.mark.parametrize(
    ("name", "mode"), [("-/admin.md", "100644"), ("lien.md", "120000"), ("sous", "160000")]
)
def test_what_no_carrefour_gives_is_refused(instance: Instance, name: str, mode: str) -> None:
    mount_sister(instance, "lyon", LYON)
    with pytest.raises(BadRequest, match="Carrefour"):
        mount_tree(instance, name, mode)
    assert "LoRa" in ask_titles(instance)


def mount_tree(instance: Instance, name: str, mode: str) -> None:
    from wiki.repository.process import run
    from wiki.sisters.tree import Bounds, read_source

    folder = instance.repository.folder
    blob = (
        "1" * 40
        if mode == "160000"
        else run(folder, "hash-object", "-w", "--stdin", given=b"../../private.db")[1]
        .decode()
        .strip()
    )
    kind = "commit" if mode == "160000" else "blob"
    *above, last = name.split("/")
    line = f"{mode} {kind} {blob}\t{last}\n"
    for part in reversed(above):
        tree = run(folder, "mktree", "--missing", given=line.encode())[1].decode().strip()
        line = f"040000 tree {tree}\t{part}\n"
    tree = run(folder, "mktree", "--missing", given=line.encode())[1].decode().strip()
    read_source(instance.repository, tree, Bounds())


def test_a_page_of_theirs_is_shown_with_its_home(app: Flask, instance: Instance) -> None:
    mount_sister(instance, "lyon", LYON, "Carrefour de Lyon")
    client = app.test_client()
    answer = client.get("/-/carrefours/lyon/projets/lora")
    html = answer.text
    assert answer.status_code == 200
    assert 'href="https://lyon.example/projets/lora"' in html
    assert re.search(r'<meta name="robots" content="noindex">', html)
    assert 'href="/-/carrefours/lyon/personnes/anne"' in html
    assert 'src="/-/carrefours/lyon/projets/photo.png' in html
    assert 'href="https://lyon.example/-/pages/projets"' in html
    assert 'href="/-/carrefours/lyon/projets/lora"' in html
    assert client.get("/-/carrefours/lyon/projets/photo.png").mimetype == "image/png"
    assert client.get("/-/carrefours/lyon/projets/ancien").location == (
        "/-/carrefours/lyon/projets/lora"
    )
    for path in ("lyon/secret", "lyon/rien", "brest", "lyon/../private", "lyon/-/admin"):
        assert client.get(f"/-/carrefours/{path}").status_code == 404
    assert client.get("/lyon/projets/lora").status_code == 404
    commit(instance.repository, EMPTY, {"lyon.md": b"# Ici\n"}, Author("A", "a@example.net"), "x")
    assert "Ici" not in client.get("/-/carrefours/lyon").text


def test_much_comes_in_steps_and_what_of_it_has_not_changed_is_not_read_again(
    instance: Instance,
) -> None:
    pages = {f"p/{number}.md": f"# Page {number}\n" for number in range(60)}
    mount_sister(instance, "lyon", {**pages, "p/1.png": b"\x89PNG"})
    copies = instance.copies.make()
    told = run(copies.repository.folder, "rev-list", "--count", "main")[1]
    assert int(told) > 1
    assert ask_sisters(Reader(instance), count_pages, 0) == 60
    changed = {name: f"{text}\nEncore.\n" for name, text in pages.items() if name != "p/7.md"}
    mount_sister(instance, "lyon", changed)
    assert ask_sisters(Reader(instance), count_pages, 0) == 59
    head = copies.repository.head()
    mount_sister(instance, "lyon", changed)
    assert copies.repository.head() == head


def test_each_page_is_read_once_for_its_links_and_all_that_comes_of_it(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    reading = document._read

    def note(text: str) -> document.Document:
        read.append(text)
        return reading(text)

    monkeypatch.setattr(document, "_read", note)
    pages = {f"p/{number}.md": f"# {number}\n\n[[p/1]], [x](2.md)\n" for number in range(60)}
    document.keep_documents(100)  # as good as none
    try:
        mount_sister(instance, "lyon", pages)
    finally:
        document.keep_documents(document.KEPT)
    assert len(read) == 60
    # What looks like a link in code is none: here it takes a second reading to leave it.
    mount_sister(instance, "lyon", {"code.md": "`[[p/1]]` [[p/2]]\n\n```\n[x](2.md)\n```\n"})
    text = ask_sisters(Reader(instance), lambda theirs: get_page(theirs, "lyon/code").text, "")
    assert text == "`[[lyon/p/1|p/1]]` [[lyon/p/2|p/2]]\n\n```\n[x](2.md)\n```\n"


def count_pages(reader: Reader) -> int:
    return find_rows(reader, select(), "title", 5).total


def test_what_is_worked_out_of_copies_outlives_that_their_past_is_cut_off(
    instance: Instance,
) -> None:
    mount_sister(instance, "lyon", LYON)
    mount_sister(instance, "lyon", {**LYON, "neuf.md": "# Neuf\n"})
    upkeep.run(instance)
    # As another process finds them, that has none of it in memory.
    instance.copies.close()
    copies = instance.copies.make()
    head = copies.repository.head()
    parts = [copies.projections.part(name) for name in copies.projections]
    assert {part.name: part.reflects() for part in parts} == {part.name: head for part in parts}


def test_a_large_file_of_a_sister_is_at_home_and_no_pointer_of_theirs_names_ours(
    instance: Instance, app: Flask, bucket: dict[str, Any]
) -> None:
    store = store_of(replace(instance.settings, **bucket), "a1")
    assert store is not None
    pointer = store.put(BytesIO(b"ce qui est clos ici"))
    object.__setattr__(instance, "objects", store)
    shown = "# Plan\n\n![Le toit](plan/toit.png) [![Mur](plan/mur.png)](lora)\n"
    large = {f"projets/plan/{name}.png": pointer.text for name in ("toit", "mur")}
    large |= {"projets/lora/film.mp4": pointer.text, "projets/plan.md": shown.encode()}
    mount_sister(instance, "lyon", {**LYON, **large})
    client = app.test_client()
    # No picture from elsewhere is shown on a page of ours: what would be a broken one is a link.
    page = client.get("/-/carrefours/lyon/projets/plan").get_data(as_text=True)
    home = "https://lyon.example/projets/plan"
    assert f'<a href="{home}/toit.png">Image «\xa0Le toit\xa0»' in page
    assert "Image «\xa0Mur\xa0»" in page and f"{home}/mur.png" not in page
    assert "toit.png?" not in page and '<img src="/-/carrefours' not in page
    there = client.get("/-/carrefours/lyon/projets/lora/film.mp4")
    assert there.status_code == 302
    assert there.location == "https://lyon.example/projets/lora/film.mp4"
    reader = sisters_reader(Reader(instance))
    assert reader is not None
    with pytest.raises(StorageFailed):
        get_file(reader, "lyon/projets/lora/film.mp4")
