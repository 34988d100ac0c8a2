"""The index: the way to a commit does not show, damage mends itself, processes agree."""

import re
import resource
import shutil
import struct
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from wiki.projections.interface import Busy
from wiki.projections.searching.index import shelf as shelves
from wiki.projections.searching.index import store
from wiki.projections.searching.index.chunks import ChunkFile, ChunkWriter
from wiki.projections.searching.index.merge import merged
from wiki.projections.searching.index.part import Part
from wiki.projections.searching.index.schema import words_field
from wiki.projections.searching.results import SearchResults
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository

from .histories import changes_of, steps
from .searching import Library, a_library, files_of, open_index
from .world import ADMIN, MEMBER, VISITOR, page

ASKED = (
    *("un", "titre", "deux trois-fois", "besoin", '"une offre"', "", "-besoin", "beson"),
    *("type:event", "theme:un", "trois f"),
)
_BYTES = (b"\0", b"\xff")
#: Whoosh leaves files open when what it reads in them makes no sense
leaving_files_open = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A wiki that is searched, its index in files."""
    with a_library(tmp_path) as made:
        yield made


def answers(asked: Library) -> list[object]:
    """What is found, in order; scores to what a float of 32 bits keeps."""
    found: list[object] = []
    for audience in (VISITOR, MEMBER, ADMIN, VISITOR | {"guest:a/b"}):
        for query in ASKED:
            results: SearchResults = asked.ask(query, audience, limit=100)
            hits = [(hit.path, hit.anchor, hit.title, round(hit.score, 4)) for hit in results.hits]
            found.append((query, hits, results.facets, results.suggestion))
        found.append(asked.search.suggest("t", audience, 100))
    return found


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(steps)
def test_the_way_to_a_commit_does_not_show(history: list[Any]) -> None:
    with TemporaryDirectory() as name, a_library(Path(name)) as walked:
        present: dict[str, str] = {}
        for step in history:
            if changed := changes_of(step, present):
                walked.write(changed)
                present.update({file: text for file, text in changed.items() if text is not None})
                for file in [file for file, text in changed.items() if text is None]:
                    del present[file]
                assert walked.projections.catch_up("search")
        step_by_step = answers(walked)
        at_once = open_index(walked.repository, Path(name) / "at once")
        assert answers(Library(walked.repository, at_once)) == step_by_step
        at_once.close()
        built = open_index(walked.repository, Path(name) / "built")
        built.build(list(built))
        assert not any(map(built.behind, ("catalogue", "search"))) or not present
        assert answers(Library(walked.repository, built)) == step_by_step
        built.close()
        walked.projections.rebuild("search")
        assert answers(walked) == step_by_step
        assert not walked.projections.failures


def fill(library: Library) -> Library:
    library.write(
        {
            f"p/{number}.md": page(
                f"Le capteur numéro{number} de la ferme.\n\n::: besoins\n- Un besoin\n\n:::\n",
                title=f"Page {number}",
            )
            for number in range(12)
        }
    )
    assert library.ask("capteur").total == 12
    return library


@leaving_files_open
@pytest.mark.parametrize("content", [b"", b"\0" * 5000, b"cos\nsystem\n(S'true'\ntR.", None])
def test_a_damaged_index_is_made_again(library: Library, content: bytes | None) -> None:
    fill(library)
    folder = files_of(library)._folder
    for name in sorted(file.name for file in folder.iterdir() if not file.name.endswith("LOCK")):
        library.search.close()
        file = folder / name
        if not file.exists():
            continue
        if content is None:
            file.unlink()
        else:
            file.write_bytes(content + file.read_bytes()[len(content) :] if content else b"")
        # At most one answer is lost to the discovery.
        seen = [library.ask(query) for query in ('"capteur numéro3"', "capteur", "capteur")]
        assert seen[-1].total == 12
        assert not seen[-1].damaged
        assert not library.projections.failures


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a wiki that was searched, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    with a_library(folder) as made:
        fill(made)
    return folder


@contextmanager
def a_copy(filled: Path) -> Iterator[Library]:
    with TemporaryDirectory() as name:
        folder = Path(name) / "wiki"
        shutil.copytree(filled, folder)
        repository = Repository.open(folder / "content.git", folder / "lock")
        projections = open_index(repository, folder / "index")
        yield Library(repository, projections)
        projections.close()
        repository.close()


@leaving_files_open
@settings(max_examples=8, deadline=None, database=None)
@given(
    which=st.integers(0, 2**16),
    places=st.lists(st.tuples(st.integers(0, 2**24), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_any_damage_is_survived(filled: Path, which: int, places: list[tuple[int, int]]) -> None:
    with a_copy(filled) as hurt:
        folder = files_of(hurt)._folder
        files = sorted(file for file in folder.iterdir() if not file.name.endswith("LOCK"))
        hurt.search.close()
        # Names and sizes of the files differ from time to time.
        file = files[which % len(files)]
        content = bytearray(file.read_bytes())
        for place, byte in places:
            content[place % len(content)] = byte
        file.write_bytes(content)
        for query in ("capteur", '"numéro3 ferme"', "page", "capteru"):
            hurt.ask(query)
            hurt.search.suggest("pa", VISITOR)
        hurt.write({"p/1.md": page("Encore un capteur.", title="Page 1")})
        hurt.ask("capteur")


@leaving_files_open
def test_an_index_that_cannot_tell_what_it_reflects_starts_over(tmp_path: Path) -> None:
    """All that was packed into it, its marker too, is damaged: that is found by asking first."""
    with a_library(tmp_path) as hurt:
        fill(hurt)
        folder = files_of(hurt)._folder
        hurt.search.close()
        for file in (file for file in folder.iterdir() if not file.name.endswith("LOCK")):
            # How zlib begins, whatever its level.
            file.write_bytes(re.sub(rb"\x78[\x01\x5e\x9c\xda]", b"\0\0", file.read_bytes()))
        assert hurt.ask("capteur").total == 12


def test_a_damaged_chunk_takes_no_more_room_than_its_file_makes_likely(tmp_path: Path) -> None:
    path = tmp_path / "chunks"
    told = [b"capteur " * 40, b"\0" * 70_000, bytes(range(64))]
    with path.open("wb") as file:
        writer = ChunkWriter(file)
        places = [writer.add(data) for data in told]
        writer.close(places)
    whole = path.read_bytes()
    assert [ChunkFile(path).read(*place) for place in places] == told
    # Cut off anywhere, or some bytes of another value: what is read is right, or raises.
    hurt = [whole[:size] for size in range(len(whole))]
    hurt += [
        whole[:at] + byte * 8 + whole[at + 8 :] for at in range(len(whole) - 8) for byte in _BYTES
    ]
    for content in hurt:
        path.write_bytes(content)
        try:
            found = ChunkFile(path)
            assert [found.read(*place) for place in places] == told
        except (ValueError, struct.error, zlib.error):
            continue
    bomb = zlib.compress(b"\0" * 50_000_000)
    path.write_bytes(bomb + struct.pack("<QQ", 0, len(bomb)))
    tracemalloc.start()
    with pytest.raises(ValueError, match="does not end"):
        ChunkFile(path)
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


@leaving_files_open
def test_a_disk_that_fills_leaves_no_half_of_an_index(library: Library) -> None:
    fill(library)
    shelf, folder = files_of(library), files_of(library)._folder
    library.write(
        {f"q/{number}.md": page(f"Un zorglub{number}.", title="Q") for number in range(9)}
    )
    assert library.ask("zorglub3").total == 1
    before = set(folder.glob("search_*.*"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in (0, 10, 500):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
        try:
            with pytest.raises(OSError, match="File too large"):
                library.search.write_recent(library.repository)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert set(folder.glob("search_*.*")) == before
        assert library.ask("zorglub3").total == 1
    library.search.write_recent(library.repository)
    assert shelf.snapshot().recent is None
    assert library.ask("zorglub3").total == 1


@leaving_files_open
def test_an_index_folder_that_vanished_comes_back(library: Library) -> None:
    fill(library)
    shutil.rmtree(files_of(library)._folder)
    assert [library.ask("capteur").total for _ in range(2)][-1] == 12


def test_an_index_of_other_code_starts_over(
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(library)
    head = library.repository.head()
    kept = files_of(library)
    with monkeypatch.context() as other:
        other.setattr(store, "EDITION", "other")
        with kept.writing(head, afresh=False) as index:
            assert index is not None
            index.remove("p/1")
            index.mark(head)
    assert kept.snapshot().marker == EMPTY
    assert library.ask("capteur").total == 12
    assert library.search.reflects() == library.repository.head()


def test_processes_share_an_index(library: Library) -> None:
    fill(library)
    other_repository = Repository.open(
        library.repository.folder, library.repository.folder.parent / "lock"
    )
    projections = open_index(other_repository, files_of(library)._folder.parent)
    other = Library(other_repository, projections)
    try:
        for number in range(6):
            one, two = (library, other) if number % 2 else (other, library)
            one.write({f"n/{number}.md": page(f"Un zorglub{number}.", title=f"N {number}")})
            assert one.ask(f"zorglub{number}").total == 1
            assert two.ask(f"zorglub{number}").total == 1
            assert two.ask("capteur").total == 12
    finally:
        projections.close()
        other_repository.close()


def test_a_few_changes_are_held_by_each_process_and_written_when_they_are_some(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "MOST_RECENT", 6)
    monkeypatch.setattr(shelves, "SOME_RECENT", 4)
    shelf, repository = files_of(fill(library)), library.repository
    written = shelf.snapshot().generation
    library.write({"p/1.md": page("Un autre, discret.", title="Page 1", visibility="members")})
    library.write({"p/2.md": None, "p/3.md": page("Un zorglub.", title="Page 3")})
    library.write({"p/3.md": page("Un capteur de zorglubs.", title="Page 3")})
    projections = open_index(repository, shelf._folder.parent)
    other = Library(repository, projections)
    for asked in (library, other):
        assert asked.ask("capteur").total == 10
        assert asked.paths("zorglub") == asked.paths("zorgl") == ["p/3"]
        assert asked.ask('"capteur de zorglubs"').total == 1
        assert (asked.ask("discret").total, asked.ask("discret", MEMBER).total) == (0, 1)
        assert [one.path for one in asked.search.suggest("page 3", VISITOR)] == ["p/3"]
    assert not library.search.is_due(repository)
    library.write({"p/4.md": page("Un dernier zorglub.", title="Page 4")})
    step_by_step = answers(library)
    assert shelf.snapshot().generation == written
    assert library.search.is_due(repository)
    library.search.write_recent(repository)
    assert shelf.snapshot().generation == written + 1
    assert shelf.snapshot().recent is None
    assert library.search.reflects() == repository.head()
    assert answers(library) == answers(other) == step_by_step
    # More than are held are written by whoever asks.
    library.write({f"q/{number}.md": page("Un zorglub.", title="Q") for number in range(7)})
    assert other.ask("zorglub").total == 9
    assert shelf.snapshot().generation == written + 2
    projections.close()


def test_threads_search_while_pages_change(library: Library) -> None:
    fill(library)
    wrong: list[object] = []

    def look() -> None:
        for _ in range(15):
            try:
                if library.ask("capteur", limit=30).total < 12:
                    wrong.append("lost")
            except Exception as error:  # noqa: BLE001, RUF100 - told by the main thread
                wrong.append(error)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        library.write({f"n/{number}.md": page("Un autre capteur.", title=f"N {number}")})
        library.ask("autre")
    for thread in threads:
        thread.join()
    assert not wrong
    assert library.ask("capteur").total == 22


def test_a_writer_that_has_the_lock_makes_the_others_wait_or_answer(
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(library)
    monkeypatch.setattr(store, "PATIENCE", 0.05)
    since = library.search.reflects()
    with files_of(library).writing(since, afresh=False) as first:
        assert first is not None
        with pytest.raises(Busy), files_of(library).writing(since, afresh=False):
            pass
        assert library.search.reflects() == since
        first.mark(since)


def test_a_change_that_fails_moves_nothing(library: Library) -> None:
    fill(library)
    since = library.search.reflects()
    with (
        pytest.raises(ZeroDivisionError),
        files_of(library).writing(since, afresh=False) as index,
    ):
        assert index is not None
        index.remove("p/1")
        index.mark("f" * 40)
        raise ZeroDivisionError
    assert library.search.reflects() == since
    assert library.ask("capteur").total == 12


def test_postings_read_in_bulk_are_those_of_whoosh(library: Library) -> None:
    fill(library)
    folder = files_of(library)
    index = FileIndex(folder._storage, indexname="search")
    field = words_field("public")
    with index.reader() as reader:
        (part,) = folder.snapshot().parts
        compared = 0
        for term in reader.lexicon(field):
            matcher = reader.postings(field, term)
            known = []
            while matcher.is_active():
                known.append((matcher.id(), matcher.weight(), matcher.value()))
                matcher.next()
            bulk = part.postings(field, term.decode())
            assert bulk is not None
            places = part.places(field, term.decode())
            read = [
                (document, weight, places[document])
                for document, weight in zip(bulk.documents, bulk.weights, strict=True)
            ]
            assert read == known
            compared += len(read)
        assert compared > 100


@settings(max_examples=25, deadline=None, database=None)
@given(first=st.integers(0, 100_000), added=st.lists(st.integers(1, 9), min_size=1, max_size=60))
def test_changes_leave_few_parts_and_copy_little(first: int, added: list[int]) -> None:
    sizes = [first] if first else []
    copied = most = 0
    changes = added * (1600 // len(added))
    for new in changes:
        chosen = merged(sizes, new)
        moved = sum(sizes[number] for number in chosen)
        many = len(sizes) > 16
        sizes = [size for number, size in enumerate(sizes) if number not in chosen]
        sizes.append(new + moved)
        copied += moved
        assert many or moved + new <= 500
        most = max(most, len(sizes))
    assert sum(sizes) == first + sum(changes)
    # All that was there is copied once at most, and each addition a few times.
    assert copied <= first + 8 * sum(changes)
    assert most <= 20


def test_a_small_part_knows_its_terms(library: Library) -> None:
    fill(library)
    for part in files_of(library).snapshot().stored:
        assert isinstance(part, Part)
        for field in ("public_words", "public_roots", "restricted_words"):
            kept = [name for name in part._terms.terms_from(field, b"") if name[0] == field]
            terms = [term.decode() for _field, term in kept]
            assert part.terms(field, "", 10**6) == terms
            for term in terms:
                assert part.postings(field, term) is not None
                start = term[:2]
                longer = [one.removeprefix(start) for one in terms if one.startswith(start)]
                assert part.terms(field, start, 99) == longer[:99]
            assert part.postings(field, "zzz") is None
            assert part.terms(field, "zzz", 9) == []


def test_an_index_is_made_by_one_process_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0)
    here, there = store.Files(tmp_path), FileStorage(str(tmp_path))
    lock = there.lock("search_WRITELOCK")
    assert lock.acquire()
    with pytest.raises(Busy), here.writing(EMPTY, afresh=True):
        pass
    assert not there.index_exists("search")
    lock.release()
    with here.writing(EMPTY, afresh=True) as index:
        assert index is not None
    assert there.index_exists("search")
