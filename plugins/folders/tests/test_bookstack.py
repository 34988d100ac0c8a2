"""The portable ZIP of BookStack, made after the format that it documents (``data.json``)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plugins.folders.source import Folder
from plugins.folders.tests.conftest import BOUNDS, Read, archive, picture
from tests.documents import samples
from wiki.api.errors import BadRequest
from wiki.api.imports import Stage
from wiki.translation import use_language

_BOOK: dict[str, Any] = {
    "instance": {"id": "a-b", "version": "v24.12"},
    "exported_at": "2024-12-30T10:20:30+00:00",
    "book": {
        "id": 8,
        "name": "Guide / du jardin",
        "description_html": "<p>Voir <a href='[[bsexport:page:41]]#sol'>le sol</a>.</p>",
        "cover": "couv.png",
        "tags": [{"name": "Saison", "value": "été"}],
        "pages": [{"id": 43, "name": "Fin", "html": "<p>Fin.</p>", "priority": 9}],
        "chapters": [
            {
                "id": 2,
                "name": "Le sol",
                "priority": 1,
                "pages": [
                    {
                        "id": 41,
                        "name": "Le sol",
                        "priority": 2,
                        "html": (
                            '<h2 id="bkmrk-sol">Sol</h2><p class="callout info">Attention.</p>'
                            '<p><img src="[[bsexport:image:22]]" alt="Coupe"></p>'
                            '<p><a href="[[bsexport:chapter:2]]">chapitre</a>'
                            ' <a href="[[bsexport:page:99]]">ailleurs</a></p>'
                            "<script>alert(1)</script>"
                        ),
                        "images": [
                            {"id": 22, "name": "Coupe", "file": "x9.png", "type": "gallery"}
                        ],
                        "attachments": [
                            {"id": 55, "name": "Relevés", "file": "y1.docx"},
                            {"id": 56, "name": "Un site", "link": "https://example.org/"},
                            {"id": 57, "name": "Perdu", "file": "absent.pdf"},
                        ],
                    },
                    {
                        "id": 42,
                        "name": "Arroser",
                        "priority": 1,
                        "markdown": (
                            "Voir [le sol]([[bsexport:page:41]]) et ![]([[bsexport:image:22]])"
                        ),
                        "html": "<p>non</p>",
                        "tags": [{"name": "eau"}],
                    },
                ],
            }
        ],
    },
}


def test_a_book_with_chapters_pages_and_files(read: Callable[..., Read]) -> None:
    files = {
        "data.json": json.dumps(_BOOK),
        "files/couv.png": picture(),
        "files/x9.png": picture(),
        "files/y1.docx": samples.word("x"),
    }
    with use_language("en"):
        found = read(files, "guides")
    place = "guides/guide-du-jardin"
    assert sorted(found.pages) == [
        *(place, f"{place}/fin", f"{place}/le-sol", f"{place}/le-sol/arroser"),
        f"{place}/le-sol/le-sol",
    ]
    assert found.pages[place] == (
        '---\ntitle: Guide / du jardin\nthemes:\n  - "Saison : été"\n---\n\n'
        f"![](/{place}/couv.png)\n\nVoir [le sol](/{place}/le-sol/le-sol#sol).\n\n"
        f"- [Le sol](/{place}/le-sol)\n- [Fin](/{place}/fin)\n"
    )
    assert found.pages[f"{place}/le-sol"].endswith(
        f"- [Arroser](/{place}/le-sol/arroser)\n- [Le sol](/{place}/le-sol/le-sol)\n"
    )
    text = found.pages[f"{place}/le-sol/le-sol"]
    assert "> Attention." in text and "alert" not in text
    # A page and a file beside the page that shows them first: in the order of names.
    assert f"![Coupe](/{place}/le-sol/arroser/coupe.png)" in text
    assert f"[chapitre](/{place}/le-sol) [ailleurs]" in text
    assert f"- [Relevés](/{place}/le-sol/le-sol/releves.docx)" in text
    assert "- [Un site](https://example.org/)" in text and "Perdu" not in text
    assert found.pages[f"{place}/le-sol/arroser"] == (
        "---\ntitle: Arroser\nthemes:\n  - eau\n---\n\n"
        f"Voir [le sol](/{place}/le-sol/le-sol) et ![](/{place}/le-sol/arroser/coupe.png)\n"
    )
    assert found.entries[place].time.startswith("2024-12-30T10:20:30")
    assert sorted((what.split(",")[0], where) for what, where, _detail in found.losses) == [
        ("A link that leads nowhere", f"{place}/le-sol/le-sol:11"),
        ("Programs (scripts or macros)", f"{place}/le-sol/le-sol"),
    ]


@pytest.mark.parametrize(
    "data", ["", "{", "[]", "{}", '{"book": []}', '{"page": "x"}', "[" * 100_000]
)
def test_what_is_no_export_is_refused(tmp_path: Path, data: str) -> None:
    path = archive(tmp_path / "x.zip", {"data.json": data})
    with Stage(tmp_path / "stage", "", BOUNDS) as stage, pytest.raises(BadRequest):
        Folder().read(path, stage, {}, lambda _done, _total: None)


def test_things_without_what_they_need_are_still_read(read: Callable[..., Read]) -> None:
    pages = [{}, {"name": "../../a"}, {"name": None, "images": [3, {"file": 4}]}, 5]
    chapter = {"name": "C", "pages": pages, "chapters": "x", "tags": [{}], "priority": "y"}
    found = read({"data.json": json.dumps({"chapter": chapter})})
    assert sorted(found.pages) == ["c", "c/a", "c/page", "c/page-2"]
