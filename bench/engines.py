"""The search index in PostgreSQL beside the one in files: the same pages, the same questions.

Needs a server: ``WIKI_TEST_POSTGRES`` names it; a database is made there and dropped again. CPU is
that of this process and of the server's processes for it, where that runs on this machine.
"""

import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from secrets import token_hex
from statistics import median

import psycopg
from sqlalchemy import make_url

from bench.corpus import KINDS, PLACES, THINGS, VERBS, make_repository
from bench.lines import Line, ms, percentile, timed
from bench.worlds import FOLDER
from wiki.people.store.database import Database
from wiki.projections.base import Projections
from wiki.projections.catalogue import Catalogue
from wiki.projections.changes import Changes
from wiki.projections.search import SearchProjection
from wiki.projections.searching.results import SearchRequest
from wiki.projections.searching.spacefacts import CatalogueFacts
from wiki.projections.tables.schemas import Schemas
from wiki.repository.importing import stream_commits
from wiki.repository.objects import Author
from wiki.repository.repository import Repository

_SIZES = (10_000, 100_000)
_QUERIES, _SAVES = 200, 20
#: what each page says of itself that facets count
_FACETS = ("theme", "territory")
_AUDIENCE = frozenset({"public"})
_HELD = """
    SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname LIKE '%:search:%'
"""
_TICK = os.sysconf("SC_CLK_TCK")


def run() -> Iterator[Line]:
    """Each size in turn."""
    url = os.environ["WIKI_TEST_POSTGRES"]
    for size in _SIZES:
        yield from measured(url, size)


def measured(url: str, size: int) -> Iterator[Line]:
    """Indexing, questions and saves of both, over one repository."""
    folder = FOLDER / f"engines-{size}"
    if not (folder / "content.git" / "HEAD").is_file():
        make_repository(folder / "content.git", size, max(1, size // 500))
    with (
        tempfile.TemporaryDirectory(prefix="carrefour-bench-") as name,
        database(url) as address,
        closing(Database(address)) as private,
        psycopg.connect(address, autocommit=True) as beside,
    ):
        copy = Path(name) / "content.git"
        shutil.copytree(folder / "content.git", copy)
        repository = Repository.open(copy, Path(name) / "lock")
        catalogue = Catalogue([])
        facts = CatalogueFacts(catalogue, _FACETS)
        files, rows = SearchProjection(facts), SearchProjection(facts)
        stores = Schemas(private)
        theirs = Projections(repository, Path(name) / "index", [Changes(), catalogue, files])
        # The catalogue stays where it was opened first, so that both count the same facets.
        ours = Projections(repository, Path(name) / "rows", [rows], stores=stores)
        theirs.catch_up("catalogue")
        server = _Server(beside)
        spent = {
            "rows": _spent(server, partial(ours.build, ["search"])),
            "files": _spent(server, partial(theirs.build, ["search"])),
        }
        assert not ours.behind("search") and not theirs.behind("search")
        rate, reference = (size / spent[one][0] for one in ("rows", "files"))
        yield Line(
            f"Indexing {size:,} pages for search, PostgreSQL",
            f"{rate:,.0f} pages a CPU second",
            f"in files {reference:,.0f}",
            f"{reference / rate:.1f} ×",
            "≥ 150",
            rate >= 150,
        )
        ((stored,),) = beside.execute(_HELD)
        lying = sum(one.stat().st_size for one in (Path(name) / "index" / "search").iterdir())
        yield Line(
            f"Search index of {size:,} pages",
            f"{float(stored) / 1e6:,.0f} MB",
            f"in files {lying / 1e6:,.0f} MB",
            f"{float(stored) / lying:.1f} ×",
        )
        first = [_spent(server, partial(_ask, one, "capteur")) for one in (rows, files)]
        yield timed(
            f"The first search of a process, {size:,} pages", first[0][1], first[1][1], "files"
        )
        yield from _asked(server, size, rows, files)
        yield from _saved(server, size, repository, ours, theirs, files, rows)
        ours.close()
        theirs.close()
        repository.close()


def _asked(
    server: "_Server", size: int, rows: SearchProjection, files: SearchProjection
) -> Iterator[Line]:
    queries = _queries()
    times: dict[str, list[tuple[float, float]]] = {"rows": [], "files": []}
    totals: list[int] = []
    for query in queries:
        for name, search in (("rows", rows), ("files", files)):
            times[name].append(_spent(server, partial(_ask, search, query)))
    for query in queries[:20]:
        told = [_ask(one, query) for one in (rows, files)]
        assert told[0] == told[1], query
        totals.append(told[0][0])
    wall = {name: [one[1] for one in found] for name, found in times.items()}
    cpu = {name: [one[0] for one in found] for name, found in times.items()}
    what = f"A search with facets, {size:,} pages, {median(totals):,.0f} results"
    ours, theirs = (percentile(wall[name], 0.95) for name in ("rows", "files"))
    yield timed(f"{what}, p95", ours, theirs, "files", 0.060)
    yield timed(f"{what}, median", median(wall["rows"]), median(wall["files"]), "files")
    yield timed(f"{what}, CPU", sum(cpu["rows"]) / _QUERIES, sum(cpu["files"]) / _QUERIES, "files")


def _saved(
    server: "_Server",
    size: int,
    repository: Repository,
    ours: Projections,
    theirs: Projections,
    files: SearchProjection,
    rows: SearchProjection,
) -> Iterator[Line]:
    times: dict[str, list[float]] = {"rows": [], "files": [], "search": []}
    author = Author("Une main", "main@people.invalid")
    for number in range(_SAVES):
        head = repository.head()
        with stream_commits(repository, head) as stream:
            when = datetime(2026, 11, 28, 9, number % 60, tzinfo=UTC)
            text = f"# Une page {number}\n\nUn capteur de plus, le {number}e, dans la serre.\n"
            stream.commit({f"projets/essai-{number}.md": text.encode()}, author, "Une page", when)
        theirs.catch_up("catalogue")
        times["rows"].append(_spent(server, partial(ours.catch_up, "search"))[1])
        times["files"].append(_spent(server, partial(theirs.catch_up, "search"))[1])
        times["search"].append(_spent(server, partial(_ask, rows, "capteur serre"))[1])
        _ask(files, "capteur serre")
    what = f"Catching up after a save, {size:,} pages"
    yield timed(what, median(times["rows"]), median(times["files"]), "files")
    yield Line(f"A search right after a save, {size:,} pages", ms(median(times["search"])))


def _ask(search: SearchProjection, query: str) -> tuple[int, object, object]:
    found = search.search(SearchRequest(query, _AUDIENCE, today=date(2026, 11, 28)))
    assert not found.damaged
    return found.total, found.hits, found.facets


def _queries() -> list[str]:
    chance = random.Random(7)  # noqa: S311  (repeatable is the point)
    groups = (THINGS, KINDS, VERBS, PLACES)
    return [
        " ".join(chance.choice(chance.choice(groups)) for _word in range(1 + number % 3))
        + ("" if number % 5 else f" {number}")
        for number in range(_QUERIES)
    ]


def _spent(server: "_Server", work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of CPU, ours and the server's, and by the clock."""
    before, begun = server.cpu() + time.process_time(), time.perf_counter()
    work()
    ended = time.perf_counter()
    return server.cpu() + time.process_time() - before, ended - begun


class _Server:
    """The processes that a server has for a database."""

    def __init__(self, connection: "psycopg.Connection[tuple[int]]") -> None:
        self._connection = connection

    def cpu(self) -> float:
        """Seconds that those have spent which there are."""
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        spent = 0.0
        for (pid,) in self._connection.execute(asked).fetchall():
            with suppress(FileNotFoundError):
                told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                spent += (int(told[11]) + int(told[12])) / _TICK
        return spent


@contextmanager
def database(url: str) -> Iterator[str]:
    name = f"bench_{token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield make_url(url).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
