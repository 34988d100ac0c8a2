"""Repositories as Gollum and An Otter Wiki leave them, read onto a stage with their history.

That of An Otter Wiki has the names, authors, messages and texts that its version 2.26 wrote through
its own pages.
"""

import io
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from plugins.folders.repository import GitRepository
from wiki.api.errors import BadRequest
from wiki.api.imports import Bounds, Entry, Stage, Staged
from wiki.resources import is_installed
from wiki.translation import use_language

BOUNDS = Bounds(page=1_000_000, upload=1_000_000, pixels=1_000_000)
AWA, BRUNO = "Awa Traoré <awa@example.org>", "Bruno <bruno@example.org>"


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    return out.getvalue()


class Made:
    """A repository that is written commit by commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._minute = 0
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=master")

    def git(self, *words: str, author: str = AWA) -> str:
        name, _sign, mail = author.rstrip(">").partition(" <")
        when = f"2024-03-04T05:{self._minute:02}:00+01:00"
        who = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", name), ("EMAIL", mail), ("DATE", when))
        }
        found = subprocess.run(
            ["git", "-C", str(self.folder), *words],
            env={"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(self.folder), **who},
            check=True,
            capture_output=True,
            text=True,
        )
        return found.stdout

    def save(self, files: Mapping[str, str | bytes], message: str = "x", author: str = AWA) -> None:
        self._minute += 1
        for name, data in files.items():
            place = self.folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data.encode() if isinstance(data, str) else data)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty-message", "-m", message, author=author)


class Read:
    """What the source left of a repository."""

    def __init__(self, staged: Staged) -> None:
        entries = list(staged.entries())
        self.states = [(one.path, one.author, one.message) for one in entries if one.path]
        self.pages = {one.path: staged.content(one).decode() for one in entries if one.path}
        self.entries: dict[str, Entry] = {one.place: one for one in entries}
        self.files = sorted(one.file for one in entries if not one.path)
        self.losses = [(one.what, one.where, one.detail) for one in staged.losses()]
        self.keys = [one.key for one in entries]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path / "wiki")


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    count = 0

    def read(path: Path, into: str = "") -> Read:
        nonlocal count
        count += 1
        source = GitRepository()
        assert source.recognises(path)
        folder = tmp_path / f"stage{count}"
        with use_language("en"):
            with Stage(folder, into, BOUNDS) as stage:
                source.read(path, stage, {}, lambda _done, _total: None)
            with closing(Staged(folder)) as staged:
                return Read(staged)

    return read


def test_an_otter_wiki_comes_with_its_history(made: Made, read: Callable[..., Read]) -> None:
    made.save({"home.md": "# An Otter Wiki\n"}, "Initial commit", "Otterwiki Robot <noreply@x.org>")
    words = "# Accueil\n\nVoir [[Projets/LoRa]] et [[le capteur|Projets/Capteur]].\n"
    made.save({"home.md": words}, "Première page")
    made.save({"projets/lora.md": "# LoRa\n\nUn réseau.\n"}, "LoRa")
    sensor = "# Capteur\n\nMesure, voir [LoRa](/Projets/LoRa).\n\n>! Caché\n"
    made.save({"projets/capteur.md": sensor}, "", BRUNO)
    made.save({"projets/lora/Plan A.png": picture()}, "Le plan")
    words = (
        "# LoRa\n\nLibre : [Plan](/Projets/LoRa/a/Plan%20A.png).\n\n![](./Plan%20A.png)\n\n"
        "Voir [[Capteur]], [[Nulle Part]].\n"
    )
    made.save({"projets/lora.md": words}, "Le plan y est", BRUNO)
    made.git("mv", "projets/capteur.md", "projets/sonde.md")
    made.save({}, "Autre nom")

    found = read(made.folder)
    assert found.states == [
        ("home", "Otterwiki Robot", "Initial commit"),
        ("home", "Awa Traoré", "Première page"),
        ("projets/lora", "Awa Traoré", "LoRa"),
        ("projets/sonde", "Bruno", ""),
        ("projets/lora", "Bruno", "Le plan y est"),
        ("projets/sonde", "Awa Traoré", "Autre nom"),
    ]
    assert "[[projets/lora|LoRa]] et [[projets/sonde|le capteur]]" in found.pages["home"]
    assert found.files == ["projets/lora/plan-a.png"]
    assert found.pages["projets/lora"] == (
        "# LoRa\n\nLibre : [Plan](/projets/lora/plan-a.png).\n\n![](/projets/lora/plan-a.png)\n\n"
        "Voir [[projets/sonde|Capteur]], [[Nulle Part]].\n"
    )
    assert "[LoRa](/projets/lora)" in found.pages["projets/sonde"]
    assert found.entries["projets/lora"].time == "2024-03-04T05:06:00+01:00"
    assert found.losses == [
        ("A link that leads nowhere", "projets/lora:7", "Nulle Part"),
        ("A passage that was folded, which is open now", "projets/sonde:5", ">! Caché"),
    ]


def test_gollum_says_its_links_the_other_way_round(made: Made, read: Callable[..., Read]) -> None:
    made.save({"Home.md": "Avant.\n", "Le-Réseau.md": "# Le réseau\n"})
    made.git("checkout", "--quiet", "-b", "ailleurs")
    made.save({"Le-Réseau.md": "# Le réseau\n\nD’ailleurs.\n"}, "Ailleurs", BRUNO)
    made.git("checkout", "--quiet", "master")
    home = (
        "<!-- ---\ntitle: Notre maison\n-->\n[[_TOC_]]\n"
        "[[Le Réseau]], [[notre réseau|Le-Réseau]], [[Le Réseau|le même]], [[le toit#Plan]]\n\n"
        "[[/images/plan.png|alt=Le plan|width=200px]] [[Un site|https://example.org/]]\n\n"
        "| a | [[b\\|Le Réseau]] |\n\n<<GlobalTOC()>> [[include:Le Réseau]]"
        " [[Perdu|Nulle-part]]\n\n`[[Le Réseau]]`\n"
    )
    made.save(
        {
            "Home.md": home,
            "images/plan.png": picture(),
            "Le-toit.rst": "Le toit\n=======\n\nUn *toit*, voir `le réseau <Le-Réseau>`_.\n",
            "_Sidebar.md": "[[Home]]\n",
            "Vieux.pod": "=head1 Vieux\n",
            ".gollum/config.rb": "x",
        },
        "La maison",
    )
    made.git("merge", "--quiet", "-m", "Ensemble", "ailleurs")
    found = read(made.folder, into="archives")
    assert found.pages["archives"] == (
        "---\ntitle: Notre maison\n---\n\n"
        "[[archives/le-reseau|Le Réseau]], [[archives/le-reseau|notre réseau]],"
        " [[archives/le-reseau|le même]], [[archives/le-toit#Plan|le toit]]\n\n"
        "![Le plan](/archives/plan.png =200x) [Un site](https://example.org/)\n\n"
        "| a | [[archives/le-reseau\\|b]] |\n\n"
        "<<GlobalTOC()>> [[archives/le-reseau|Le Réseau]] [[Nulle-part|Perdu]]\n\n"
        "`[[Le Réseau]]`\n"
    )
    # What another branch brought is there, by whom it was.
    assert ("archives/le-reseau", "Bruno", "Ailleurs") in found.states
    assert found.pages["archives/le-reseau"].endswith("D’ailleurs.\n")
    if is_installed("documents"):
        roof = found.pages["archives/le-toit"]
        assert "title: Le toit" in roof
        assert "Un *toit*, voir [le réseau](/archives/le-reseau)." in roof
    assert "=head1" in found.pages["archives/vieux"]
    assert {one[0] for one in found.losses} == {
        "A link that leads nowhere",
        "A macro, which stays as its text",
        "A page in a markup that is not read, which stays as its text",
        "A page put into another, which is a link to it now",
        "What stood beside each page is a page of its own",
    }


def test_it_comes_in_each_form_and_twice_the_same(
    made: Made, read: Callable[..., Read], tmp_path: Path
) -> None:
    made.save({"Home.md": "# Un\n"})
    made.save({"Home.md": "# Deux\n"})
    bundle, packed = tmp_path / "wiki.bundle", tmp_path / "wiki.tar.gz"
    made.git("bundle", "create", str(bundle), "--all")
    with tarfile.open(packed, "w:gz") as out:
        out.add(made.folder, "wiki")
    archive = tmp_path / "wiki.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for file in sorted((made.folder / ".git").rglob("*")):
            zipped.write(file, file.relative_to(made.folder / ".git"))
    keys = [read(path).keys for path in (made.folder, bundle, packed, archive)]
    assert len(keys[0]) == 2 and keys == [keys[0]] * 4


def test_nothing_that_git_would_run_is_taken(made: Made, tmp_path: Path) -> None:
    """Hooks, settings, other places of objects, and names that lead out."""
    made.save({"Home.md": "# Un\n"})
    mark = tmp_path / "ran"
    hook = f"touch {mark}"
    evil = {
        "config": f"[core]\nfsmonitor = {hook}\n[uploadpack]\npackObjectsHook = {hook}\n",
        "hooks/post-checkout": f"#!/bin/sh\n{hook}\n",
        "objects/info/alternates": str(made.folder / ".git/objects"),
        "objects/ab/../../../../escaped": "x",
        "refs/heads/../../../escaped": "x",
    }

    def archive(name: str, files: Mapping[str, str], *, whole: bool) -> Path:
        with zipfile.ZipFile(tmp_path / name, "w") as out:
            for file in sorted((made.folder / ".git").rglob("*")):
                inner = file.relative_to(made.folder / ".git").as_posix()
                if file.is_file() and inner not in files and (whole or "objects/" not in inner):
                    out.write(file, f"wiki/.git/{inner}")
            for inner, text in files.items():
                out.writestr(f"wiki/.git/{inner}", text)
        return tmp_path / name

    def read(path: Path) -> None:
        with Stage(tmp_path / f"stage-{path.stem}", "", BOUNDS) as stage:
            GitRepository().read(path, stage, {}, lambda _done, _total: None)

    read(archive("whole.zip", evil, whole=True))
    assert not mark.exists() and not list(tmp_path.rglob("escaped"))
    for bad in (
        archive("lacks.zip", evil, whole=False),  # its objects lie elsewhere
        archive("head.zip", {"HEAD": "ref: ../../etc/passwd"}, whole=True),
        archive("cut.zip", {"refs/heads/master": "0" * 40}, whole=True),
    ):
        with pytest.raises(BadRequest):
            read(bad)
    (tmp_path / "bad.bundle").write_bytes(b"# v2 git bundle\n" + b"0" * 40 + b" HEAD\n\nPACK")
    with pytest.raises(BadRequest):
        read(tmp_path / "bad.bundle")
