"""Projections kept as rows of SQL tables: rows and marker move in one transaction.

The definitions of the tables are their version: where those of the code differ from the stored
ones, the projection starts over. Projections never need migrations.
"""

from abc import abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import ClassVar

from sqlalchemy import MetaData, bindparam, delete, select, update

from wiki.cache.topics import HEAD, noted
from wiki.pages.head.frontmatter import EDITION as HEADS
from wiki.projections.interface import Progress, Projection, TakeBatch
from wiki.projections.tables.dialect import upsert
from wiki.projections.tables.markers import ALL, MARKER, MARKERS, bump
from wiki.projections.tables.row_changes import RowChanges, Watch, watched
from wiki.projections.tables.rows import Rows
from wiki.projections.tables.store import Overtaken, Stores, Tables
from wiki.projections.tables.tallies import Tally
from wiki.repository.objects import EMPTY
from wiki.repository.span import Span

#: files that may differ in a span whose rows are looked at one by one
_FEW = 100

_NAMED = MARKER.c.name == bindparam("projection")
_COMMIT = select(MARKER.c.commit).where(_NAMED)
_COMMIT_OF_VERSION = _COMMIT.where(MARKER.c.schema == bindparam("schema"))
_STATE = select(MARKER.c.schema, MARKER.c.commit).where(_NAMED)
_STATES = MARKERS.order_by(MARKER.c.name, MARKER.c.schema)
_NAMES = select(MARKER.c.name)
_PUT = upsert(MARKER)
_MOVE = update(MARKER).where(_NAMED)
_FORGET = delete(MARKER).where(_NAMED)


class TableProjection(Projection):
    """A projection whose state is tables; every table's name begins with the projection's.

    A subclass gives ``name``, ``schema`` (its tables) and ``write``; its questions read through
    ``self.reading()``. ``edition`` stands for whatever else the rows depend on, such as the plugins
    that give facts: where it changes, the projection starts over too.

    What a question reads it may name by topics: then it gives ``watches`` that bump them as rows
    change, and answers that asked it outlast a commit that changed nothing of what they read.

    ``tallies`` are counts of watched tables that are kept beside them.
    """

    notes = True
    schema: ClassVar[MetaData]
    watches: ClassVar[Sequence[Watch]] = ()
    tallies: ClassVar[Sequence[Tally]] = ()

    def __init__(self, edition: str = "") -> None:
        self._edition = edition
        self._version = self._marked = ""
        self._tables: Tables | None = None
        self._renewed = False

    @property
    def tables(self) -> Tables:
        """Where the rows are; raises RuntimeError before ``open``."""
        if self._tables is None:
            raise RuntimeError(f"projection {self.name} was not opened")
        return self._tables

    @property
    def store(self) -> Tables:
        """See Projection."""
        return self.tables

    def open(self, folder: Path, stores: Stores) -> None:
        """See Projection."""
        tables = self._tables = stores.at(folder)
        said = "\n".join((*tables.definitions(self.schema), f"heads {HEADS}", self._edition))
        self._version = blake2b(said.encode(), digest_size=16).hexdigest()
        self._marked = tables.marker_of(self.name, self._version, self.schema)

    def close(self) -> None:
        """See Projection."""
        if self._tables is not None:
            self._tables.close()

    def reading(self, *topics: str) -> AbstractContextManager[Rows]:
        """``with projection.reading() as rows:`` one moment of the tables, all made.

        ``topics`` say what of the rows is read; without any it is all of them.
        """
        if (known := noted.get()) is not None:
            known.update(topics or (HEAD,))
        self._marker()
        return self.tables.reading()

    @abstractmethod
    def write(self, rows: Rows, span: Span, progress: Progress | None) -> None:
        """Moves the rows from ``span.since`` to ``span.to``; they are empty where it is EMPTY.

        It neither begins nor ends a transaction.
        """

    def reflects(self) -> str:
        """See Projection."""
        return self._marker() or EMPTY

    def holds(self) -> str:
        """See Projection."""
        marker = self.reflects()
        if marker != EMPTY:
            return marker
        (commit,) = self.tables.first(_COMMIT, {"projection": self._rows_name}) or (EMPTY,)
        return str(commit)

    @property
    def _rows_name(self) -> str:
        """The marker of the commit that the rows are from while they wait to be replaced."""
        return f"{self._marked} rows"

    def is_renewed(self) -> bool:
        """See Projection."""
        return self._renewed

    def apply(self, span: Span, progress: Progress | None = None) -> None:
        """See Projection."""
        self._marker()
        asked, state = {"projection": self._marked}, (self._version, span.since)
        with (
            suppress(Overtaken),
            self.tables.writing(lambda rows: rows.first(_STATE, asked) == state) as rows,
        ):
            if (self.story or self.repeats_story) and not _continues(span):
                span = replace(span, since=EMPTY)
            if span.since == EMPTY:
                self._create(rows)
            if self.bumps:
                bump(rows, self._write_watched(rows, span, progress))
            else:
                self.write(rows, span, progress)
            rows.execute(_MOVE, {"projection": self._marked, "commit": span.to})

    @contextmanager
    def starting_over(self, span: Span) -> Iterator[TakeBatch | None]:
        """See Projection."""
        self._marker()
        with self.tables.writing() as rows:
            if rows.first(_STATE, {"projection": self._marked}) != (self._version, EMPTY):
                yield None
                return
            self._create(rows)
            self._stop_watching(rows)
            yield lambda batch: self.write(rows, batch, None)
            self._settle(rows)
            bump(rows, (ALL,) if self.bumps else ())
            rows.execute(_MOVE, {"projection": self._marked, "commit": span.to})

    def changed(self, _rows: Rows, _span: Span, _topics: Collection[str]) -> Iterable[str]:
        """Topics that are bumped beside ``topics``, those of rows."""
        return ()

    def _write_watched(self, rows: Rows, span: Span, progress: Progress | None) -> Collection[str]:
        """Writes, and gives the topics of what changed."""
        if span.since == EMPTY or next(islice(span.changes(), _FEW, None), None) is not None:
            self._stop_watching(rows)
            self.write(rows, span, progress)
            self._settle(rows)
            return (ALL,)
        changes = RowChanges(self.tables.notes(rows), self.watches)
        self.write(rows, span, progress)
        if (changed := changes.end()) is None:
            self._settle(rows)
            return (ALL,)
        for tally in self.tallies:
            tally.add(rows, changed.get(tally.of.name, ()))
        topics = changes.topics(changed)
        return topics.union(self.changed(rows, span, topics))

    def _settle(self, rows: Rows) -> None:
        """Called once much is written, and nobody noted what."""
        for tally in self.tallies:
            tally.count_anew(rows)
        self.tables.settle(rows, self.schema)

    def _stop_watching(self, rows: Rows) -> None:
        self.tables.notes(rows).stop(watched(self.watches))

    def reset(self) -> None:
        """See Projection. The rows stay, and answer, until the next ``apply`` replaces them."""
        with self.tables.writing() as rows:
            schema, commit = rows.first(_STATE, {"projection": self._marked}) or ("", EMPTY)
            if commit != EMPTY:
                values = {"name": self._rows_name, "schema": schema, "commit": commit}
                rows.execute(_PUT, values)
            rows.execute(_MOVE, {"projection": self._marked, "commit": EMPTY})

    def moment(self, rows: Rows) -> Hashable:
        """The commits that the rows here and in ``needs`` are from, and their schemas."""
        names = (self.name, *self.needs)
        of = self.tables.projection_of
        if (markers := self.tables.markers) is not None:
            return tuple((key, markers[key]) for key in sorted(markers) if of(key[0]) in names)
        found = rows.execute(_STATES).fetchall()
        return tuple(
            ((name, version), commit) for name, version, commit in found if of(name) in names
        )

    def _marker(self) -> str | None:
        """The commit of the marker; makes the tables where they are missing or of another text."""
        if (markers := self.tables.markers) is not None:
            return markers.get((self._marked, self._version))
        asked = {"projection": self._marked, "schema": self._version}
        found = self.tables.first(_COMMIT_OF_VERSION, asked)
        if found is None:
            with self.tables.writing() as rows:
                found = rows.first(_COMMIT_OF_VERSION, asked)
                if found is None:
                    of, known = self.tables.projection_of, rows.scalars(_NAMES)
                    self._renewed = any(of(name) == self.name for name in known)
                    self._create(rows)
                    found = (EMPTY,)
        return str(found[0])

    def _create(self, rows: Rows) -> None:
        """Has the tables of this projection be there and empty, and notes their version."""
        self.tables.make(rows, self._marked, self.schema, self.watches)
        rows.execute(_FORGET, {"projection": self._rows_name})
        rows.execute(_PUT, {"name": self._marked, "schema": self._version, "commit": EMPTY})


def _continues(span: Span) -> bool:
    """Whether history goes on from ``span.since``; a save, the usual case, needs no git child."""
    return (
        span.since == EMPTY
        or span.since in span.repository.commit_info(span.to).parents
        or span.ancestor
    )


def progress_steps(progress: Progress | None, total: int | None = None) -> Callable[..., None]:
    """A function to call once a step, or with how many, which tells ``progress`` each time."""
    done = 0

    def step(more: int = 1) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(done, total)

    return step
