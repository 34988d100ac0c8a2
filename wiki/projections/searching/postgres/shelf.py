"""The index in PostgreSQL: what one process wrote, all read; a few changed pages cost few rows.

::

    state ──▶ as known ──────────────────▶ the snapshot that there is
          ├─▶ more documents, some gone ─▶ a snapshot with these: ``terms`` of the latest in memory
          └─▶ another build, or packed ──▶ read anew
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any

from wiki.cache.properties import cached_property
from wiki.projections.interface import Busy, Progress
from wiki.projections.searching.index.columns import Numbering
from wiki.projections.searching.index.entries import Change, ChangesOf, Entry
from wiki.projections.searching.index.part import Damaged
from wiki.projections.searching.index.postings import Kept
from wiki.projections.searching.index.recent import RecentPart
from wiki.projections.searching.index.snapshot import Recent, Snapshot
from wiki.projections.searching.postgres.connection import Connections
from wiki.projections.searching.postgres.layout import EDITION, STATE, Layout, State
from wiki.projections.searching.postgres.packer import Packer
from wiki.projections.searching.postgres.part import RowPart
from wiki.projections.searching.postgres.rows import entry_of, terms_of
from wiki.projections.searching.postgres.words import WordColumns
from wiki.projections.searching.postgres.writer import Writer
from wiki.projections.tables.postgresql.server import ServerTables
from wiki.projections.tables.projection import progress_steps
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository
from wiki.repository.span import Span

log = logging.getLogger(__name__)

#: changed pages whose terms lie with them at most, and for how many they are put among the postings
MOST_RECENT, SOME_RECENT = 100, 20
#: rows that a common term has at most beside its first
_PACKS = 16
#: documents that may be gone, however few there are
_MANY = 1_000
#: pages of a span that are written by one statement
_TOGETHER = 200
#: bytes of postings that a process keeps as arrays
_KEPT = 32 << 20
_RETRIES = 5

_WORDS = """
    SELECT path, kind, space, readers FROM {}.page_%(build)d
    WHERE id >= %%s AND id < %%s ORDER BY id
"""
_LATEST = """
    SELECT kind, readers, space, card, terms FROM {}.page_%(build)d
    WHERE id >= %%s AND id < %%s ORDER BY id
"""
_GONE = "SELECT id FROM {}.page_%(build)d WHERE gone > %%s AND gone <= %%s"
_UNPACKED = """
    SELECT id, kind, readers, space, card, terms FROM {}.page_%(build)d
    WHERE id >= %%s ORDER BY id
"""
_PACKED = "UPDATE {}.page_%(build)d SET terms = NULL WHERE id >= %%s"


class RowSnapshot(Snapshot):
    """A snapshot of rows, which says by its ``state`` what it reflects."""

    def __init__(
        self,
        state: State,
        part: RowPart,
        alive: bytearray,
        numbering: Numbering,
        recent: RecentPart,
    ) -> None:
        latest = Recent(state.commit, recent) if recent.size else None
        super().__init__(state.change, [part], alive, numbering, latest)
        self.state = state
        self.rows = part

    @property
    def written(self) -> str:
        """See Snapshot."""
        return self.state.commit

    @property
    def renewed(self) -> bool:
        """See Snapshot."""
        return False

    @property
    def holds(self) -> str:
        """See Snapshot."""
        return self.state.held


class RowShelf:
    """See ``searching/shelf.py``: the index in one schema of a database."""

    def __init__(self, tables: ServerTables) -> None:
        """``tables`` are those beside it."""
        self._tables = tables
        self.connections = Connections(tables, EDITION)
        self._lock = threading.Lock()
        self._snapshot: RowSnapshot | None = None
        self._numbering = Numbering()
        self._kept = Kept(_KEPT)
        self._words = WordColumns()
        self.renewed = False

    @cached_property
    def _layout(self) -> Layout:
        return Layout(self.connections.schema)

    # Reading

    def begin(self, _is_wanted: Callable[[Snapshot], bool] | None = None) -> Snapshot:
        """See Shelf."""
        return self.snapshot()

    def end(self) -> None:
        """See Shelf."""

    def snapshot(self) -> RowSnapshot:
        """See Shelf."""
        for _again in range(_RETRIES):
            state = self._state()
            known = self._snapshot
            if known is not None and known.state == state:
                return known
            with self._lock:
                known = self._snapshot
                if known is not None and known.state == state:
                    return known
                if (made := self._made(known)) is not None:
                    self._snapshot = made
                    return made
        raise Damaged("the search index changes all the time")

    def _state(self) -> State:
        for _again in range(2):
            with suppress(Damaged):
                found = self.connections.read(self._layout.text(STATE))
                return State(*found[0]) if found else State()
            with self.connections.writing() as cursor:
                self.renewed = self._layout.prepare(cursor, self.connections.beside)
        raise Damaged("the search index cannot be made")

    def _made(self, known: RowSnapshot | None) -> RowSnapshot | None:
        """A snapshot of what is there now; None where it went away meanwhile."""
        try:
            with self.connections.moment() as cursor:
                state = self._layout.read(cursor)
                if state.build == 0:
                    return self._with(state, None, bytearray(), RecentPart())
                old = known.state if known is not None else None
                if known is None or old is None or old.build != state.build:
                    self._words = WordColumns()
                    return self._whole(cursor, state, State())
                if old.packed != state.packed:
                    return self._whole(cursor, state, old)
                return self._extended(cursor, state, known)
        except Damaged:
            return None

    def _whole(self, cursor: Any, state: State, old: State) -> RowSnapshot:
        build, words = state.build, self._words
        asked = (words.size, state.packed)
        words.extend(cursor.execute(self._layout.text(_WORDS, build), asked))
        alive = bytearray(b"\1") * state.size
        for (number,) in cursor.execute(self._layout.text(_GONE, build), (0, state.change)):
            alive[number] = 0
        latest = self._latest(cursor, state, state.packed)
        part = RowPart(self.connections, build, state.packed, words.upto(state.packed), self._kept)
        return self._with(state, part, alive, RecentPart().extended(latest, 0))

    def _extended(self, cursor: Any, state: State, known: RowSnapshot) -> RowSnapshot:
        old = known.state
        alive = known.alive.copy()
        alive.extend(b"\1" * (state.size - old.size))
        asked = (old.change, state.change)
        for (number,) in cursor.execute(self._layout.text(_GONE, state.build), asked):
            alive[number] = 0
        recent = known.recent.part if known.recent else RecentPart()
        recent = recent.extended(self._latest(cursor, state, old.size), 0)
        return self._with(state, known.rows, alive, recent)

    def _latest(self, cursor: Any, state: State, since: int) -> list[Entry]:
        asked = (since, state.size)
        rows = cursor.execute(self._layout.text(_LATEST, state.build), asked)
        return [entry_of(row) for row in rows]

    def _with(
        self, state: State, part: RowPart | None, alive: bytearray, recent: RecentPart
    ) -> RowSnapshot:
        if part is None:
            part = RowPart(self.connections, 0, 0, self._words.upto(0), self._kept)
        return RowSnapshot(state, part, alive, self._numbering, recent)

    def discard(self, reason: Exception) -> None:
        """See Shelf. The rows are others' too: what this process knows of them is let go of."""
        log.info("the search index is read anew: %r", reason)
        with self._lock:
            self._snapshot = None

    def close(self) -> None:
        """See Shelf."""
        with self._lock:
            self._snapshot = None

    # Writing

    def apply(self, span: Span, changes: ChangesOf, progress: Progress | None = None) -> None:
        """See Shelf."""
        if span.since == EMPTY:
            with self.starting_over(span) as take:
                if take is not None:
                    step = progress_steps(progress)
                    take(_stepping(changes(span), step))
            return
        with self._writing(span.since) as (cursor, state):
            if state is None:
                return
            step = progress_steps(progress)
            writing = Writer(cursor, self._layout, state)
            found = iter(_stepping(changes(span), step))
            while some := list(islice(found, _TOGETHER)):
                writing.replace(some)
            state = writing.state._replace(commit=span.to, held=span.to)
            if state.pages > MOST_RECENT:
                state = self._pack(cursor, state)
            self._layout.save(cursor, state)

    @contextmanager
    def starting_over(
        self, span: Span, since: str | None = EMPTY
    ) -> Iterator[Callable[[Iterable[Change]], None] | None]:
        """See Shelf. The former tables answer until this is done; ``since`` as of ``_writing``."""
        with self._writing(since) as (cursor, state):
            if state is None:
                yield None
                return
            state = State(build=state.build + 1, change=state.change + 1)
            self._layout.make(cursor, state.build)
            packer = Packer(cursor, self._layout, state.build, stage=True)
            writing = Writer(cursor, self._layout, state, packer)

            def take(changes: Iterable[Change]) -> None:
                found = iter(changes)
                while some := list(islice(found, _TOGETHER)):
                    writing.add(some)

            yield take
            packer.finish()
            size = writing.state.size
            self._layout.finish(cursor, state.build)
            state = state._replace(size=size, packed=size, first=size)
            self._layout.save(cursor, state._replace(commit=span.to, held=span.to))
        # Whoever reads what held before is not kept waiting, nor is this undone for them.
        with suppress(Busy), self.connections.writing() as cursor:
            self._layout.drop(cursor)

    def is_due(self, repository: Repository) -> bool:
        """See Shelf: whether some terms lie beside the postings, or most of them are gone."""
        state = self._state()
        return state.pages >= SOME_RECENT or _is_worn(state)

    def write_recent(
        self, repository: Repository, changes: ChangesOf, *, clean: bool = False
    ) -> None:
        """See Shelf."""
        state = self._state()
        if state.commit != EMPTY and state.gone and (clean or _is_worn(state)):
            span = Span(repository, EMPTY, repository.head())
            with self.starting_over(span, None) as take:
                if take is not None:
                    take(changes(span))
            return
        with self._writing(None) as (cursor, now):
            if now is not None and now.pages:
                self._layout.save(cursor, self._pack(cursor, now))

    def reset(self) -> None:
        """See Shelf."""
        with self._writing(None) as (cursor, state):
            if state is not None and state.commit != EMPTY:
                self._layout.save(cursor, state._replace(commit=EMPTY))

    @contextmanager
    def _writing(self, since: str | None) -> Iterator[tuple[Any, State | None]]:
        """A transaction, with the state; None where that is not of ``since`` any more."""
        if self._snapshot is None:
            self._state()  # makes it where it is missing
        with self.connections.writing() as cursor:
            state = self._layout.read(cursor)
            yield cursor, state if since is None or state.commit == since else None

    def _pack(self, cursor: Any, state: State) -> State:
        """Puts the terms of the latest documents among the postings."""
        packer = Packer(cursor, self._layout, state.build)
        unpacked = cursor.execute(
            self._layout.text(_UNPACKED, state.build), (state.packed,)
        ).fetchall()
        for number, *row in unpacked:
            packer.add(number, terms_of(entry_of(row)))
        packer.finish()
        cursor.execute(self._layout.text(_PACKED, state.build), (state.packed,))
        state = state._replace(packed=state.size, packs=state.packs + 1, pages=0)
        if state.packs >= _PACKS:
            # What came since is joined; once it is as large as what was there, all is.
            first = state.first if state.size < 2 * state.first else 0
            packer.merge(first)
            state = state._replace(packs=1 if first else 0, first=first or state.size)
        return state


def _is_worn(state: State) -> bool:
    """Whether more of the documents are gone than there are."""
    return state.gone > max(_MANY, state.size // 2)


def _stepping(changes: Iterable[Change], step: Callable[[], None]) -> Iterator[Change]:
    for change in changes:
        yield change
        step()
