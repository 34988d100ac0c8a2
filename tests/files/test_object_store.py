"""Large files in a bucket of S3, by a real server: kept, read in parts, summed; its bad days."""

import os
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from shutil import which
from typing import Any

import obstore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files.bad_buckets import Between, between
from wiki.config import load_settings
from wiki.errors import BadSetting, StorageFailed, TooLarge
from wiki.files.bucket import Place, open_bucket
from wiki.files.object_names import Stored
from wiki.files.object_store import (
    ASKED,
    PIECE,
    ObjectDamaged,
    ObjectLost,
    ObjectStore,
    measure,
)
from wiki.files.objects import store_of
from wiki.files.pointer import Pointer, is_like_pointer, read_pointer

DATA = b"vingt mesures\n" * 500


def place_of(bucket: dict[str, Any]) -> Place:
    names = ("", "_endpoint", "_region", "_key", "_secret")
    return Place("object_store", *(bucket[f"object_store{name}"] for name in names))


@pytest.fixture
def store(bucket: dict[str, Any]) -> ObjectStore:
    return ObjectStore(place_of(bucket), "a1")


@pytest.fixture
def bad(bucket: dict[str, Any]) -> Iterator[tuple[Between, ObjectStore]]:
    with between(bucket["object_store_endpoint"]) as server:
        yield (
            server,
            ObjectStore(
                place_of({**bucket, "object_store_endpoint": server.url}), "a1", request=0.3
            ),
        )


@given(st.binary(max_size=300))
def test_a_pointer_is_read_as_it_is_written_and_no_other_way(data: bytes) -> None:
    made = measure(BytesIO(data))
    assert read_pointer(made.text) == made and is_like_pointer(made.text)
    assert read_pointer(data) is None and read_pointer(made.text + b"\n") is None
    assert read_pointer(made.text.replace(b"\n", b"\r\n")) is None


@pytest.mark.skipif(which("git-lfs") is None, reason="git-lfs is not installed")
def test_git_lfs_writes_the_same_pointer(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(DATA)
    command = ["git", "lfs", "pointer", "--file=file"]
    written = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout
    assert written == measure(BytesIO(DATA)).text


def test_what_is_kept_comes_back_whole_and_in_parts(store: ObjectStore) -> None:
    large = os.urandom(2 * PIECE + 7)
    for data in (DATA, large):
        pointer = store.put(BytesIO(data))
        assert store.read(pointer, len(data)) == data
        part = b"".join(store.stream(pointer, 3, len(data) - 1))
        assert part == data[3:-1]
    with pytest.raises(TooLarge):
        store.read(pointer, PIECE)
    assert {one.pointer for one in store.objects()} == {
        measure(BytesIO(data)) for data in (DATA, large)
    }


def test_what_is_laid_aside_is_found_until_it_is_removed(store: ObjectStore) -> None:
    pointer = store.put(BytesIO(DATA))
    store.lay_aside(pointer.oid)
    (one,) = store.objects()
    assert one.aside and one.pointer == pointer
    assert store.read(pointer, 10_000) == DATA
    store.put_back(pointer.oid)
    assert [isinstance(one, Stored) and one.aside for one in store.objects()] == [False]
    store.lay_aside(pointer.oid)
    store.remove(pointer.oid)
    assert list(store.objects()) == []
    with pytest.raises(ObjectLost):
        store.read(pointer, 10_000)


def test_what_was_altered_there_is_not_given(store: ObjectStore, bucket: dict[str, Any]) -> None:
    """Nor is the last piece of a large one, of which the first ones are on their way."""
    large = os.urandom(ASKED + 1000)
    pointers = [store.put(BytesIO(data)) for data in (DATA, large)]
    raw = open_bucket(place_of(bucket), request=10, tries=0, patience=10)
    for one, data in zip(pointers, (DATA, large), strict=True):
        altered = bytes([data[0] ^ 1]) + data[1:]
        obstore.put(raw, f"{one.oid[:2]}/{one.oid[2:4]}/{one.oid}", altered)
    with pytest.raises(ObjectDamaged):
        store.stream(pointers[0])
    given = store.stream(pointers[1])
    assert len(next(given)) == ASKED
    with pytest.raises(ObjectDamaged):
        next(given)
    obstore.put(raw, f"{one.oid[:2]}/{one.oid[2:4]}/{one.oid}", large[:-1])
    with pytest.raises(ObjectDamaged):
        store.verify(pointers[1])


def test_a_bucket_that_is_full_or_lies_keeps_nothing(bad: tuple[Between, ObjectStore]) -> None:
    server, store = bad
    for mood in ("full", "lying"):
        server.mood = mood
        with pytest.raises(StorageFailed):
            store.put(BytesIO(DATA))
    server.mood = ""
    assert store.read(store.put(BytesIO(DATA)), 10_000) == DATA


def test_a_bucket_that_is_silent_is_waited_for_once(bad: tuple[Between, ObjectStore]) -> None:
    server, store = bad
    pointer = store.put(BytesIO(DATA))
    server.mood = "silent"
    with pytest.raises(StorageFailed):
        store.read(pointer, 10_000)
    asked = server.asked
    for _ in range(20):
        with pytest.raises(StorageFailed):
            store.read(pointer, 10_000)
    assert server.asked == asked


def test_what_cannot_be_a_bucket_refuses_the_start(tmp_path: Path, bucket: dict[str, Any]) -> None:
    settings = load_settings(tmp_path, environ={}, object_store="https://example.org/bucket")
    with pytest.raises(BadSetting, match="object_store"):
        store_of(settings, "a1")
    assert store_of(load_settings(tmp_path, environ={}), "a1") is None
    # One that is not there is told by whoever asks it.
    gone = ObjectStore(place_of({**bucket, "object_store": "s3://carrefour-nowhere"}), "a1")
    for ask in (lambda: gone.put(BytesIO(DATA)), lambda: list(gone.objects())):
        with pytest.raises(StorageFailed, match="ne répond pas"):
            ask()
    with pytest.raises(StorageFailed):
        gone.read(Pointer("0" * 64, 10), 100)
