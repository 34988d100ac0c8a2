"""Projections kept as rows of one SQLite file: rows and marker move in one transaction.

The schema text is its own version: where the code's differs from the stored one, the projection
starts over. Projections never need migrations.
"""

import sqlite3
from abc import abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import ClassVar

from wiki.cache.topics import HEAD, noted
from wiki.projections import row_changes
from wiki.projections.base import Progress, Projection
from wiki.projections.conditions import marks
from wiki.projections.row_changes import RowChanges, Watch
from wiki.projections.store import DAMAGED, Tables, error_code
from wiki.repository.objects import EMPTY
from wiki.repository.span import Span

#: files that may differ in a span whose rows are looked at one by one
_FEW = 100


class TableProjection(Projection):
    """A projection whose state is tables; every table's name begins with the projection's.

    A subclass gives ``name``, ``schema`` (the ``create`` statements) and ``write``; its questions
    read through ``self.reading()``. ``edition`` stands for whatever else the rows depend on, such
    as the plugins that give facts: where it changes, the projection starts over too.

    What a question reads it may name by topics: then it gives ``watches`` that bump them as rows
    change, and answers that asked it outlast a commit that changed nothing of what they read.
    """

    notes = True
    schema: ClassVar[str]
    watches: ClassVar[Sequence[Watch]] = ()
    #: it tells commits, not states: where history was rewritten, it starts over
    story: ClassVar[bool] = False

    def __init__(self, edition: str = "") -> None:
        self._text = f"{self.schema.strip()}\n-- {edition}" if edition else self.schema.strip()
        self._tables: Tables | None = None

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

    def open(self, folder: Path) -> None:
        """See Projection."""
        self._tables = Tables.at(folder)

    def close(self) -> None:
        """See Projection."""
        if self._tables is not None:
            self._tables.close()

    def reading(self, *topics: str) -> AbstractContextManager[sqlite3.Connection]:
        """``with projection.reading() as rows:`` one moment of the tables, all made.

        ``topics`` say what of the rows is read; without any it is all of them.
        """
        if (known := noted.get()) is not None:
            known.update(topics or (HEAD,))
        self._marker()
        return self.tables.reading()

    @abstractmethod
    def write(self, rows: sqlite3.Connection, span: Span, progress: Progress | None) -> None:
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
        question = 'select "commit" from marker where name = ?'
        found = self.tables.connection().execute(question, (f"{self.name} rows",)).fetchone()
        return str(found[0]) if found else EMPTY

    def apply(self, span: Span, progress: Progress | None = None) -> None:
        """See Projection."""
        self._marker()
        with self.tables.writing() as rows:
            marker = rows.execute(
                'select "schema", "commit" from marker where name = ?', (self.name,)
            ).fetchone()
            if marker != (self._text, span.since):
                return
            if self.story and not _continues(span):
                span = replace(span, since=EMPTY)
            if span.since == EMPTY:
                self._create(rows)
            if self.bumps:
                row_changes.bump(rows, self._write_watched(rows, span, progress))
            else:
                self.write(rows, span, progress)
            rows.execute('update marker set "commit" = ? where name = ?', (span.to, self.name))

    def changed(
        self, _rows: sqlite3.Connection, _span: Span, _topics: Collection[str]
    ) -> Iterable[str]:
        """Topics that are bumped beside ``topics``, those of rows."""
        return ()

    def _write_watched(
        self, rows: sqlite3.Connection, span: Span, progress: Progress | None
    ) -> Collection[str]:
        """Writes, and gives the topics of what changed."""
        if span.since == EMPTY or next(islice(span.changes(), _FEW, None), None) is not None:
            self.write(rows, span, progress)
            return (row_changes.ALL,)
        changes = RowChanges(rows, self.watches)
        self.write(rows, span, progress)
        topics = changes.end()
        return topics.union(self.changed(rows, span, topics))

    def reset(self) -> None:
        """See Projection. The rows stay, and answer, until the next ``apply`` replaces them."""
        with self.tables.writing() as rows:
            rows.execute(
                """insert or replace into marker select ?, "schema", "commit" from marker
                where name = ? and "commit" <> ?""",
                (f"{self.name} rows", self.name, EMPTY),
            )
            rows.execute('update marker set "commit" = ? where name = ?', (EMPTY, self.name))

    def moment(self, rows: sqlite3.Connection) -> Hashable:
        """The commits that the rows here and in ``needs`` are from, and their schemas."""
        names = (self.name, *self.needs)
        if (markers := self.tables.markers) is not None:
            return tuple((key, markers[key]) for key in sorted(markers) if key[0] in names)
        found = rows.execute(
            f'select name, "schema", "commit" from marker where name in ({marks(names)})'
            ' order by name, "schema"',
            names,
        )
        return tuple(((name, text), commit) for name, text, commit in found)

    def _marker(self) -> str | None:
        """The commit of the marker; makes the tables where they are missing or of another text."""
        if (markers := self.tables.markers) is not None:
            return markers.get((self.name, self._text))
        question = 'select "commit" from marker where name = ? and "schema" = ?'
        try:
            found = self.tables.connection().execute(question, (self.name, self._text)).fetchone()
        except sqlite3.DatabaseError as error:
            if error_code(error) not in DAMAGED:
                raise
            self.tables.discard()
            found = None
        if found is None:
            with self.tables.writing() as rows:
                found = rows.execute(question, (self.name, self._text)).fetchone()
                if found is None:
                    self._create(rows)
                    found = (EMPTY,)
        return str(found[0])

    def _create(self, rows: sqlite3.Connection) -> None:
        """Drops the tables of this projection, makes them anew, and notes their text."""
        mine = rows.execute(
            r"select name from sqlite_master where type = 'table' and name like ? escape '\'",
            (self.name.replace("_", r"\_") + r"\_%",),
        ).fetchall()
        for (table,) in mine:
            rows.execute(f'drop table "{table}"')
        for statement in _statements(self._text):
            rows.execute(statement)
        rows.execute("delete from marker where name = ?", (f"{self.name} rows",))
        rows.execute(
            "insert or replace into marker values (?, ?, ?)", (self.name, self._text, EMPTY)
        )


def _continues(span: Span) -> bool:
    """Whether history goes on from ``span.since``; a save, the usual case, needs no git child."""
    return (
        span.since == EMPTY
        or span.since in span.repository.commit_info(span.to).parents
        or span.ancestor
    )


def _statements(text: str) -> Iterator[str]:
    """The statements of a schema: ``executescript`` would commit the transaction under way."""
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def progress_steps(progress: Progress | None, total: int | None = None) -> Callable[[], None]:
    """A function to call once a step, which tells ``progress`` each time."""
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    return step
