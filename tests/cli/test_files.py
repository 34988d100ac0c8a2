"""Attachments brought into a bucket and back; what no commit names goes; faults are named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import obstore
import pytest

from tests.files.test_object_store import place_of
from wiki.config import Settings
from wiki.diagnostics import faults
from wiki.editing.attachment_places import bring_to_bucket, bring_to_git
from wiki.editing.files import attach, detach
from wiki.files.bucket import open_bucket
from wiki.files.object_store import ObjectStore
from wiki.files.pointer import read_pointer
from wiki.instance import Instance
from wiki.jobs.object_sweep import sweep
from wiki.people.person import Person
from wiki.reading import Reader
from wiki.reading.files import get_file

SCAN = b"%PDF-1.7\n" + b"une page\n" * 300 + b"%%EOF\n"
Files = dict[str, str | bytes | None]


@pytest.fixture
def settings(settings: Settings, bucket: dict[str, Any]) -> Settings:
    return replace(settings, **bucket)


@pytest.fixture
def store(instance: Instance) -> ObjectStore:
    assert isinstance(instance.objects, ObjectStore)
    return instance.objects


def open_scan() -> BytesIO:
    return BytesIO(SCAN + b"% unnamed")


def tip(instance: Instance, file: str) -> bytes:
    found = instance.repository.read(file, instance.repository.head())
    assert found is not None
    return found.data


def told(instance: Instance) -> list[str]:
    """The faults, but for what a new wiki has yet to work out."""
    return [line for line in faults(instance) if "made again" not in line]


@contextmanager
def later(instance: Instance, days: int) -> Iterator[None]:
    now = instance.private.now
    instance.private.now = lambda: now() + timedelta(days=days)
    try:
        yield
    finally:
        instance.private.now = now


def test_files_go_into_the_bucket_and_back(
    instance: Instance, store: ObjectStore, write: Callable[..., str]
) -> None:
    large: Files = {f"ferme/plan-{number}.pdf": SCAN + b"%d" % number for number in range(3)}
    write({"ferme.md": "# Ferme\n", "ferme/note.txt": b"court", **large})
    steps: list[int] = []

    class Killed(Exception):
        pass

    def advance(done: int, _total: int | None) -> None:
        steps.append(done)
        if len(steps) == 2:
            raise Killed

    with pytest.raises(Killed):
        bring_to_bucket(instance, store, advance)
    done = bring_to_bucket(instance, store, advance)
    assert (done.files, done.left) == (3, []) and steps[-1] == 3
    assert tip(instance, "ferme/note.txt") == b"court"
    reader = Reader(instance, None)
    for file, data in large.items():
        assert read_pointer(tip(instance, file)) is not None
        assert get_file(reader, file).data == data
    head = instance.repository.head()
    assert bring_to_bucket(instance, store, advance).files == 0
    assert instance.repository.head() == head and told(instance) == []
    assert bring_to_git(instance, store, advance).files == 3
    assert {file: tip(instance, file) for file in large} == large


def test_what_no_commit_names_goes_after_some_days(
    instance: Instance, store: ObjectStore, write: Callable[..., str], person: Callable[..., Person]
) -> None:
    write({"ferme.md": "# Ferme\n"})
    reader = Reader(instance, person("Awa"))
    file = attach(reader, "ferme", "plan.pdf", SCAN)
    detach(reader.renewed(), file)
    pointer = next(iter(store.objects())).pointer
    # A commit names it: it may be asked for in the history for ever.
    with later(instance, 400):
        assert sweep(instance, store).named == 1
    unnamed = store.put(open_scan())
    assert sweep(instance, store).aside == 0  # its commit may come
    with later(instance, 2):
        assert sweep(instance, store).aside == 1
        assert store.read(unnamed, 10_000) == open_scan().getvalue()
        assert sweep(instance, store).deleted == 0
    with later(instance, 15):
        assert sweep(instance, store).deleted == 1
    assert [one.pointer for one in store.objects()] == [pointer]
    # What was laid aside and is named after all comes back.
    store.lay_aside(pointer.oid)
    with later(instance, 100):
        assert sweep(instance, store).back == 1
    assert [one.aside for one in store.objects()] == [False]
    store.put(open_scan())
    assert sweep(instance, store, at_once=True).deleted == 1


def test_what_is_lost_or_damaged_is_named(
    instance: Instance,
    store: ObjectStore,
    write: Callable[..., str],
    person: Callable[..., Person],
    bucket: dict[str, Any],
) -> None:
    write({"ferme.md": "# Ferme\n"})
    reader = Reader(instance, person("Awa"))
    lost = attach(reader, "ferme", "lost.pdf", SCAN)
    damaged = attach(reader.renewed(), "ferme", "damaged.pdf", SCAN + b"%")
    oids = {}
    for file in (lost, damaged):
        pointer = read_pointer(tip(instance, file))
        assert pointer is not None
        oids[file] = pointer.oid
    store.lay_aside(oids[lost])
    assert told(instance) == []
    store.remove(oids[lost])
    raw = open_bucket(place_of(bucket), request=10, tries=0, patience=10)
    oid = oids[damaged]
    obstore.put(raw, f"{oid[:2]}/{oid[2:4]}/{oid}", SCAN + b"!")
    found = told(instance)
    assert len(found) == 2
    assert any("lost, the bucket has it not: 'ferme/lost.pdf'" in line for line in found)
    assert any("damaged in the bucket: 'ferme/damaged.pdf'" in line for line in found)
    object.__setattr__(instance, "objects", None)
    assert any("2 large files are in a bucket" in line for line in told(instance))
