"""A folder of a bucket has one owner: claimed at the first file, refused to others, taken over."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from threading import Barrier
from typing import Any

import obstore
import pytest
from click.testing import CliRunner

from tests.files.bad_buckets import between
from tests.files.test_object_store import DATA, place_of
from wiki.cli import main
from wiki.config import load_settings
from wiki.diagnostics import faults
from wiki.editing.files import attach
from wiki.errors import StorageFailed
from wiki.files.bucket import open_bucket
from wiki.files.bucket_owner import AnothersBucket
from wiki.files.object_store import ObjectStore
from wiki.jobs.object_sweep import sweep
from wiki.parts.creation import found
from wiki.reading import Reader
from wiki.reading.files import get_file
from wiki.repository.commit import commit
from wiki.repository.objects import EMPTY, WIKI_AUTHOR
from wiki.testing.obstacles import about_files
from wiki.testing.wikis import opened


def test_what_is_anothers_is_neither_written_nor_read_nor_swept(bucket: dict[str, Any]) -> None:
    ours, theirs = (ObjectStore(place_of(bucket), wiki) for wiki in ("a1", "b2"))
    pointer = ours.put(BytesIO(DATA))
    # Another node of the same wiki, and one that does not know yet which it is, in nobody's.
    assert ObjectStore(place_of(bucket), "a1").read(pointer, 10_000) == DATA
    for ask in (
        lambda: theirs.put(BytesIO(DATA + b"!")),
        lambda: theirs.read(pointer, 10_000),
        lambda: list(theirs.objects()),
        lambda: theirs.lay_aside(pointer.oid),
        lambda: theirs.remove(pointer.oid),
        lambda: ObjectStore(place_of(bucket), "").put(BytesIO(DATA)),
    ):
        with pytest.raises(AnothersBucket) as refused:
            ask()
        assert "(a1)" in refused.value.fault and "take-over" in refused.value.fault
    assert [one.pointer for one in ours.objects()] == [pointer]
    # Taken over: who had it is told before the next file, not a minute later.
    assert theirs.take_over() == "a1"
    assert theirs.read(pointer, 10_000) == DATA
    with pytest.raises(AnothersBucket):
        ours.put(BytesIO(DATA))
    with pytest.raises(AnothersBucket):
        ours.read(pointer, 10_000)


def test_a_mark_that_nobody_can_read_is_anothers(bucket: dict[str, Any]) -> None:
    raw = open_bucket(place_of(bucket), request=10, tries=0, patience=10)
    for mark in (b"\xff\n", b"", b"x" * 200):
        obstore.put(raw, "owner", mark)
        with pytest.raises(AnothersBucket):
            ObjectStore(place_of(bucket), "a1").put(BytesIO(DATA))


def test_a_mark_that_is_not_shown_makes_the_folder_nobodys(bucket: dict[str, Any]) -> None:
    """A sweep would take the other wiki's files for left over."""
    ObjectStore(place_of(bucket), "a1").put(BytesIO(DATA))
    with between(bucket["object_store_endpoint"]) as server:
        server.mood = "hiding"
        other = ObjectStore(place_of({**bucket, "object_store_endpoint": server.url}), "b2")
        for ask in (other.claim, lambda: other.put(BytesIO(DATA))):
            with pytest.raises(StorageFailed):
                ask()


@pytest.mark.parametrize("mood", ["", "unable", "careless"])
def test_a_folder_is_claimed_by_one_whatever_the_server_knows(
    bucket: dict[str, Any], mood: str
) -> None:
    with between(bucket["object_store_endpoint"]) as server:
        server.mood = mood
        place = place_of({**bucket, "object_store_endpoint": server.url})
        stores = [ObjectStore(place, f"wiki{number}") for number in range(4)]
        begin = Barrier(len(stores))

        def first(store: ObjectStore) -> None:
            begin.wait(30)
            try:
                store.claim()
            except AnothersBucket:
                return

        with ThreadPoolExecutor(len(stores)) as pool:
            list(pool.map(first, stores))
        # Whoever is asked again: one has it, and all others know.
        owners = []
        for store in stores:
            try:
                store.put(BytesIO(DATA))
            except StorageFailed:
                continue
            owners.append(store)
        assert len(owners) == 1
        assert len(list(owners[0].objects())) == 1


@about_files("a folder beside has rows of its own")
def test_of_two_wikis_in_one_folder_the_second_is_told_in_words(
    tmp_path: Path, bucket: dict[str, Any], person: Callable[..., Any]
) -> None:
    first, second = (load_settings(tmp_path / name, environ={}) for name in ("a", "b"))
    awa, scan = person("Awa"), b"%PDF-1.7\n" + b"x" * 5000 + b"%%EOF\n"
    for settings in (first, second):
        found(settings, empty=True)
    with opened(replace(first, **bucket)) as a, opened(replace(second, **bucket)) as b:
        for one in (a, b):
            commit(one.repository, EMPTY, {"index.md": b"# Accueil\n"}, WIKI_AUTHOR, "accueil")
        file = attach(Reader(a, awa), "index", "plan.pdf", scan)
        head = b.repository.head()
        with pytest.raises(AnothersBucket, match="à un autre wiki"):
            attach(Reader(b, awa), "index", "plan.pdf", scan)
        assert b.repository.head() == head
        assert isinstance(b.objects, ObjectStore)
        with pytest.raises(AnothersBucket):
            sweep(b, b.objects, at_once=True)
        assert get_file(Reader(a, None), file).data == scan
        assert not [line for line in faults(a) if "bucket" in line or "belongs" in line]
        (told,) = (line for line in faults(b) if "belongs to another wiki" in line)
        assert bucket["object_store"] in told
    lines = [f'{key} = "{value}"' for key, value in bucket.items() if isinstance(value, str)]
    (second.instance / "wiki.toml").write_text("\n".join([*lines, "object_store_above = 1000\n"]))
    words = ["files", "--instance", str(second.instance), "take-over"]
    done = CliRunner().invoke(main, words, input="n\n")
    assert done.exit_code == 1
    done = CliRunner().invoke(main, [*words, "--yes"])
    assert done.exit_code == 0, done.output
    with opened(replace(second, **bucket)) as b:
        attach(Reader(b, awa), "index", "plan.pdf", scan)
