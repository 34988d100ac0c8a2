"""The nearest of 100,000 vectors: in memory, as the wiki asks, beside pgvector, which keeps them.

Needs a server with pgvector: ``WIKI_TEST_POSTGRES`` names it; a database is made there and dropped
again. Vectors lie about some thousand subjects; what an encoder takes is left out. ``found`` is the
part of the nearest twenty that an answer has, of those that its reader may see.

    python -m bench.vectors --size 20000
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from sqlalchemy import make_url

from bench.engines import database
from bench.lines import Line, table, timed
from wiki.meaning.encoding import Matrix
from wiki.meaning.exchange import SharedVectors
from wiki.meaning.vectors import text_digest
from wiki.people.store.database import Database
from wiki.projections.tables.schemas import Schemas
from wiki.projections.vectors import VectorPlaces

_SIZE, _ASKED, _NEAREST, _SUBJECTS = 100_000, 20, 20, 1_000
_NEAR = """
    SELECT digest FROM "index:vectors".vector v {}
    ORDER BY vector::halfvec(512) <=> %s::halfvec(512) LIMIT {}
"""
_SEEN = "JOIN seen USING (digest) WHERE NOT hidden"


class _Kind:
    """What vectors are said to be by; nothing is encoded."""

    name, dimensions, weight, quick = "made", 512, 1.0, True

    def encode(self, texts: Any) -> Matrix:
        """Nothing asks."""
        raise NotImplementedError


def run(size: int = _SIZE) -> Iterator[Line]:
    """Put by one node, taken by another, asked in each way."""
    url = os.environ.get("WIKI_TEST_POSTGRES", "")
    if not url:
        yield Line("Vectors in PostgreSQL", "not measured: WIKI_TEST_POSTGRES names no server")
        return
    with (
        tempfile.TemporaryDirectory(prefix="carrefour-bench-") as name,
        database(url) as address,
        closing(Database(address)) as private,
    ):
        stores = Schemas(private)
        one, other = (
            VectorPlaces(Path(name) / node / "index", stores) for node in ("one", "other")
        )
        if one.kind() != "halfvec":
            yield Line("Vectors in PostgreSQL", "not measured: the server has no pgvector")
            return
        ours, theirs = (place.at("made", _Kind(), coarse=True) for place in (one, other))
        assert isinstance(ours, SharedVectors) and isinstance(theirs, SharedVectors)
        keys, rows = [text_digest(str(at)) for at in range(size)], _rows(size)
        begun = time.perf_counter()
        for start in range(0, size, 4_096):
            ours.keep(keys[start : start + 4_096], rows[start : start + 4_096])
        put = time.perf_counter() - begun
        begun = time.perf_counter()
        assert theirs.follow()
        taken = time.perf_counter() - begun
        yield timed(f"{size:,} vectors taken by another node", taken, put, "put")
        yield from _asked(address, theirs, keys, rows)
        stores.close()


def _rows(size: int) -> Matrix:
    chance = np.random.default_rng(1)
    subjects = chance.standard_normal((_SUBJECTS, _Kind.dimensions)).astype(np.float32)
    rows = subjects[chance.integers(0, _SUBJECTS, size)]
    rows = rows + chance.standard_normal(rows.shape).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)  # type: ignore[no-any-return]


def _asked(address: str, store: SharedVectors, keys: list[bytes], rows: Matrix) -> Iterator[Line]:
    import psycopg

    chance = np.random.default_rng(2)
    chosen = chance.integers(0, len(keys), _ASKED)
    hidden = chance.random(len(keys)) < 0.99
    hidden[chosen] = False
    seen = [key for key, gone in zip(keys, hidden, strict=True) if not gone]
    plain = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as sql:
        sql.execute('SET search_path = public, "index"')
        sql.execute("SET jit = off; SET maintenance_work_mem = '512MB'")
        sql.execute("CREATE TABLE seen (digest bytea PRIMARY KEY, hidden boolean NOT NULL)")
        with sql.cursor().copy("COPY seen FROM STDIN") as copy:
            for key, gone in zip(keys, hidden, strict=True):
                copy.write_row((key, bool(gone)))
        sql.execute('ANALYZE seen; ANALYZE "index:vectors".vector')

        def memory(among: list[bytes], vector: Matrix) -> list[bytes]:
            near = store.cosines(store.places(among), vector)
            return [among[at] for at in np.argsort(-near, kind="stable")[:_NEAREST]]

        def server(clause: str, vector: Matrix) -> list[bytes]:
            said = f"[{','.join(f'{number:.6f}' for number in vector)}]"
            found = sql.execute(_NEAR.format(clause, _NEAREST), (said,))
            return [bytes(one[0]) for one in found]

        by = [rows[at] for at in chosen]
        for what, among, clause in (
            ("all seen", keys, ""),
            ("one in a hundred seen", seen, _SEEN),
        ):
            first = _times(partial(memory, among), by)
            exact = _times(partial(server, clause), by)
            name = f"Nearest of {len(keys):,}, {what}"
            yield timed(f"{name}: pgvector, exact", exact[0], first[0], "in memory")
            yield Line(f"{name}: found by pgvector, exact", _found(exact[1], first[1]))
        begun = time.perf_counter()
        sql.execute("SET statement_timeout = 0")
        sql.execute(
            'CREATE INDEX made_near ON "index:vectors".vector'
            " USING hnsw ((vector::halfvec(512)) halfvec_cosine_ops)"
        )
        ((room,),) = sql.execute("SELECT pg_relation_size('\"index:vectors\".made_near')")
        built = f"{time.perf_counter() - begun:.0f} s, {room / 1e6:,.0f} MB"
        yield Line(f"An index by HNSW of {len(keys):,} vectors", built)
        # Else the planner sorts what is seen, which is exact.
        sql.execute("SET enable_sort = off; SET enable_hashjoin = off")
        for what, among, clause, walk in (
            ("all seen", keys, "", "off"),
            ("one in a hundred seen", seen, _SEEN, "off"),
            ("one in a hundred seen, going on until there are enough", seen, _SEEN, "strict_order"),
        ):
            sql.execute(f"SET hnsw.iterative_scan = {walk}")
            first = _times(partial(memory, among), by)
            quick = _times(partial(server, clause), by)
            name = f"Nearest of {len(keys):,}, {what}"
            yield timed(f"{name}: HNSW", quick[0], first[0], "in memory")
            yield Line(f"{name}: found by HNSW", _found(quick[1], first[1]))


def _times(
    ask: Callable[[Matrix], list[bytes]], by: list[Matrix]
) -> tuple[float, list[list[bytes]]]:
    """The median of all, once it is warm, and the answers."""
    ask(by[0])
    took, found = [], []
    for vector in by:
        begun = time.perf_counter()
        found.append(ask(vector))
        took.append(time.perf_counter() - begun)
    return median(took), found


def _found(answers: list[list[bytes]], exact: list[list[bytes]]) -> str:
    shared = [
        len(set(one) & set(other)) / len(other) for one, other in zip(answers, exact, strict=True)
    ]
    return f"{sum(shared) / len(shared):.2f}"


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", type=int, default=_SIZE)
    print(table(list(run(arguments.parse_args().size))))
