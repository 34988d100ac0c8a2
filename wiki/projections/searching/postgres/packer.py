"""Postings by term, written some thousand documents at a time.

A term has a row for each time that some were written; ``merge`` makes one of them. Numbers only
grow, so that rows are joined by writing one's bytes behind the other's, which PostgreSQL does.
"""

from array import array
from collections.abc import Iterable
from typing import Any

from wiki.projections.searching.postgres.layout import Layout

#: postings that are held before they are written
_MOST = 1_000_000

_COPY = "COPY {}.%(table)s_%(build)d (term, first, documents, weights) FROM STDIN (FORMAT BINARY)"
_JOINED = """
    INSERT INTO {}.posting_%(build)d (term, first, documents, weights)
    SELECT term, min(first), string_agg(documents, ''::bytea ORDER BY first),
        string_agg(weights, ''::bytea ORDER BY first)
    FROM pieces GROUP BY term ORDER BY term
"""
_JOIN = (
    "WITH pieces AS (DELETE FROM {}.posting_%(build)d WHERE first >= %(first)d"
    " RETURNING term, first, documents, weights)" + _JOINED
)
_STAGE = """
    CREATE UNLOGGED TABLE {}.stage_%(build)d (
        term text COLLATE "C", first integer, documents bytea, weights bytea
    );
    ALTER TABLE {}.stage_%(build)d
        ALTER documents SET STORAGE EXTERNAL, ALTER weights SET STORAGE EXTERNAL
"""
_UNSTAGE = "WITH pieces AS (TABLE {}.stage_%(build)d)" + _JOINED + "; DROP TABLE {}.stage_%(build)d"


class Packer:
    """Takes documents in their order, in the transaction of a cursor."""

    def __init__(self, cursor: Any, layout: Layout, build: int, *, stage: bool = False) -> None:
        """``stage``: all come anew, and are joined before they are put in their place."""
        self._cursor, self._layout, self._build = cursor, layout, build
        self._stage = stage
        if stage:
            cursor.execute(layout.text(_STAGE, build))
        self._terms: dict[str, tuple[array[int], array[float]]] = {}
        self._held = 0

    def add(self, number: int, terms: Iterable[tuple[str, float]]) -> None:
        """Takes the terms of one document."""
        known = self._terms
        before = self._held
        for term, weight in terms:
            if (found := known.get(term)) is None:
                found = known[term] = (array("i"), array("f"))
            found[0].append(number)
            found[1].append(weight)
            self._held += 1
        if self._held >= _MOST > before:
            self.flush()

    def flush(self) -> None:
        """Writes what is held."""
        if not self._terms:
            return
        table = "stage" if self._stage else "posting"
        with self._cursor.copy(self._layout.text(_COPY, self._build, table=table)) as copy:
            copy.set_types(["text", "int4", "bytea", "bytea"])
            for term in sorted(self._terms):
                documents, weights = self._terms[term]
                copy.write_row((term, documents[0], documents.tobytes(), weights.tobytes()))
        self._terms, self._held = {}, 0

    def finish(self) -> None:
        """Writes what is held, and puts what was staged in its place."""
        self.flush()
        if self._stage:
            self._cursor.execute(self._layout.text(_UNSTAGE, self._build))

    def merge(self, first: int) -> None:
        """Makes one row a term of all that begin at document ``first`` or later."""
        self._cursor.execute(self._layout.text(_JOIN, self._build, first=first))
