"""What is worked out from git: how fast, how large, and what one save makes of it. All in CPU."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.lines import Line, ms, percentile, timed
from bench.worlds import World, world
from wiki.config import load_settings
from wiki.instance import Instance, close_instance, open_instance
from wiki.pages.document import read_document
from wiki.projections.searching.results import SearchRequest
from wiki.projections.tables.file import FileTables
from wiki.reading import Reader
from wiki.repository.importing import stream_commits
from wiki.repository.objects import Author

#: pages and commits, and whether what a save costs is measured there
_SIZES = ((1_000, 1_000), (10_000, 25_000))
_SAVES = 40
_QUERIES = ("capteur solaire eau", "jardin partagé", "atelier", "vélo mobile commune", "serre")


def run() -> Iterator[Line]:
    """Indexing anew, then saves."""
    for size, commits in _SIZES:
        here = world(size, commits)
        with tempfile.TemporaryDirectory(prefix="carrefour-bench-") as name:
            copy = Path(name)
            # All of it but what is worked out: an instance that lacks a part is not opened.
            without = shutil.ignore_patterns("index", "outbox", "queue.db*")
            shutil.copytree(here.folder, copy, ignore=without, dirs_exist_ok=True)
            yield from _built(copy, here)
            yield from _saved(copy, here)


def _built(folder: Path, here: World) -> Iterator[Line]:
    """All projections from nothing; git alone reading the same pages is the reference."""
    with _opened(folder) as instance:
        repository, names = instance.repository, list(instance.projections)
        begun = time.process_time()
        texts = [repository.read_blob(blob) for _file, blob in repository.files(repository.head())]
        alone = time.process_time() - begun
        source, texts = sum(map(len, texts)), []
        begun = time.process_time()
        instance.projections.build(names)
        for name in names:
            instance.projections.catch_up(name)
        spent = time.process_time() - begun
        tables = FileTables.at(folder / "index")
        tables.rows().connection.execute("pragma wal_checkpoint(truncate)")
    yield Line(
        f"Indexing {here.size:,} pages, all projections",
        f"{here.size / spent:,.0f} pages a CPU second",
        f"reading them alone {here.size / alone:,.0f}",
        f"{spent / alone:.0f} ×",
        "≥ 200",
        here.size / spent >= 200,
    )
    index = tables.path.stat().st_size + _bytes(folder / "index" / "search")
    stored = _bytes(folder / "content.git")
    yield Line(
        f"Index of {here.size:,} pages on disk",
        f"{index / 1e6:.1f} MB ({_bytes(folder / 'index' / 'search') / 1e6:.1f} for search)",
        f"their text {source / 1e6:.1f} MB, content.git {stored / 1e6:.1f} MB",
        f"{index / source:.1f} ×, {index / stored:.1f} ×",
        "≤ 3.0 ×",
        index <= 3 * source,
    )


def _saved(folder: Path, here: World) -> Iterator[Line]:
    """Catching up after saves of a first page and of one below it, by projection; searches."""
    with _opened(folder) as instance:
        begun = time.process_time()
        _search(instance, 0)
        first = time.process_time() - begun
        known = [_spent(_search, instance, number) for number in range(20)]
        after: list[float] = []
        for kind, file in (("first page", "index.md"), ("plain page", "carnet.md")):
            spent: dict[str, list[float]] = {name: [] for name in instance.projections}
            parsed: list[float] = []
            for number in range(_SAVES):
                text = _save(instance, f"{here.pages[number % len(here.pages)]}/{file}", number)
                for name, times in spent.items():
                    times.append(_spent(instance.projections.catch_up, name))
                parsed.append(_spent(read_document, f"{text}\n."))
                after.append(_spent(_search, instance, number))
            yield timed(
                f"Catching up after a save of a {kind}, {here.size:,} pages: "
                + ", ".join(f"{name} {ms(median(times))}" for name, times in spent.items()),
                sum(median(times) for times in spent.values() if times),
                median(parsed),
                "reading its text",
            )
            core = sum(median(spent[name]) for name in ("changes", "links", "catalogue"))
            yield timed("… of that the core's tables", core, median(parsed), "reading", 0.004)
            times = [sum(pair) for pair in zip(spent["search"], after[-_SAVES:], strict=True)]
            what = f"A search after such a save, the index brought up, {here.size:,} pages"
            yield timed(what, median(times), median(known), "a search in quiet", 0.025)
            yield Line("… the 95th of a hundred", ms(percentile(times, 0.95)))
        yield timed(
            f"The first search after a start, {here.size:,} pages",
            first,
            median(known),
            "a search in quiet",
            0.3,
        )


@contextmanager
def _opened(folder: Path) -> Iterator[Instance]:
    instance = open_instance(load_settings(folder, environ={}))
    try:
        yield instance
    finally:
        close_instance(instance)


def _spent(work: Callable[..., object], *arguments: object) -> float:
    begun = time.process_time()
    work(*arguments)
    return time.process_time() - begun


def _search(instance: Instance, number: int) -> None:
    query = _QUERIES[number % len(_QUERIES)]
    Reader(instance).searching.search(SearchRequest(query, frozenset({"public"}), extracts=True))


def _save(instance: Instance, file: str, number: int) -> str:
    """Saves a page with a sentence more; its text."""
    repository, author = instance.repository, Author("Une main", "main@people.invalid")
    head = repository.head()
    found = repository.read(file, head)
    assert found is not None, file
    text = f"{found.data.decode()}\nUne phrase de plus sur l'eau, la {number}e.\n"
    with stream_commits(repository, head) as stream:
        when = datetime(2026, 11, 28, 9, number % 60, tzinfo=UTC)
        stream.commit({file: text.encode()}, author, "Une phrase de plus", when)
    return text


def _bytes(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
