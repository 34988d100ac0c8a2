"""Folders as programs export them, after what each of them documents, read onto a stage."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.folders.links import Led, repaired
from plugins.folders.source import Folder
from plugins.folders.tests.conftest import Read, archive, picture
from wiki.api.errors import BadRequest, TooLarge
from wiki.api.imports.files import open_bundle
from wiki.api.imports.foreign import read_foreign
from wiki.api.pages import read_head

ID = "0123456789abcdef0123456789abcdef"


def test_a_vault_of_obsidian(read: Callable[..., Read]) -> None:
    found = read(
        {
            ".obsidian/app.json": "{}",
            "Projets/LoRa à la ferme.md": (
                "---\ntags: [iot, '#eau']\ncreated: 2019-02-03T10:00\nauthor: Awa\n---\n"
                "Voir [[Capteur|le capteur]], [[Capteur#Prix]], [[Le Lièvre]] et [[Nulle part]].\n"
                "![[plan.png|300]] ![[Capteur]] `[[Capteur]]` %%caché%%\n\n"
                "| a |\n| --- |\n| [[Capteur\\|ici]] |\n\n"
                "```dataview\nLIST [[Capteur]]\n```\n> [!tip] Un conseil\n> Oui. ^bloc\n"
            ),
            "Projets/Capteur.md": "# Capteur\n\n[LoRa](LoRa%20%C3%A0%20la%20ferme.md#suite)\n",
            "Animaux/lievre.md": "---\naliases: [Le Lièvre]\npublish: false\n---\n# Lièvre\n",
            "Animaux/Capteur.md": "Un autre.\n",
            "attachments/plan.png": picture(),
            "attachments/seul.txt": "Que personne ne montre.\n",
        }
    )
    assert sorted(found.pages) == [
        "animaux/capteur",
        "animaux/lievre",
        "projets/capteur",
        "projets/lora-a-la-ferme",
    ]
    text = found.pages["projets/lora-a-la-ferme"]
    assert "themes: [iot, eau]" in " ".join(text.split()) or "- iot" in text
    assert "title: LoRa à la ferme" in text
    assert "[[projets/capteur|le capteur]], [[projets/capteur#Prix|Capteur]]" in text
    assert "[[animaux/lievre|Le Lièvre]] et [[Nulle part]]" in text
    assert "![](/projets/lora-a-la-ferme/plan.png =300x) [[projets/capteur|Capteur]]" in text
    assert "`[[Capteur]]`" in text and "LIST [[Capteur]]" in text and "caché" not in text
    assert "| [[projets/capteur\\|ici]] |" in text and "^bloc" not in text
    assert found.pages["projets/capteur"].endswith("[LoRa](/projets/lora-a-la-ferme#suite)\n")
    assert found.files == ["attachments/seul.txt", "projets/lora-a-la-ferme/plan.png"]
    entry = found.entries["projets/lora-a-la-ferme"]
    assert (entry.author, entry.time[:10]) == ("Awa", "2019-02-03")
    assert found.entries["projets/capteur"].time.startswith("2021-03-04T05:06")
    where = {place for _what, place, _detail in found.losses}
    assert where == {f"projets/lora-a-la-ferme:{line}" for line in (6, 7, 13)}


def test_an_export_of_notion(read: Callable[..., Read]) -> None:
    other = "f" * 32
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr(
            f"Équipe {ID}.md",
            f"# Équipe\n\n[Serre](%C3%89quipe%20{ID}/Serre%20{other}.md)\n"
            f"[ailleurs](https://www.notion.so/Serre-{other}?pvs=4)\n",
        )
        made.writestr(f"Équipe {ID}/Serre {other}.md", "# Serre\n\n![Plan](Serre/Untitled.png)\n")
        made.writestr(f"Équipe {ID}/Serre/Untitled.png", picture())
    found = read({"Export-1-Part-1.zip": inner.getvalue()})
    assert found.pages["equipe"] == (
        "# Équipe\n\n[Serre](/equipe/serre)\n[ailleurs](/equipe/serre)\n"
    )
    assert found.pages["equipe/serre"] == "# Serre\n\n![Plan](/equipe/serre/untitled.png)\n"
    assert found.losses == []


def test_outline_hedgedoc_and_a_folder_in_a_folder(read: Callable[..., Read]) -> None:
    found = read(
        {
            "Site/README.md": "Bienvenue. [Guide](Guides/Début.md)\n",
            "Site/Guides/Début.md": "# Début\n\n:::info\nÀ savoir.\n\nOui.\n:::\n\n[TOC]\n",
            "Site/Guides/Début/Suite.markdown": (
                "[retour](../Début.md) <img src='/uploads/a.png'>\n"
            ),
            "Site/uploads/a.png": picture(),
            "Site/Guides/note.exe": b"MZ",
            "Site/Guides/index.md": "---\ntitle: Les guides\n---\n{%youtube abc %} {%pdf x %}\n",
        },
        "archives",
    )
    assert found.pages["archives"].endswith("Bienvenue. [Guide](/archives/guides/debut)\n")
    assert found.pages["archives/guides/debut"] == (
        "# Début\n\n> [!info]\n> À savoir.\n>\n> Oui.\n\n\n\n"
    )
    assert found.pages["archives/guides/debut/suite"].endswith(
        "[retour](/archives/guides/debut) <img src='/archives/guides/debut/suite/a.png'>\n"
    )
    assert "<https://www.youtube.com/watch?v=abc> {%pdf x %}" in found.pages["archives/guides"]
    assert len(found.losses) == 2  # the macro, the program


def test_texts_of_any_encoding_are_read_and_doubt_is_told(read: Callable[..., Read]) -> None:
    words = "# Été\n\nDéjà.\n"
    found = read(
        {
            "latin.md": words.encode("latin-1"),
            "utf16.md": words.encode("utf-16"),
            "mixed.md": "# Été\n\n".encode() + "Déjà.\n".encode("latin-1"),
            "dos.md": "\ufeff# Été\r\n\r\nDéjà.\r\n".encode(),
            "Ete.md": words,
            "été.md": words,
        }
    )
    assert set(found.pages.values()) == {words}
    assert sorted(found.pages) == ["dos", "ete", "ete-2", "latin", "mixed", "utf16"]
    assert sorted(place for _what, place, _detail in found.losses) == ["latin", "mixed"]


def test_what_climbs_out_or_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    link = zipfile.ZipInfo("lien.md")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("../../dehors.md", "x")
        made.writestr("/racine.md", "x")
        made.writestr(link, "/etc/passwd")
        made.writestr("bon.md", "x")
    with open_bundle(path) as bundle:
        assert [one.name for one in bundle.items] == ["bon.md"]
        assert len(bundle.refused) == 3
    whole = path.read_bytes()
    for cut in (whole[: len(whole) // 2], whole[:10], b"PK\x03\x04" + b"\0" * 50):
        path.write_bytes(cut)
        assert not Folder().recognises(path)
        with pytest.raises(BadRequest), open_bundle(path):
            pass
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.md").write_text("# A\n")
    (folder / "lien.md").symlink_to("/etc/passwd")
    (folder / "dossier").symlink_to("/etc")
    with open_bundle(folder) as bundle:
        assert [one.name for one in bundle.items] == ["a.md"]
        assert bundle.refused == ["lien.md"]


def test_a_bomb_costs_no_more_than_what_may_be_read(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", {"a.md": b"\0" * 3_000_000})
    assert path.stat().st_size < 10_000
    with open_bundle(path) as bundle, pytest.raises(TooLarge):
        bundle.read(bundle.items[0], 1_000_000)
    # Each archive in an archive takes room on the disk, and stays open.
    inner = archive(tmp_path / "y.zip", {"b.md": b"b"}).read_bytes()
    path = archive(tmp_path / "z.zip", {f"{number}.zip": inner for number in range(101)})
    with pytest.raises(TooLarge), open_bundle(path):
        pass


@given(st.text("[]()!|#`\\ \n<>ab/.:%{}"))
def test_what_no_link_means_stays_as_it_is(text: str) -> None:
    assert repaired(text, lambda _target, _called, _line: None) == text


@given(st.text("[]()!|#`\\ \n<>ab/.:%{}=\"'"))
def test_any_text_is_read_in_time(text: str) -> None:
    for part in (text, (text + "[[![(<") * 200):
        repaired(part, lambda _target, called, _line: Led("/x", "x" if called else ""))
        read_foreign(part, lambda _what, _line, _detail: None)


def test_long_lines_are_read_in_time() -> None:
    for part in ("[a](", "[[", "![[a|", "](", "[", "<a href='", "%%", "`a", "{%", "[a](b "):
        repaired(part * 50_000, lambda _target, _called, _line: None)
        read_foreign(part * 50_000, lambda _what, _line, _detail: None)


def test_a_text_gives_nobody_rights_here(read: Callable[..., Read]) -> None:
    head = 'team: ["[[personnes/ben]]"]\nreaders: ["groupe:jury"]\n{more}'
    found = read(
        {
            "ouvert.md": f"---\n{head.format(more='editors: anyone')}\n---\n# Ouvert\n",
            "clos.md": f"---\n{head.format(more='visibility: team')}\n---\n# Clos\n",
            "deux.md": f"---\n{head.format(more='team: [x]')}\n---\n# Deux\n",
            "faux.md": "---\nteam: a\n---\n---\nteam: [[personnes/ben]]\n---\n# Faux\n",
            "gens.md": "---\neditors: team\n---\n# À ana@example.org\n",
        }
    )
    assert found.pages["ouvert"] == "# Ouvert\n"
    assert found.pages["clos"] == "---\nvisibility: team\n---\n# Clos\n"
    assert read_head(found.pages["deux"]).head.words("team") == ()
    assert read_head(found.pages["deux"]).head.text("visibility") == "team"
    assert not read_head(found.pages["faux"]).head.words("team")
    assert found.pages["gens"].startswith("---\neditors: team\n---\n")
    told = [(where, detail) for _what, where, detail in found.losses]
    assert ("ouvert:1", "team: [[personnes/ben]]; readers: groupe:jury; editors: anyone") in told
    assert ("gens", "ana@example.org") in told


def test_a_date_to_come_is_no_time_of_writing(read: Callable[..., Read]) -> None:
    found = read({"a.md": "---\ndate: 9999-12-31\n---\n# A\n"})
    assert found.entries["a"].when is not None and found.entries["a"].when.year == 2021


def test_a_footnote_and_escaped_brackets_are_no_links(read: Callable[..., Read]) -> None:
    text = "Un fait[^1], \\[[pas un lien]], `{% x %}`.\n\n[^1]: Une note.\n[^2]: b\n"
    found = read({"a.md": f"# A\n\n{text}", "b.md": "# B\n"})
    assert found.pages["a"] == f"# A\n\n{text}"
    assert found.losses == []
