"""The search index in PostgreSQL: shared by processes, mended, packed, and never in the way."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from wiki.projections.interface import Busy
from wiki.projections.searching.index.schema import words_field
from wiki.projections.searching.postgres import connection, layout, shelf
from wiki.projections.searching.postgres.shelf import RowShelf
from wiki.projections.searching.results import SearchRequest
from wiki.projections.searching.spelling import Vocabulary, nearest
from wiki.projections.tables.file import FileTables
from wiki.projections.tables.store import Stores
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository
from wiki.telemetry.slow import limit

from .histories import changes_of, steps
from .searching import Library, a_library, open_index
from .stores import STORES
from .test_search_index import answers, fill
from .world import MEMBER, VISITOR, page


@pytest.fixture(scope="module", params=STORES[1:])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Schemas of PostgreSQL."""
    with request.param() as made:
        yield made


def rows_of(library: Library) -> RowShelf:
    kept = library.search._shelf
    assert isinstance(kept, RowShelf)
    return kept


@contextmanager
def another(library: Library, stores: Stores) -> Iterator[Library]:
    """As another process has the same wiki."""
    folder = library.repository.folder
    repository = Repository.open(folder, folder.parent / "lock")
    projections = open_index(repository, library.index, stores)
    try:
        yield Library(repository, projections, library.index)
    finally:
        projections.close()
        repository.close()


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(steps)
def test_both_places_answer_alike_whatever_the_way_to_a_commit(
    stores: Stores, history: list[Any]
) -> None:
    with TemporaryDirectory() as name, a_library(Path(name), stores) as walked:
        present: dict[str, str] = {}
        for number, step in enumerate(history):
            if changed := changes_of(step, present):
                walked.write(changed)
                present.update({file: text for file, text in changed.items() if text is not None})
                for file in [file for file, text in changed.items() if text is None]:
                    del present[file]
                assert walked.projections.catch_up("search")
            if number % 3 == 2:
                walked.search.write_recent(walked.repository)
        step_by_step = answers(walked)
        for place in ("files", "built"):
            at = open_index(
                walked.repository,
                walked.index.with_name(f"{walked.index.name}_{place}"),
                FileTables if place == "files" else stores,
            )
            at.build(list(at))
            assert answers(Library(walked.repository, at)) == step_by_step
            at.close()
        walked.projections.rebuild("search")
        assert answers(walked) == step_by_step
        assert not walked.projections.failures


def test_processes_share_what_one_has_written(library: Library, stores: Stores) -> None:
    fill(library)
    with another(library, stores) as other:
        for number in range(4):
            one, two = (library, other) if number % 2 else (other, library)
            one.write({f"n/{number}.md": page(f"Un zorglub{number}.", title=f"N {number}")})
            assert one.ask(f"zorglub{number}").total == 1
            assert two.ask(f"zorglub{number}").total == 1
            assert two.ask("capteur").total == 12
        assert rows_of(other)._state() == rows_of(library)._state()


def test_latest_pages_are_put_among_the_postings_and_joined(
    library: Library, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_RECENT", 3)
    monkeypatch.setattr(shelf, "SOME_RECENT", 2)
    monkeypatch.setattr(shelf, "_PACKS", 3)
    fill(library)
    kept = rows_of(library)
    with another(library, stores) as other:
        for number in range(9):
            library.write(
                {
                    f"p/{number}.md": page(f"Un capteur, un gloubi{number}.", title=f"P {number}"),
                    f"q/{number}.md": page("Discret.", title="Q", visibility="members"),
                }
            )
            assert library.ask("capteur", limit=50) == other.ask("capteur", limit=50)
            assert library.ask("capteur").total == 12
            assert library.search.is_due(library.repository) == (kept._state().pages >= 2)
            if number % 2:
                other.search.write_recent(other.repository)
                assert kept._state().pages == 0
            assert library.paths(f"gloubi{number}") == [f"p/{number}"]
            assert other.ask("discret", MEMBER).total == number + 1
            assert other.ask("discret").total == 0
        library.search.write_recent(library.repository)
        state = kept._state()
        assert state.packed == state.size
        held = kept.connections.read(
            kept._layout.text(
                "SELECT count(*) FROM {}.posting_%(build)d WHERE term = '0wcapteur'",
                state.build,
            )
        )
        assert held[0][0] <= 3
        before = library.ask("capteur gloubi", limit=50)
        library.projections.rebuild("search")
        assert library.ask("capteur gloubi", limit=50) == before


def test_no_row_keeps_a_word_of_what_is_gone(library: Library) -> None:
    fill(library)
    library.write({"gone.md": page("Un xylophone.", title="Parti")})
    assert library.ask("xylophone").total == 1
    library.search.write_recent(library.repository)
    library.write({"gone.md": None})
    assert library.ask("xylophone").total == 0
    kept = rows_of(library)
    asked = "SELECT count(*) FROM {}.posting_%(build)d WHERE term = '0wxylophone'"

    def rows() -> int:
        counted = kept.connections.read(kept._layout.text(asked, kept._state().build))
        return int(counted[0][0])

    library.search.write_recent(library.repository)
    assert rows() == 1
    library.search.write_recent(library.repository, clean=True)
    assert rows() == 0
    assert (library.ask("capteur").total, kept._state().gone) == (12, 0)


def test_a_request_reads_what_it_began_with(library: Library, stores: Stores) -> None:
    search = fill(library).search
    with another(library, stores) as other:
        search.begin()
        held = search.reflects()
        other.write({"p/1.md": None, "n.md": page("Un capteur, davantage.", title="N")})
        assert other.ask("capteur").total == 12
        other.search.write_recent(other.repository)
        found = search.search(SearchRequest("capteur", VISITOR, limit=50))
        assert {hit.path for hit in found.hits} == {f"p/{number}" for number in range(12)}
        assert search.reflects() == held
        # Once all was made anew, it is asked again.
        other.projections.rebuild("search")
        assert search.search(SearchRequest("numéro3", VISITOR)).damaged
        assert library.ask("capteur").total == 12
        assert library.ask("davantage").total == 1


def test_a_schema_that_was_thrown_away_comes_back(library: Library) -> None:
    fill(library)
    kept = rows_of(library)
    with kept.connections.writing() as cursor:
        cursor.execute(f'DROP SCHEMA "{kept.connections.schema}" CASCADE')
    assert [library.ask("capteur").total for _again in range(2)][-1] == 12
    assert not library.projections.failures


def test_other_code_has_a_schema_beside(library: Library) -> None:
    fill(library)
    theirs = RowShelf(rows_of(library)._tables)
    theirs.connections = connection.Connections(rows_of(library)._tables, "other0123")
    assert theirs.snapshot().marker == EMPTY
    assert theirs.renewed
    assert library.ask("capteur").total == 12


def test_a_writer_makes_the_others_wait_or_answer(
    library: Library, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(library)
    monkeypatch.setattr(connection, "PATIENCE", 0.05)
    with another(library, stores) as other, rows_of(other).connections.writing():
        library.write({"n.md": page("Un zorglub.", title="N")})
        with pytest.raises(Busy):
            library.search.reset()
        assert library.ask("zorglub").total == 0, "the old state answers"
        assert library.ask("capteur").total == 12
    library.projections._later.clear()
    assert library.ask("zorglub").total == 1


def test_a_change_that_fails_moves_nothing(library: Library) -> None:
    fill(library)
    before, state = library.search.reflects(), rows_of(library)._state()
    with pytest.raises(ZeroDivisionError), rows_of(library)._writing(before) as (cursor, known):
        assert known is not None
        rows_of(library)._layout.save(cursor, known._replace(commit="f" * 40))
        raise ZeroDivisionError
    assert rows_of(library)._state() == state
    assert library.ask("capteur").total == 12


def test_a_connection_that_was_cut_is_made_again(library: Library) -> None:
    fill(library)
    kept = rows_of(library).connections
    ((pid,),) = kept.read("SELECT pg_backend_pid()")
    with kept.moment() as other:
        if other.connection.info.backend_pid != pid:
            other.execute("SELECT pg_terminate_backend(%s)", (pid,))
    assert library.ask("capteur").total == 12


def test_slow_statements_of_search_are_told_without_what_was_typed(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fill(library)
    monkeypatch.setattr(limit, "seconds", 0.0)
    library.write({"n.md": page("Un zorglub.", title="N")})
    assert library.ask("zorglub").total == 1
    library.ask("capteru")
    told = [one.getMessage() for one in caplog.records if one.name == "wiki.slow"]
    for said in (".state", "term = ANY(%s)", "SELECT id, card FROM", "length(term) BETWEEN %s"):
        assert any(said in one for one in told), said
    assert not any(word in one for word in ("zorglub", "capt") for one in told)


def test_threads_search_while_pages_change(library: Library) -> None:
    fill(library)
    wrong: list[object] = []

    def look() -> None:
        for _again in range(15):
            try:
                if library.ask("capteur", limit=30).total < 12:
                    wrong.append("lost")
            except Exception as error:  # noqa: BLE001, RUF100 - told by the main thread
                wrong.append(error)

    threads = [threading.Thread(target=look) for _number in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        library.write({f"n/{number}.md": page("Un autre capteur.", title=f"N {number}")})
        library.ask("autre")
    for thread in threads:
        thread.join()
    assert not wrong
    assert library.ask("capteur").total == 22


def test_texts_that_rows_could_not_hold(library: Library) -> None:
    """NUL bytes, quotes, more words and places than a ``tsvector`` takes."""
    words = " ".join(f"mot{number}é" for number in range(30_000))
    library.write(
        {
            "nul.md": page("Un\0 capteur.", title="Nul"),
            "quotes.md": page("Un capteur l'été \\ 'x' \"y\" \\'.", title="Nul 'l\\"),
            "long.md": page(f"{'très ' * 400}{words} baleine bleue", title="Long"),
            "a'b.md": page("Une baleine bleue.", title="Petit"),
        }
    )
    assert library.paths("capteur x") == library.paths('"x y"') == ["quotes"]
    assert library.paths('"baleine bleue"') == ["a'b"], "the places of the other lie too far"
    assert set(library.paths("baleine mot7e")) == {"a'b", "long"}
    assert not library.projections.failures
    for typed in ("\0", "capteur\0", "x" * 100_000, "'" * 500, "\\ & | ! <-> :*", '"\\ \'"'):
        library.ask(typed)
        library.search.suggest(typed, MEMBER)


@pytest.mark.parametrize(
    "typed", ["agriculteur", "agricultuer", "fremes", "jrad", "capteru", "lora", "ecole", "ecoless"]
)
@pytest.mark.parametrize("trigrams", [True, False])
def test_near_words_are_those_of_the_whole_vocabulary(
    library: Library, typed: str, trigrams: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not trigrams:
        none = layout.TRIGRAMS_SCHEMA.replace("pg_trgm", "none")
        monkeypatch.setattr("wiki.projections.searching.postgres.part.TRIGRAMS_SCHEMA", none)
    words = "agriculteur agricultrice ferme fermes capteur jard jarde lors lorra ecole ecoles x2 12"
    library.write({"a.md": page(f"{words}.", title="Un")})
    assert library.ask("ferme").total == 1
    field = words_field("public")
    asked = [library.search._shelf.snapshot().rows.vocabulary(field)]  # type: ignore[attr-defined]
    whole = [Vocabulary(library.search._shelf.snapshot().rows.terms(field, "", 10**6))]  # type: ignore[attr-defined]
    assert nearest(asked, typed) == nearest(whole, typed)
