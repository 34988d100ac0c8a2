"""A git repository becomes a wiki: what it would be is told first, and no draft is published."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from wiki.app import create_application
from wiki.config import load_settings
from wiki.parts.creation import Declined, found
from wiki.parts.survey import Hidden, Survey
from wiki.parts.survey_words import findings
from wiki.reading import Reader
from wiki.testing.wikis import opened

if TYPE_CHECKING:
    from click.testing import Result

Run = Callable[..., "Result"]
Foreign = Callable[[Mapping[str, str | bytes]], Path]

SLIP = "---\ntitle: Guide: la carte\npublished: true\n---\n"
FILES = {
    "home.md": "---\ndialect: otter\n---\n# Chez nous\n\n"
    "[Guide](/en/guide) [x](rien) ![](plan.png) [b](brouillon/b.md)\n",
    "guide.md": f"{SLIP}# Guide\n\n[[Suite]] [[nulle part]]\n",
    "guide/suite.md": "# Suite\n",
    "brouillon.md": "---\ntitle: Un brouillon\npublished: false\n---\nCanari\n",
    "brouillon/b.md": "# Dessous\n",
    "clos.md": "---\nvisibility: members\n---\n",
    "casse.md": "---\nteam: a: b\n---\n",
    "casse/dedans.md": "# Dedans\n",
    "double.md": "# A\n",
    "double/index.md": "# B\n",
    "Plan.md": "# Un\n",
    "plan.md": "# Deux\n",
    "aux.md": "# Un nom de Windows\n",
    "plan.png": "x" * 3000,
}


def survey_of(source: Path, folder: Path, **settings: int) -> Survey:
    told: list[Survey] = []

    def approve(seen: Survey) -> bool:
        told.append(seen)
        return False

    with pytest.raises(Declined):
        found(load_settings(folder, {}, **settings), str(source), approve=approve)
    assert not folder.exists()
    return told[0]


def test_all_is_told_before_and_nothing_is_made_where_one_declines(
    foreign: Foreign, folder: Path
) -> None:
    seen = survey_of(foreign(FILES), folder, max_upload=2000)
    assert (seen.pages, seen.files, seen.visible) == (11, 1, 6)
    assert seen.hidden == [
        Hidden("brouillon.md", "flag"),
        Hidden("brouillon/b.md", "above", "brouillon"),
        Hidden("casse.md", "head"),
        Hidden("casse/dedans.md", "above", "casse"),
        Hidden("clos.md", "says"),
    ]
    assert seen.lenient == ["guide.md"]
    assert seen.flagged == [("brouillon.md", "published")]
    assert (seen.links, seen.dead) == (6, [("guide", "nulle part"), ("index", "rien")])
    assert seen.clashes == [("Plan.md", "plan.md"), ("Plan", "plan")]
    assert (seen.unserved, seen.doubled) == (["aux.md"], ["double/index.md"])
    assert (seen.large, seen.dialect.software) == (["plan.png"], "Otter Wiki")
    assert all(one.count and one.words for one in findings(seen))


def test_a_terminal_is_asked(foreign: Foreign, folder: Path) -> None:
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "wiki", "--instance", str(folder), "init", "--from"]
    child = subprocess.Popen(
        [*command, str(foreign(FILES))],
        stdin=follower,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.write(leader, b"n\n")
    said, told = child.communicate(timeout=120)
    os.close(leader)
    os.close(follower)
    assert (child.returncode, said) == (1, b"")
    assert "index → rien" in told.decode() and "Make the wiki?" in told.decode()
    assert not folder.exists()


@pytest.mark.parametrize("mend", [False, True])
def test_what_was_a_draft_is_closed_and_heads_are_mended_where_one_says_so(
    run: Run, foreign: Foreign, folder: Path, mend: bool
) -> None:
    source = foreign(FILES)
    made = run("init", "--from", str(source), *(["--mend"] if mend else []))
    assert made.exit_code == 0, made.output
    assert "    guide.md" in made.stderr and made.stdout.count("\n") == 2
    with opened(load_settings(folder, {})) as instance:
        repository, reader = instance.repository, Reader(instance)
        top = repository.commit_info(repository.head())
        assert top.author_name == "Carrefour" and len(top.parents) == 1
        seen = {path for path in ("guide", "brouillon", "brouillon/b") if reader.may_read(path)}
        assert seen == {"guide"}
        guide = repository.read("guide.md", repository.head())
        assert guide and (b'title: "Guide: la carte"' in guide.data) == mend
        instance.projections.catch_up("public")
        public = folder / "index" / "public.git"
        said = subprocess.run(
            ["git", "-C", public, "grep", "-c", "Canari", *(_commits(public))], capture_output=True
        )
        assert said.stdout == b""
    checked = run("check")
    assert ("guide.md" in checked.stderr) == (not mend and checked.exit_code == 0)


def _commits(folder: Path) -> list[str]:
    said = subprocess.run(["git", "-C", folder, "rev-list", "main"], capture_output=True, text=True)
    return said.stdout.split()


def test_options_of_a_repository_go_with_one(run: Run) -> None:
    for option in ("--yes", "--mend"):
        assert run("init", option).exit_code == 2


ELSEWHERE: dict[str, str | bytes] = {
    "README.md": "# Chez nous\n\n[Le guide](docs/guide/) [API](docs/UPPER.MD) [[Accueil|Home]]\n",
    "Home.md": "# Bienvenue\n\n[lisez-moi](README.md)\n",
    "docs/guide/README.md": "# Le guide\n\n[notes](../notes.markdown) [API](../UPPER.MD)\n",
    "_Sidebar.md": "[[Home]]\n",
    "docs/UPPER.MD": "# En capitales\n",
    "docs/deux.md": "# Deux\n",
    "docs/deux.mkd": "# Deux encore\n",
    "docs/notes.markdown": "# Été\n\nDéjà vu, 5 €\n".encode("cp1252"),
    "docs/seize.md": "# Été à seize\n".encode("utf-16"),
    "docs/nu.md": "# Sans marque\n\nseize bits\n".encode("utf-16le"),
    "images/carte.png": "x",
    "docs/carte.md": "![[carte.png]]\n",
    "docs/ancien.rst": "Titre\n=====\n",
    "docs/boites.md": ':::tip Mon titre\nUn conseil.\n:::\n\n!!! note "À savoir"\n    Ceci.\n\n'
    "{{< gist a 1 >}} `{{< code >}}`\n",
}


def test_what_other_programs_call_and_encode_otherwise_is_pages_and_told(
    run: Run, foreign: Foreign, folder: Path
) -> None:
    source = foreign(ELSEWHERE)
    theirs = _commits(source)
    made = run("init", "--from", str(source), "--mend")
    assert made.exit_code == 0, made.output
    for words in (
        "docs/UPPER.MD → docs/UPPER.md",
        "docs/guide/README.md → docs/guide/index.md",
        "docs/notes.markdown → docs/notes.md",
        "Home.md → index.md",
        "docs/notes.md (windows-1252)",
        "docs/seize.md (utf-16)",
        "docs/nu.md (utf-16le)",
        "not shown: 1\n    docs/deux.mkd",
        "reads them: 1\n    docs/ancien.rst",
        "boxes: 1\n    docs/boites.md",
        "    docs/boites.md:8 · {{< gist a 1 >}}",
    ):
        assert f"{words}\n" in made.stderr, made.stderr
    assert "nowhere" not in made.stderr
    assert _commits(folder / "content.git")[-len(theirs) :] == theirs
    with opened(load_settings(folder, {})) as instance:
        client = Client(create_application(instance), use_cookies=False)

        def shown(path: str) -> str:
            answer = client.get(path)
            return answer.headers.get("Location", "") or answer.text

        assert "Bienvenue</h1>" in shown("/") and shown("/Home") == "/"
        assert shown("/docs/guide/") == "/docs/guide"
        assert "Le guide</h1>" in shown("/docs/guide")
        assert shown("/docs/guide/README") == "/docs/guide"
        assert 'href="/docs/notes"' in shown("/docs/guide")
        assert "En capitales</h1>" in shown("/docs/UPPER")
        assert "Déjà vu, 5 €" in shown("/docs/notes") and "Été à seize" in shown("/docs/seize")
        assert "seize bits" in shown("/docs/nu")
        boxes = shown("/docs/boites")
        assert "<strong>Mon titre</strong>" in boxes and "<strong>À savoir</strong>" in boxes
        history = client.get("/-/history/docs/guide").text
        assert "D’ailleurs" in history
