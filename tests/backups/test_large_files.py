"""Large files in a bucket are in backups, and come back: into a bucket, or beside the pages."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.people.conftest import SERVER, own_database
from wiki.backups.archive import write_backup
from wiki.backups.restore import read_backup
from wiki.backups.trial import restore_apart
from wiki.cli import main
from wiki.config import Settings, load_settings
from wiki.diagnostics import faults
from wiki.editing.attachment_places import bring_to_bucket
from wiki.editing.files import attach, detach
from wiki.files.bucket_owner import AnothersBucket, CopysBucket
from wiki.files.object_store import ObjectLost, ObjectStore
from wiki.files.objects import store_of
from wiki.instance import Instance
from wiki.jobs.object_sweep import sweep
from wiki.parts.identity import read_identity
from wiki.people.accounts import list_people
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.reading.files import file_of, get_file
from wiki.testing.obstacles import about_files
from wiki.testing.wikis import opened

SCAN = b"%PDF-1.7\n" + b"une page\n" * 300 + b"%%EOF\n"


@pytest.fixture
def settings(settings: Settings, bucket: dict[str, Any]) -> Settings:
    return replace(settings, **bucket)


@pytest.fixture
def archive(
    instance: Instance, write: Callable[..., str], person: Callable[..., Person], tmp_path: Path
) -> Path:
    """A backup of a wiki with one file that stands, one of the past, and one that is lost."""
    write({"ferme.md": "# Ferme\n"})
    reader = Reader(instance, person("Awa"))
    attach(reader, "ferme", "plan.pdf", SCAN)
    detach(reader.renewed(), attach(reader.renewed(), "ferme", "vieux.pdf", SCAN + b"%"))
    attach(reader.renewed(), "ferme", "perdu.pdf", SCAN + b"%%")
    store = instance.objects
    assert isinstance(store, ObjectStore)
    lost = file_of(reader.renewed(), blob(instance, "ferme/perdu.pdf")).pointer
    assert lost is not None
    store.lay_aside(lost.oid)
    store.remove(lost.oid)
    write_backup(instance, tmp_path / "backup")
    return tmp_path / "backup"


def read_id(folder: Path) -> str:
    identity = read_identity(folder)
    return identity.id if identity else ""


def blob(instance: Instance, file: str) -> str:
    found = instance.repository.blob_id(file, instance.repository.head())
    assert found is not None
    return found


@about_files("a folder beside has rows of its own")
def test_they_come_back_without_a_bucket_and_go_into_another(
    archive: Path, tmp_path: Path, bucket: dict[str, Any]
) -> None:
    there = load_settings(tmp_path / "there", environ={})
    read_backup(there, archive)
    folder = there.instance / "objects"
    assert len(list(folder.iterdir())) == 2
    with opened(there) as other:
        assert get_file(Reader(other, None), "ferme/plan.pdf").data == SCAN
        part = file_of(Reader(other, None), blob(other, "ferme/plan.pdf")).stream(3, 9)
        assert b"".join(part) == SCAN[3:9]
        with pytest.raises(ObjectLost):
            get_file(Reader(other, None), "ferme/perdu.pdf")
    elsewhere = {**bucket, "object_store": f"{bucket['object_store']}-2"}
    with opened(replace(there, **elsewhere)) as other:
        store = other.objects
        assert isinstance(store, ObjectStore)
        bring_to_bucket(other, store, lambda _done, _total: None)
        assert not folder.exists()
        assert get_file(Reader(other, None), "ferme/plan.pdf").data == SCAN


@about_files("a folder beside has rows of its own")
def test_they_go_into_the_bucket_that_is_set(
    archive: Path, tmp_path: Path, bucket: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in bucket.items():
        monkeypatch.setenv(f"WIKI_{name.upper()}", str(value))
    monkeypatch.setenv("WIKI_OBJECT_STORE", f"{bucket['object_store']}-3")
    there = load_settings(tmp_path / "there")
    read_backup(there, archive)
    with opened(there) as other:
        assert not (there.instance / "objects").exists()
        assert isinstance(other.objects, ObjectStore)
        assert len(list(other.objects.objects())) == 2
        assert get_file(Reader(other, None), "ferme/plan.pdf").data == SCAN
        # A folder that was nobody's is this copy's.
        other.objects.claim()
    read_backup(replace(load_settings(there.instance), instance=tmp_path / "again"), archive)
    stranger = store_of(there, "another")
    assert stranger is not None and read_id(there.instance) in stranger.take_over()
    with pytest.raises(AnothersBucket):
        read_backup(load_settings(tmp_path / "third"), archive)
    assert not (tmp_path / "third").exists()


@pytest.mark.skipif(not SERVER, reason="WIKI_TEST_POSTGRES names no server")
def test_they_come_back_where_rows_and_lists_are_on_a_server(
    archive: Path, tmp_path: Path, bucket: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in bucket.items():
        monkeypatch.setenv(f"WIKI_{name.upper()}", str(value))
    monkeypatch.setenv("WIKI_OBJECT_STORE", f"{bucket['object_store']}-4")
    monkeypatch.setenv("WIKI_INDEX", "database")
    with own_database("template0") as url:
        monkeypatch.setenv("WIKI_DATABASE_URL", url)
        there = load_settings(tmp_path / "there")
        read_backup(there, archive)
        assert not (there.instance / "private.db").exists()
        with opened(there) as other:
            assert [one.name for one in list_people(other.private)] == ["Awa"]
            assert isinstance(other.objects, ObjectStore)
            assert get_file(Reader(other, None), "ferme/plan.pdf").data == SCAN
            assert len(list(other.objects.objects())) == 2
            with pytest.raises(ObjectLost):
                get_file(Reader(other, None), "ferme/perdu.pdf")
            other.objects.claim()
            assert sweep(other, other.objects).named == 2


@about_files("a folder beside has rows of its own")
def test_a_restored_copy_deletes_nothing_of_the_wiki_that_goes_on(
    archive: Path,
    instance: Instance,
    tmp_path: Path,
    bucket: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both have one identity and one folder, and each names files that the other knows not of."""
    store = instance.objects
    assert isinstance(store, ObjectStore)
    newer = store.put(BytesIO(SCAN + b"newer"))
    there = tmp_path / "copy" / "wiki"
    there.parent.mkdir()
    for name, value in bucket.items():
        monkeypatch.setenv(f"WIKI_{name.upper()}", str(value))
    done = CliRunner().invoke(main, ["restore", "--instance", str(there), str(archive)])
    assert done.exit_code == 0 and "run `wiki files take-over`" in done.output, done.output
    with opened(load_settings(there)) as copy:
        assert isinstance(copy.objects, ObjectStore)
        assert get_file(Reader(copy, None), "ferme/plan.pdf").data == SCAN
        for ask in (
            partial(sweep, copy, copy.objects, at_once=True),
            partial(copy.objects.put, BytesIO(SCAN)),
            partial(copy.objects.remove, newer.oid),
        ):
            with pytest.raises(CopysBucket):
                ask()
        found = list(faults(copy))
        assert len([line for line in found if "another copy of this wiki" in line]) == 1
        assert [line for line in found if "lost" in line]  # files are looked at all the same
        assert store.read(newer, 10_000)
        # It takes the place of the first, which is told before its next file; both read.
        words = ["files", "--instance", str(there), "take-over", "--yes"]
        assert CliRunner().invoke(main, words).exit_code == 0
        copy.objects.put(BytesIO(SCAN))
        assert sweep(copy, copy.objects).named == 2
    with pytest.raises(CopysBucket):
        sweep(instance, store)
    assert store.read(newer, 10_000)


def test_a_trial_leaves_the_bucket_alone(archive: Path, instance: Instance, tmp_path: Path) -> None:
    store = instance.objects
    assert isinstance(store, ObjectStore)
    before = {(one.pointer, one.when) for one in store.objects()}
    counts, _manifest, faults = restore_apart(instance, archive, tmp_path / "apart")
    assert faults == [] and counts.pages == 1
    assert len(list((tmp_path / "apart" / "objects").iterdir())) == 2
    assert {(one.pointer, one.when) for one in store.objects()} == before
