"""Exports of Notion, Outline and HedgeDoc, made after what these programs write."""

from collections.abc import Callable

import pytest

from plugins.folders.tests.conftest import Read, picture
from wiki.api.imports.foreign import code_lines, read_foreign
from wiki.pages.foreign.boxes import boxed
from wiki.translation import use_language

_A, _B, _C = ("0123456789abcdef" * 2, "f" * 32, "a" * 32)


def test_notion_as_markdown_and_csv(read: Callable[..., Read]) -> None:
    with use_language("en"):
        found = read(
            {
                f"Équipe {_A}.md": (
                    f"# Équipe\n\n<aside>\n💡 À savoir.\n\n</aside>\n\n"
                    f"[Tâches](%C3%89quipe%20{_A}/T%C3%A2ches%20{_B}.csv)\n"
                ),
                f"Équipe {_A}/Tâches {_B}.csv": "Nom,Qui\nVisible,x\n",
                f"Équipe {_A}/Tâches {_B}_all.csv": (
                    "\ufeffNom,Qui\n"
                    f'Monter | la serre,"Awa (%C3%89quipe%20{_A}.md), Bo"\nSans page,*\n'
                ),
                f"Équipe {_A}/Tâches {_B}/Monter la serre {_C}.md": (
                    f"# Monter | la serre\n\nStatut: Ouvert\n"
                    f"Équipe: Équipe (../../%C3%89quipe%20{_A}.md)\n\nUn texte: le voici.\n"
                ),
            }
        )
    assert found.pages["equipe"] == (
        "# Équipe\n\n> [!note]\n> 💡 À savoir.\n>\n\n\n[Tâches](/equipe/taches)\n"
    )
    assert found.pages["equipe/taches"] == (
        "---\ntitle: Tâches\n---\n\n| Nom | Qui |\n| --- | --- |\n"
        "| [Monter \\| la serre](/equipe/taches/monter-la-serre) | [Awa](/equipe), Bo |\n"
        "| Sans page | \\* |\n"
    )
    assert found.pages["equipe/taches/monter-la-serre"] == (
        "# Monter | la serre\n\n- Statut: Ouvert\n- Équipe: [Équipe](/equipe)\n\n"
        "Un texte: le voici.\n"
    )
    assert found.files == ["equipe/taches/taches.csv"]
    assert found.losses == []


def test_notion_as_html(read: Callable[..., Read]) -> None:
    head = '<html><head><title>{0}</title></head><body><article class="page sans"><header>'
    sign = '<div class="page-header-icon"><span class="icon">🌱</span></div>'
    with use_language("en"):
        found = read(
            {
                f"Serre {_A}.html": (
                    f'{head.format("Serre")}{sign}<h1 class="page-title">Serre</h1></header>'
                    f'<div class="page-body"><a href="Serre%20{_A}/Base%20{_B}.html">Base</a>'
                    f'<figure class="image"><a href="Serre%20{_A}/Untitled.png">'
                    f'<img src="Serre%20{_A}/Untitled.png"/></a></figure>'
                    '<pre class="code"><code class="language-Python">x = 1</code></pre>'
                ),
                f"Serre {_A}/Untitled.png": picture(),
                f"Serre {_A}/Base {_B}.html": (
                    f'{head.format("Base")}<h1 class="page-title">Base</h1></header><table>'
                    "<thead><tr><th><svg><path/></svg>Nom</th></tr></thead><tbody><tr><td>"
                    f'<a href="Base%20{_B}/L%20{_C}.html">L</a></td></tr></tbody></table>'
                ),
                f"Serre {_A}/Base {_B}.csv": "Nom\nL\n",
                f"Serre {_A}/Base {_B}/L {_C}.html": f"{head.format('L')}</header><p>Oui</p>",
            }
        )
    assert sorted(found.pages) == ["serre", "serre/base", "serre/base/l"]
    text = found.pages["serre"].partition("---\n\n")[2]
    assert text.startswith("🌱\n\n[Base](/serre/base)")
    assert "[![](/serre/untitled.png)](/serre/untitled.png)" in text
    assert "[L](/serre/base/l)" in found.pages["serre/base"]
    assert found.files == ["serre/base.csv", "serre/untitled.png"]
    assert found.losses == []


def test_outline(read: Callable[..., Read]) -> None:
    key = "uploads/8c/1f/plan.png"
    found = read(
        {
            "Accueil/Bonjour.md": (
                f'# Bonjour\n\n![Plan]({key} "right-50 =300x200")\n\n'
                "[notes.txt 12345](uploads/8c/2f/notes.txt)\n\n\\\n"
                "Voir [Suite](./Bonjour/Suite.md), @[Awa](mention://1/user/2)"
                " et @[Suite](mention://3/document/4).\n\n"
                "+++\nPlus\n\n:::warning\nGare.\n:::\n+++\n"
            ),
            "Accueil/Bonjour/Suite.md": "# Suite\n",
            f"Accueil/{key}": picture(),
            "Accueil/uploads/8c/2f/notes.txt": "Des notes.\n",
            "Autre/Vide.md": "\n",
        }
    )
    assert found.pages["accueil/bonjour"] == (
        "# Bonjour\n\n![Plan](/accueil/bonjour/plan.png =300x200)\n\n"
        "[notes.txt](/accueil/bonjour/notes.txt)\n\n\n"
        "Voir [Suite](/accueil/bonjour/suite), Awa et [[accueil/bonjour/suite|Suite]].\n\n"
        "\nPlus\n\n> [!warning]\n> Gare.\n\n\n"
    )
    assert found.losses == []


def test_hedgedoc(read: Callable[..., Read]) -> None:
    with use_language("en"):
        found = read(
            {
                "Réunion du 3.md": (
                    "---\ntitle: Réunion du 3\ntags: asso, compte-rendu\nlang: fr\n"
                    "description: Ce qui s’est dit.\n---\n\n[TOC]\n\n"
                    "::::info\nÀ savoir.\n:::spoiler La suite\nCaché.\n:::\n::::\n"
                    ":::success\nOui.\n:::\n"
                    "{%vimeo 123 %}\n\n{%pdf https://example.org/a.pdf %}\n\n"
                    "![](/uploads/upload_1.png) ![](/uploads/upload_2.png =200x)\n"
                ),
                "Réunion du 3-1.md": "Réunion\n===\n\n###### tags: `asso` `budget`\n\nVoir.\n",
                "uploads/upload_1.png": picture(),
            }
        )
    text = found.pages["reunion-du-3"]
    assert "themes:\n  - asso\n  - compte-rendu" in text and "summary: Ce qui s’est dit." in text
    assert "> [!info]\n> À savoir.\n> > [!note] La suite\n> > Caché.\n>\n\n> [!tip]" in text
    assert "<https://vimeo.com/123>" in text and "[TOC]" not in text
    assert "![](/reunion-du-3/upload-1.png) ![](/uploads/upload_2.png =200x)" in text
    assert found.pages["reunion-du-3-1"] == (
        "---\nthemes:\n  - asso\n  - budget\n---\nRéunion\n===\n\n\n\nVoir.\n"
    )
    assert sorted((what.split(",")[0], detail) for what, _where, detail in found.losses) == [
        ("A link that leads nowhere", "/uploads/upload_2.png"),
        ("A macro", "{%pdf https://example.org/a.pdf %}"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "+++\ntitle = 'x'\n+++\n\nUn.\n\n+++\nseul\n",
        ":::info\njamais fermé\n",
        "```\n:::info\n:::\n```\n",
        "::: besoins\nx\n:::\n",
        "</aside>\n:::\n",
    ],
)
def test_what_is_no_box_stays(text: str) -> None:
    assert read_foreign(text, lambda *_lost: None) == text


def test_many_boxes_are_read_in_time() -> None:
    for mark in (":::info\n", ":::\n", "+++\n", "++++\n+++\n", "<aside>\n", "</aside>\n:::info\n"):
        lines = list(code_lines((mark * 20_000).split("\n")))
        assert len(list(boxed(lines))) == len(lines)
