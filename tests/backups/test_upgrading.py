"""An upgrade by itself, and back: the backup before, the tables, and who refuses what."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect

from bench.later import SECOND, become
from wiki import __version__
from wiki.backups import upgrade
from wiki.backups.archive import ROWS, Sources, pack, unpack
from wiki.backups.restore import read_backup
from wiki.cli import main
from wiki.config import Settings
from wiki.errors import RowsNewer, StorageFailed
from wiki.instance import close_instance, open_instance
from wiki.parts import releases
from wiki.parts.identity import database_url
from wiki.parts.releases import read_release
from wiki.people.accounts import list_people
from wiki.people.store import migrations
from wiki.people.store.database import Database

if TYPE_CHECKING:
    from wiki.instance import Instance

Version = Callable[[int], None]


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Version]:
    """``version(2)``: from now on this process is of the version 2.0.0, with its tables."""
    find = migrations.find_branches

    def be(number: int) -> None:
        monkeypatch.setattr(migrations, "find_branches", find)
        name = f"{number}.0.0" if number > 1 else __version__
        for module in (upgrade, releases):
            monkeypatch.setattr(module, "__version__", name)
        if number > 1:
            (folder := tmp_path / f"revisions-{number}").mkdir(exist_ok=True)
            become(number, folder)

    monkeypatch.setattr("wiki.__version__", __version__)
    yield be


def columns(settings: Settings) -> set[str]:
    with closing(Database(database_url(settings))) as private:
        return {column["name"] for column in inspect(private.engine).get_columns("person")}


def brought_up(settings: Settings) -> list[str]:
    said: list[str] = []
    upgrade.upgrade(settings, said.append)
    return said


def test_a_backup_of_the_tables_as_they_were_comes_first(
    wiki: "Instance", version: Version, tmp_path: Path
) -> None:
    settings, people = wiki.settings, list_people(wiki.private)
    head = wiki.repository.head()
    close_instance(wiki)
    assert brought_up(settings) == []  # nothing is behind
    assert read_release(settings.instance) == releases.Release(__version__)

    version(2)
    named = {
        "WIKI_INSTANCE": str(settings.instance),
        "WIKI_BACKUP_FOLDER": settings.backup_folder,
        "WIKI_DATABASE_URL": settings.database_url,
    }
    told = CliRunner().invoke(main, ["upgrade", "--check"], env=named)
    assert told.exit_code == 0, told.output
    assert ("tried on a copy of the rows in SQLite" in told.output) == bool(settings.database_url)
    found = upgrade.plan(settings)
    assert [change.words for change in found.changes] == ["tables: people_0011 → people_0012"]
    assert found.before == __version__ and found.target is not None
    assert "motto" not in columns(settings)
    said = brought_up(settings)
    assert "motto" in columns(settings) and brought_up(settings) == []
    (file,) = Path(settings.backup_folder).glob("*-before-2.0.0.tar.gz")
    assert str(file) in said[0]
    assert read_release(settings.instance) == releases.Release("2.0.0", __version__, str(file))
    manifest = unpack(file, tmp_path / "parts")
    assert manifest is not None and "people_0011" in manifest.revisions
    with closing(sqlite3.connect(tmp_path / "parts" / ROWS)) as rows:
        assert "motto" not in str(rows.execute("SELECT sql FROM sqlite_schema").fetchall())
    later = open_instance(settings)
    assert later.private.check() == [] and list_people(later.private) == people
    close_instance(later)

    # A backup of a newer version is refused by an older one, which names it.
    (newer := tmp_path / "newer").mkdir()
    with Sources.opened(settings) as sources:
        archive, _manifest = pack(sources, newer)
    version(1)
    for refuse in (brought_up, open_instance):
        with pytest.raises(RowsNewer, match=r"2\.0\.0") as refused:
            refuse(settings)
        assert str(file) in refused.value.words
    there = replace(settings, instance=tmp_path / "there", database_url="")
    url = f"sqlite:///{there.instance / 'private.db'}"
    with pytest.raises(RowsNewer):
        read_backup(there, archive, url=url)
    assert not there.instance.exists()

    # And back: rows as they were, pages as they are.
    with closing(Database(database_url(settings))) as private:
        private.restore(tmp_path / "parts" / ROWS)
    assert "motto" not in columns(settings)
    earlier = open_instance(settings)
    assert earlier.private.check() == [] and list_people(earlier.private) == people
    assert earlier.repository.head() == head
    close_instance(earlier)


def test_without_room_for_a_backup_there_is_a_copy_or_nothing_is_altered(
    wiki: "Instance", version: Version
) -> None:
    settings = replace(wiki.settings, backup_folder=str(wiki.settings.instance / "nowhere"))
    close_instance(wiki)
    version(2)
    if settings.database_url:
        with pytest.raises(StorageFailed, match="nowhere"):
            brought_up(settings)
        assert "motto" not in columns(settings)
        return
    assert "nowhere" in brought_up(settings)[0] and "motto" in columns(settings)
    (copy,) = settings.instance.glob("private.db.before-*")
    with closing(sqlite3.connect(copy)) as rows:
        assert "motto" not in str(rows.execute("SELECT sql FROM sqlite_schema").fetchall())


def test_a_change_of_tables_that_fails_is_named_before_and_leaves_no_backup(
    wiki: "Instance", version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = wiki.settings
    close_instance(wiki)
    fails = '    op.execute("UPDATE nowhere SET x = 1")\n'
    monkeypatch.setattr("bench.later.SECOND", SECOND + fails)
    version(2)
    for refuse in (upgrade.plan, brought_up, brought_up):
        with pytest.raises(StorageFailed, match=r"people_0012.*nowhere") as refused:
            refuse(settings)
        assert "try again" not in refused.value.words
    assert "motto" not in columns(settings)
    assert not list(Path(settings.backup_folder).glob("*-before-*"))
    assert not list(settings.instance.glob(".backup-*"))
