"""What another process has just saved is read from its pack, without asking git."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.repository.objects import Author, object_hash
from wiki.repository.reads.arrivals import Arrivals
from wiki.repository.reads.packfile import pack_objects, unpack_objects
from wiki.repository.repository import Repository

Save = Callable[..., str]
Git = Callable[..., str]


@pytest.fixture
def other(repository: Repository, tmp_path: Path, save: Save) -> Iterator[Repository]:
    """The same repository as another process has it, which has read what was there."""
    save({"index.md": b"avant\n", "a/b.md": b"un\n"})
    found = Repository.open(repository.folder, tmp_path / "lock")
    assert found.read("a/b.md", found.head()) is not None
    found._objects.close()
    yield found
    found.close()


def test_what_was_saved_elsewhere_is_read_without_git(
    repository: Repository, other: Repository, save: Save, author: Author
) -> None:
    first = save({"a/b.md": b"deux\n"})
    save({"a/c.md": b"n" * 50_000})
    for head, file, data in (
        (first, "a/b.md", b"deux\n"),
        (repository.head(), "a/c.md", b"n" * 50_000),
        (repository.head(), "index.md", None),
    ):
        if data is not None:
            blob = other.read(file, head)
            assert blob is not None
            assert blob.data == data
        assert other.commit_info(head).author_name == author.name
    assert other.differing_files(first, repository.head()) is not None
    assert not other._objects._gits._idle, "no git was asked"


def test_what_no_save_has_packed_is_left_to_git(
    repository: Repository, other: Repository, save: Save, git: Git
) -> None:
    for number in range(30):
        save({"a/b.md": b"%d\n" % number * 2_000})
    git("repack", "-a", "-d", "-f")  # most are made of another's bytes there
    head = repository.head()
    blob = other.read("a/b.md", head)
    assert blob is not None
    assert blob.data == b"29\n" * 2_000


def test_nothing_is_concluded_from_a_pack_that_cannot_be_read(
    repository: Repository, save: Save
) -> None:
    save({"index.md": b"un\n"})
    arrivals = Arrivals(repository.folder)
    assert arrivals.read() == {}, "what is there is nobody's news"
    packs = repository.folder / "objects/pack"
    whole = next(packs.glob("*.pack")).read_bytes()
    for number, data in enumerate((b"", b"PACK", whole[:40], whole[:-30], b"\xff" * 90)):
        (packs / f"pack-{number}.pack").write_bytes(data)
        (packs / f"pack-{number}.idx").write_bytes(b"")
        found = arrivals.read()
        assert all(object_hash(*one) == id for id, one in found.items())
        assert len(found) < 3
    (packs / "pack-alone.idx").write_bytes(b"")
    assert arrivals.read() == {}


@given(
    st.dictionaries(
        st.binary(max_size=40).map(lambda data: data * 9) | st.binary(max_size=5_000),
        st.sampled_from(("blob", "commit", "tree")),
        max_size=9,
    )
)
def test_what_is_packed_is_read_again(things: Mapping[bytes, str]) -> None:
    given_ = [(object_hash(kind, data), kind, data) for data, kind in things.items()]
    packed = pack_objects(given_)
    assert [(object_hash(*one), *one) for one in unpack_objects(packed.pack, 10**6)] == given_


def test_the_index_of_a_pack_is_the_one_that_git_makes(git: Git, tmp_path: Path) -> None:
    blobs = [b"", b"x" * 15, b"y" * 16, b"z" * 300_000, *(b"%d" % n for n in range(600))]
    packed = pack_objects((object_hash("blob", data), "blob", data) for data in blobs)
    file = tmp_path / f"{packed.name}.pack"
    file.write_bytes(packed.pack)
    assert git("index-pack", "--strict", str(file)) == packed.name.removeprefix("pack-")
    assert file.with_suffix(".idx").read_bytes() == packed.idx
