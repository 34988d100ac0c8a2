"""What statements read and write, as topics that kept answers depend on (``wiki/cache``).

Each statement names its tables, so none can be forgotten: ``rows:poll_vote``. Inside ``about`` a
table is read and written by key, ``rows:poll_vote:projets/lora``; then whoever writes otherwise
bumps ``rows:poll_vote:*``, which all who read by a key depend on too.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import local

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPICursor

from wiki.cache.topics import note, noted, noting, only
from wiki.people.models.tables import Base
from wiki.people.store.statements import tables_of

#: a key, and the tables of which no rows are read and written but its own
_About = tuple[str, frozenset[str]]
_ALL: _About = ("*", frozenset())


class RowTopics:
    """Of the statements that ``engine`` executes, for each thread."""

    def __init__(self, engine: Engine) -> None:
        self._local = local()
        event.listen(engine, "before_cursor_execute", self._note_read)
        event.listen(engine, "after_cursor_execute", self._note_written)

    def begin(self) -> None:
        """What this thread has ``written`` is counted from now on."""
        self._local.written = frozenset()

    @property
    def written(self) -> frozenset[str]:
        """The topics of the rows that this thread has written since ``begin``."""
        return getattr(self._local, "written", frozenset())

    @contextmanager
    def about(self, key: str, *tables: type[Base]) -> Iterator[None]:
        """See ``Database.about``."""
        before = self._about
        self._local.about = key, frozenset(f"rows:{table.__tablename__}" for table in tables)
        try:
            yield
        finally:
            self._local.about = before

    @contextmanager
    def noting_all(self) -> Iterator[set[str]]:
        """Gives what is noted inside, of whole tables; for ``note``, later and by others too."""
        before, self._local.about = self._about, _ALL
        try:
            with only(), noting() as topics:
                yield topics
        finally:
            self._local.about = before

    def note(self, topics: Iterable[str]) -> None:
        """Notes ``topics``; of tables that are read about a key, that key."""
        key, tables = self._about
        for one in topics:
            note((f"{one}:{key}", f"{one}:*") if one in tables else (one,))

    def _note_read(
        self, _connection: Connection, _cursor: object, statement: str, *_more: object
    ) -> None:
        if noted.get() is not None:
            self.note(tables_of(statement)[0])

    def _note_written(
        self, _connection: Connection, cursor: DBAPICursor, statement: str, *_more: object
    ) -> None:
        written = tables_of(statement)[1]
        # One that gives rows back tells how many it changed only once they are read.
        if written and (cursor.rowcount != 0 or cursor.description is not None):
            key, tables = self._about
            keys = {f"{one}:{key if one in tables else '*'}" for one in written}
            self._local.written = self.written | written | keys

    @property
    def _about(self) -> _About:
        return getattr(self._local, "about", _ALL)
