"""The import as a whole, on our records and on real ones: repeated, resumed, it loses nothing."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wiki.api.reading import get_page
from wiki.api.reading.history import list_history
from wiki.api.reading.rows import get_row, list_paths, list_team
from wiki.errors import BadRequest
from wiki.imports.pipeline import import_path

if TYPE_CHECKING:
    from wiki.instance import Instance

Write = Callable[..., str]

RECORDS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "projects.jsonl": [
        {
            "slug": "pluie",
            "title": "Pluie",
            "team": ["personne-0001", "inconnue"],
            "sponsors": ["org-1"],
            "themes": ["Eau"],
            "body_markdown": "Aujourd’hui.",
            "status_history": [
                {"kind": "phase", "state": "Construction", "date": "2020-02-01"},
                {"kind": "event", "state": "Financement FAST", "date": "2020-03-01"},
            ],
        },
        {"slug": "vent.fort", "title": "Vent", "body_markdown": ""},
    ],
    "people.jsonl": [{"id": "personne-0001", "role": "Agronome", "skills": ["sols"]}],
    "organisations.jsonl": [{"id": "org-1", "name": "Une mairie"}],
    "themes.jsonl": [{"label": "Eau", "aliases": ["eaux"]}],
    "history.jsonl": [
        {
            "slug": "pluie",
            "date": f"2019-0{month}-01T10:00:00+01:00",
            "author": "auteur-7",
            "message": f"Étape {month}",
            "text": f"---\ntitle: Pluie\nthematiques: [eaux]\n---\nVersion {month}.\n",
        }
        for month in (3, 1, 2)
    ],
}


@contextmanager
def quiet(_label: str) -> Iterator[Callable[[int, int | None], None]]:
    yield lambda _done, _total: None


def import_folder(instance: "Instance", *folders: Path) -> None:
    for folder in folders:
        import_path(instance, "carrefour", folder, steps=quiet)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "records"
    place.mkdir()
    for name, records in RECORDS.items():
        write_records(place / name, records)
    return place


def write_records(file: Path, records: Sequence[Mapping[str, Any]]) -> None:
    file.write_text("".join(json.dumps(one) + "\n" for one in records), "utf-8")


def files(instance: "Instance") -> dict[str, str]:
    repository = instance.repository
    head = repository.head()
    return {file: repository.read_blob(blob).decode() for file, blob in repository.files(head)}


@pytest.mark.usefixtures("imports_read_anew")
def test_records_become_pages_on_their_own_past(instance: "Instance", folder: Path) -> None:
    from wiki.reading import Reader

    import_folder(instance, folder)
    reader = Reader(instance)
    assert sorted(files(instance)) == [
        "organisations/org-1/index.md",
        "personnes/personne-0001/index.md",
        "projets/pluie/index.md",
        "projets/vent-fort/index.md",
    ]
    assert "Aujourd’hui." in get_page(reader, "projets/pluie").text
    story = list_history(reader, "projets/pluie")
    assert [change.message.partition("\n")[0] for change in story] == [
        "Import de pages",
        "Étape 3",
        "Étape 2",
        "Étape 1",
    ]
    row = get_row(reader, "projets/pluie")
    assert row is not None
    assert row.first("state") == "prototype"
    assert [one.path for one in list_team(reader, row)] == ["personnes/personne-0001"]
    assert get_page(reader, "personnes/personne-0001").title == "Personne 0001"


def test_repeated_it_changes_nothing(instance: "Instance", folder: Path) -> None:
    import_folder(instance, folder)
    before = files(instance)
    import_folder(instance, folder, folder)
    assert files(instance) == before


def test_what_people_wrote_since_is_left_alone(
    instance: "Instance", folder: Path, write: Write
) -> None:
    import_folder(instance, folder)
    write({"projets/pluie/index.md": "---\ntype: project\nsource: pluie\n---\nLe nôtre.\n"})
    before = files(instance)
    import_folder(instance, folder)
    assert files(instance) == before


def test_interrupted_it_leaves_nothing_and_may_be_run_again(
    instance: "Instance", folder: Path
) -> None:
    def interrupted(label: str) -> Any:
        if label == "writing":
            raise KeyboardInterrupt
        return quiet(label)

    with pytest.raises(KeyboardInterrupt):
        import_path(instance, "carrefour", folder, steps=interrupted)
    assert files(instance) == {}
    import_folder(instance, folder)
    assert "Aujourd’hui." in files(instance)["projets/pluie/index.md"]
    assert len(files(instance)) == 4


def test_a_folder_of_something_else_is_refused(instance: "Instance", tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"projects\.jsonl"):
        import_folder(instance, tmp_path)
    assert files(instance) == {}


def test_real_records_read_well(instance: "Instance", real_data: Path, tmp_path: Path) -> None:
    """Forty real projects, everyone on their teams, and their past."""
    from wiki.reading import Reader

    place = tmp_path / "real"
    place.mkdir()
    source = real_data / "carrefour"
    projects = records(source / "projects.jsonl")[:40]
    slugs = {one["slug"] for one in projects}
    wanted = {identity for one in projects for identity in one.get("team") or ()}
    write_records(place / "projects.jsonl", projects)
    write_records(
        place / "people.jsonl",
        [one for one in records(source / "people.jsonl") if one["id"] in wanted],
    )
    for name in ("organisations.jsonl", "themes.jsonl"):
        (place / name).write_text((source / name).read_text("utf-8"), "utf-8")
    past = [one for one in records(source / "history.jsonl") if one["slug"] in slugs]
    write_records(place / "history.jsonl", past)

    import_folder(instance, place)
    reader = Reader(instance, audience=frozenset({"all"}))
    found = {path for path in list_paths(reader) if path.startswith("projets/")}
    assert len(found) == len(projects)
    problems = {
        path: [problem.kind for problem in get_page(reader, path).document.problems]
        for path in found
    }
    assert {path: kinds for path, kinds in problems.items() if kinds} == {}
    told = [one for one in projects if any(s.get("date") for s in one.get("status_history") or ())]
    with_state = [path for path in found if (row := get_row(reader, path)) and row.first("state")]
    assert len(with_state) > len(told) / 2


def records(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]


def test_a_record_that_misses_what_it_needs_is_named_by_its_line(
    instance: "Instance", tmp_path: Path
) -> None:
    (tmp_path / "projects.jsonl").write_text('{"slug": "a", "title": "A"}\n{"title": "B"}\n')
    with pytest.raises(BadRequest) as refused:
        import_folder(instance, tmp_path)
    assert "line 2" in refused.value.words
    assert files(instance) == {}


@pytest.mark.parametrize(
    "line",
    [
        b'{"slug": "a", "title": "\xff"}',
        b'{"slug": "a", "title": "\\ud800"}',
        b'{"slug": "a", "title": ' + b"[" * 100_000,
        b"\xfe\xff\x00",
        b"7",
    ],
)
def test_a_line_that_is_no_record_is_named(
    instance: "Instance", tmp_path: Path, line: bytes
) -> None:
    (tmp_path / "projects.jsonl").write_bytes(b'{"slug": "b", "title": "B"}\n' + line)
    with pytest.raises(BadRequest, match=r"projects\.jsonl, line 2"):
        import_folder(instance, tmp_path)
    assert files(instance) == {}


def test_what_is_no_list_is_none_and_what_is_no_date_is_refused(
    instance: "Instance", folder: Path
) -> None:
    record = {"slug": "a", "title": "A", "team": 7, "sponsors": {"x": 1}, "status_history": True}
    write_records(folder / "projects.jsonl", [record])
    write_records(folder / "themes.jsonl", [{"label": "Eau", "aliases": 7}])
    past = {"slug": "a", "author": "x", "text": "Avant."}
    write_records(folder / "history.jsonl", [{**past, "date": "hier"}])
    with pytest.raises(BadRequest, match="hier"):
        import_folder(instance, folder)
    dates = ("2019-01-01T10:00:00", "0001-01-01", "9999-12-31T23:59:59-12:00", "2020-01-01T00:00Z")
    write_records(folder / "history.jsonl", [{**past, "date": one} for one in dates])
    import_folder(instance, folder)
    assert "title: A" in files(instance)["projets/a/index.md"]


def test_a_story_of_something_else_costs_no_page(instance: "Instance", tmp_path: Path) -> None:
    record = {"slug": "a", "title": "A", "status_history": [7, "x", {"date": "2026-01-01"}]}
    (tmp_path / "projects.jsonl").write_text(json.dumps(record) + "\n")
    import_folder(instance, tmp_path)
    assert "2026-01-01" in files(instance)["projets/a/index.md"]
