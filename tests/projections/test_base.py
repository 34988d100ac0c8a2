"""Asking brings up to date: once, from any thread and process; a failure stays at home."""

import json
import logging
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from textwrap import dedent
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import MetaData, Table, bindparam, delete, insert, select

from wiki.api import projections as desk
from wiki.api.reading import history
from wiki.projections import spans
from wiki.projections.base import RETRY, Projections
from wiki.projections.catalogue import Catalogue
from wiki.projections.changes import Changes
from wiki.projections.interface import Progress, Projection
from wiki.projections.links import Links
from wiki.projections.pagespan import page_changes
from wiki.projections.tables.file import FileTables
from wiki.projections.tables.projection import TableProjection
from wiki.projections.tables.rows import Rows, texts
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository
from wiki.repository.span import Span

from .contract import answers
from .world import MEMBER, VISITOR, World, page

FILE = Table("files_file", MetaData(), *texts("file", primary_key=True))
REMOVE = delete(FILE).where(FILE.c.file == bindparam("file"))


class Files(TableProjection):
    """The smallest projection: the files there are. Fails when it meets one called ``bad``."""

    name = "files"
    schema = FILE.metadata

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        for change in span.changes():
            rows.execute(REMOVE, {"file": change.file})
            if change.after:
                rows.execute(insert(FILE), {"file": change.file})
            if change.file == "bad" and change.after:
                raise ValueError("a file called bad")

    def all(self) -> list[str]:
        with self.reading() as rows:
            return rows.scalars(select(FILE.c.file).order_by(FILE.c.file))


class Sizes(Files):
    """Other tables under the same name."""

    schema = Table(
        "files_file", MetaData(), *texts("file", primary_key=True), sqlite_with_rowid=False
    ).metadata


class Pages(TableProjection):
    """The pages there are, each with the reading that it was given. Fails at one called ``bad``."""

    name = "pages"
    in_batches = True
    schema = Table("pages_page", MetaData(), *texts("path reading", primary_key=True)).metadata

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        table = self.schema.tables[f"{self.name}_page"]
        for change in page_changes(span.repository, span):
            if change.path == "bad":
                raise ValueError("a page called bad")
            reading = f"{change.after.blob} {id(change.after.document)}" if change.after else ""
            rows.execute(insert(table), {"path": change.path, "reading": reading})

    def all(self) -> list[tuple[str, str]]:
        with self.reading() as rows:
            found = rows.execute(select(self.schema.tables[f"{self.name}_page"]))
            return [(path, said) for path, said in found]


class Leaves(Pages):
    """The same, but never fails."""

    name = "leaves"
    schema = Table("leaves_page", MetaData(), *texts("path reading", primary_key=True)).metadata

    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        with suppress(ValueError):
            super().write(rows, span, progress)


@pytest.fixture
def files(tmp_path: Path, repository: Repository) -> Callable[..., Projections]:
    def files(part: TableProjection | None = None) -> Projections:
        return Projections(repository, tmp_path / "index", [part or Files()])

    return files


def ask(projections: Projections) -> list[str]:
    part = projections["files"]
    assert isinstance(part, Files)
    return part.all()


def test_asking_is_enough(world: World, files: Callable[..., Projections]) -> None:
    projections = files()
    assert ask(projections) == []
    world.write({"a": "a"})
    assert projections.behind("files")
    assert ask(projections) == ["a"]
    world.write({"b": "b", "a": None})
    assert ask(projections) == ["b"]
    assert not projections.behind("files")
    with pytest.raises(KeyError):
        projections["nothing"]


def test_a_failure_keeps_rows_and_marker_and_is_told(
    world: World, files: Callable[..., Projections], caplog: pytest.LogCaptureFixture
) -> None:
    projections = files()
    world.write({"a": "a"})
    assert ask(projections) == ["a"]
    before = projections["files"].reflects()
    world.write({"b": "b", "bad": "x"})
    with caplog.at_level(logging.ERROR):
        assert ask(projections) == ["a"]
    assert "a file called bad" in caplog.text
    assert projections["files"].reflects() == before
    assert list(projections.failures) == ["files"]
    assert projections.behind("files")
    # The same commit is not tried at each question; the next one is.
    caplog.clear()
    assert ask(projections) == ["a"]
    assert not caplog.records
    world.write({"bad": None})
    assert ask(projections) == ["a", "b"]
    assert not projections.failures


def test_another_schema_text_starts_over(world: World, files: Callable[..., Projections]) -> None:
    world.write({"a": "a"})
    assert ask(files()) == ["a"]
    later = files(Sizes())
    assert later["files"].reflects() == world.repository.head()
    assert ask(later) == ["a"]
    with FileTables.at(later["files"].tables.path.parent).reading() as rows:  # type: ignore[attr-defined]
        found = rows.connection.execute("select sql from sqlite_master where name = 'files_file'")
        assert "WITHOUT ROWID" in found.fetchone()[0]


def test_another_edition_starts_over(tmp_path: Path, repository: Repository) -> None:
    first, second = Catalogue(edition="one"), Catalogue(edition="two")
    for part in (first, second):
        part.open(tmp_path / "index", FileTables)
    World(repository, Projections(repository, tmp_path / "index", [Changes(), first])).write(
        {"a.md": "a"}
    )
    projections = Projections(repository, tmp_path / "index", [Changes(), first])
    assert projections["catalogue"].reflects() == repository.head()
    assert second.reflects() == EMPTY
    projections.close()


def test_a_deleted_or_damaged_index_is_made_again(world: World, tmp_path: Path) -> None:
    world.write({"a.md": "a"})
    assert world.links.resolve("a", VISITOR) == "a"
    (tmp_path / "index" / "tables.db").unlink()
    assert world.links.resolve("a", VISITOR) == "a"
    world.projections.close()
    for suffix in ("-wal", "-shm"):
        (tmp_path / "index" / f"tables.db{suffix}").unlink(missing_ok=True)
    (tmp_path / "index" / "tables.db").write_bytes(b"no database at all" * 500)
    assert world.links.resolve("a", VISITOR) == "a"


def test_a_rebuild_answers_from_the_old_rows_until_it_is_done(
    world: World, files: Callable[..., Projections]
) -> None:
    projections = files()
    world.write({"a": "a"})
    part = projections["files"]
    assert isinstance(part, Files)
    part.reset()
    assert part.all() == ["a"]
    assert part.reflects() == EMPTY
    assert ask(projections) == ["a"]
    steps: list[tuple[int, int | None]] = []
    world.write({f"p{number}.md": "x" for number in range(3)})
    world.projections.rebuild("links", lambda done, total: steps.append((done, total)))
    assert [done for done, _total in steps] == [1, 2, 3]


def test_what_begins_from_nothing_reads_each_page_once(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "BATCH", 2)
    # Of two files of one page the first wins, however many come between them.
    names = ["a.md", "a/b.md", "a/c.md", "a/d.md", "a/index.md", "e/index.md", "note.txt"]
    world.write({name: f"In {name}" for name in names})
    parts: list[Projection] = [Pages(), Leaves(), Files(), Links()]
    projections = Projections(world.repository, tmp_path / "built", parts)
    steps: list[int] = []
    projections.build(list(projections), lambda done, _total: steps.append(done))
    assert steps == [2, 4, 5]
    assert not any(map(projections.behind, projections))
    pages, leaves = parts[0], parts[1]
    assert isinstance(pages, Pages)
    assert isinstance(leaves, Pages)
    assert pages.all() == leaves.all()
    assert [path for path, _reading in pages.all()] == ["a", "a/b", "a/c", "a/d", "e"]
    alone = Projections(world.repository, tmp_path / "alone", [Pages()])
    found = alone["pages"]
    assert isinstance(found, Pages)
    blobs = [[reading.split()[0] for _path, reading in part.all()] for part in (pages, found)]
    assert blobs[0] == blobs[1]
    projections.build(list(projections))
    assert len(steps) == 3


def test_one_that_cannot_be_built_keeps_no_other_from_it(world: World, tmp_path: Path) -> None:
    world.write({"a.md": "a", "bad.md": "x", "c.md": "c"})
    parts: list[Projection] = [Links(), Pages(), Changes()]
    projections = Projections(world.repository, tmp_path / "built", parts)
    projections.build(list(projections))
    assert [name for name in projections if projections.behind(name)] == ["pages"]
    assert list(projections.failures) == ["pages"]


def test_who_cannot_have_the_lock_answers_from_the_old_state(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("wiki.projections.tables.file.PATIENCE", 0.05)
    parts = [Files(), Changes()]
    projections = Projections(world.repository, tmp_path / "index", parts, patience=RETRY)
    world.write({"a": "a"})
    assert ask(projections) == ["a"]
    world.write({"b": "b"})
    other = sqlite3.connect(tmp_path / "index" / "tables.db", isolation_level=None)
    other.execute("begin immediate")
    with caplog.at_level(logging.INFO, "wiki.projections.base"):
        assert ask(projections) == ["a"]
        # Who has waited for a store does not wait for it once more, whatever else is kept there.
        assert not projections.catch_up("changes")
        assert len(caplog.records) == 1
    assert not projections.failures
    other.execute("rollback")
    other.close()
    world.write({"c": "c"})
    assert ask(projections) == ["a", "b", "c"]


def test_a_span_that_is_no_longer_next_is_left_alone(
    world: World, files: Callable[..., Projections]
) -> None:
    projections = files()
    first = world.write({"a": "a"})
    assert ask(projections) == ["a"]
    second = world.write({"b": "b"})
    span = Span(world.repository, first, second)
    assert ask(projections) == ["a", "b"]
    projections["files"].apply(span)
    assert ask(projections) == ["a", "b"]


def test_threads_that_ask_at_once_agree(world: World) -> None:
    paths = [f"p{number}" for number in range(6)]
    for turn in range(4):
        world.write({f"{path}.md": f"[[p{turn}]] {turn}" for path in paths})
        barrier = Barrier(5)

        def ask_all(barrier: Barrier = barrier) -> object:
            barrier.wait()
            return answers(world.projections, paths)

        with ThreadPoolExecutor(5) as pool:
            found = [task.result() for task in [pool.submit(ask_all) for _ in range(5)]]
        assert all(answer == found[0] for answer in found)
        assert len(world.changes.recent(VISITOR, limit=500)) == 6 * (turn + 1)


_ASK = """
import json, sys
from pathlib import Path
from wiki.projections.base import Projections
from wiki.projections.catalogue import Catalogue
from wiki.projections.changes import Changes
from wiki.projections.links import Links
from wiki.repository.repository import Repository
folder = Path(sys.argv[1])
repository = Repository.open(folder / "content.git", folder / "lock")
projections = Projections(repository, folder / "index", [Changes(), Links(), Catalogue()])
sys.stdin.readline()
found = [
    [change.id for change in projections["changes"].recent({"public"}, limit=1000)],
    projections["links"].broken({"public"}, limit=1000)[0].__len__(),
    projections["catalogue"].titles([f"p{n}" for n in range(50)], {"public"}),
    len(projections.failures),
]
projections.close()
repository.close()
print(json.dumps(found))
"""


def test_processes_that_ask_at_once_agree(world: World, tmp_path: Path) -> None:
    for number in range(10):
        world.write(
            {f"p{n}.md": f"[[nowhere]] {number}" for n in range(number * 5, number * 5 + 5)}
        )
    command = [sys.executable, "-c", _ASK, str(tmp_path)]
    asking = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [process.communicate("\n")[0] for process in asking]
    found = [json.loads(text) for text in said]
    assert found[0] == found[1] == found[2]
    assert found[0][0] == list(range(50, 0, -1))
    assert found[0][1] == 50
    assert len(found[0][2]) == 50
    assert found[0][3] == 0


def test_what_plugins_are_shown_works(world: World, files: Callable[..., Projections]) -> None:
    _text, code = (desk.__doc__ or "").split("::\n\n")
    names: dict[str, Any] = {**vars(sqlalchemy), **vars(desk), **vars(history), "Reader": object}
    exec(dedent(code), names)  # noqa: S102 - our own text
    world.write({"a.md": page("a"), "b.md": page("b", visibility="members"), "c.md": page("c")})
    polls = files(names["Polls"]())["polls"]
    world.write({"c.md": None})
    assert files(polls)["polls"] is polls, "which is up to date"
    for audience, seen in ((VISITOR, ["a"]), (MEMBER, ["a", "b"])):
        assert polls.paths(SimpleNamespace(audience=audience)) == seen  # type: ignore[attr-defined]
