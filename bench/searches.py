"""Search pages, results and facets and all."""

import random
from collections.abc import Iterator
from urllib.parse import quote

from bench.corpus import KINDS, PLACES, THINGS, VERBS
from bench.lines import Line, percentile, timed
from bench.load import Browser
from bench.servers import bare_flask, serving
from bench.worlds import world

#: pages, commits, and the 95th percentile that is good
_GROWTH = ((1_000, 1_000, 0.040), (5_000, 5_000, 0.040), (10_000, 25_000, 0.060))
_QUERIES = 60


def run() -> Iterator[Line]:
    """Queries of one to three words, none twice."""
    for size, commits, target in _GROWTH:
        here = world(size, commits)
        with bare_flask() as bare, serving(here.folder) as wiki:
            visitor, reference = Browser(wiki), Browser(bare)
            plain = percentile([reference.get("/").seconds for _query in range(20)], 0.95)
            queries = _queries()
            for query in queries[:10]:  # each worker has read the index by then
                _search(visitor, query)
            times = [_search(visitor, query) for query in queries[10:]]
            yield timed(
                f"A search page, {size:,} pages, p95",
                percentile(times, 0.95),
                plain,
                "bare Flask page",
                target,
            )


def _search(visitor: Browser, query: str) -> float:
    answer = visitor.get(f"/-/search?q={quote(query)}")
    assert answer.status == 200 and answer.body
    return answer.seconds


def _queries() -> list[str]:
    chance = random.Random(7)  # noqa: S311  (repeatable is the point)
    groups = (THINGS, KINDS, VERBS, PLACES)
    return [
        " ".join(chance.choice(chance.choice(groups)) for _word in range(1 + number % 3))
        + ("" if number % 5 else f" {number}")
        for number in range(_QUERIES + 10)
    ]
