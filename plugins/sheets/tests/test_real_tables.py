"""A real network as the tables that a spreadsheet would hold: imported whole, fields counted."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugins.sheets.tests.tables import Rows, as_csv, imported
from wiki.api.paths import slug
from wiki.imports.words.vocabulary import STAGES
from wiki.projections.catalogue import select
from wiki.reading import Reader, system_reader
from wiki.reading.lists import iterate_rows
from wiki.reading.pages import get_page

if TYPE_CHECKING:
    from wiki.instance import Instance

Record = Mapping[str, Any]
#: columns of the table of projects: head → what the record says
PROJECT: Mapping[str, Callable[[Record], str]] = {
    "Nom du projet": lambda one: one["title"],
    "Mission": lambda one: one["summary"] or "",
    "Description": lambda one: one["body_markdown"] or "",
    "Thématiques": lambda one: "; ".join(one["themes"]),
    "Publics": lambda one: ", ".join(one["audiences"]),
    "Porteurs": lambda one: "; ".join(one["sponsors"]),
    "Région": lambda one: one["territory"] or "",
    "Statut": lambda one: one["state"] or "",
    "Depuis": lambda one: french(last_phase(one)),
    "Site web": lambda one: one["website"] or "",
    "Dépôt": lambda one: one["repository"] or "",
    "Création": lambda one: french(one["created"]),
}


def records(folder: Path, name: str) -> list[dict[str, Any]]:
    lines = (folder / "carrefour" / f"{name}.jsonl").read_text("utf-8").strip().split("\n")
    return [json.loads(line) for line in lines]


def last_phase(one: Record) -> str:
    days = [step["date"] for step in one["status_history"] if step["kind"] == "phase"]
    return max(filter(None, days), default="")


def french(day: str) -> str:
    return "/".join(reversed(day.split("-")))


def test_a_real_network_comes_in_whole(
    instance: "Instance", real_data: Path, tmp_path: Path
) -> None:
    organisations = {
        one["id"]: one["name"] or one["id"] for one in records(real_data, "organisations")
    }
    projects = records(real_data, "projects")
    for one in projects:
        one["sponsors"] = [organisations[id] for id in one["sponsors"] if id in organisations]
    tables: dict[str, Rows] = {
        "organisations.csv": [("Nom", "Id"), *((name, id) for id, name in organisations.items())],
        "projets.csv": [
            tuple(PROJECT),
            *(tuple(cell(one) for cell in PROJECT.values()) for one in projects),
        ],
    }
    for name, rows in tables.items():
        file = tmp_path / name
        file.write_bytes(as_csv(rows, "utf-8"))
        assert imported(instance, file).pages == len(rows) - 1
    reader = system_reader(instance, "test")
    places = {row.title: row.path for row in iterate_rows(reader, select(types=("project",)))}
    wrong = [
        (one["title"], key)
        for one in projects
        for key, right in fields(reader, one, places[one["title"]]).items()
        if not right
    ]
    assert not wrong
    head = instance.repository.head()
    assert imported(instance, file).revisions == 0
    assert instance.repository.head() == head


def fields(reader: Reader, one: Record, path: str) -> dict[str, bool]:
    """Of each field whether the page says what the record does."""
    page = get_page(reader, path)
    head = page.head
    linked = {get_page(reader, path).title for path in head.links("organisation")}
    state = STAGES[slug(one["state"])]
    return {
        "title": page.title == one["title"],
        "summary": head.text("summary") == " ".join((one["summary"] or "").split()),
        "themes": set(head.words("themes")) == set(one["themes"]),
        "territory": head.text("territory") == (one["territory"] or ""),
        "organisation": linked == set(one["sponsors"]),
        "website": head.text("website") == (one["website"] or "").strip(),
        "repository": head.text("repository") == (one["repository"] or "").strip(),
        "state": f" {state} — " in page.text.rpartition("::: historique")[2],
        "text": (one["body_markdown"] or "").strip()[:200] in page.text,
    }
