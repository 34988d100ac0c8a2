"""A stage as it is read: counts, pages, losses, and all states in the order of time."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wiki.imports.stage import FILES, STORE

#: states without a time come last; a state is never before those that its page had before it
_ORDER = """
SELECT id FROM (SELECT id, MAX(COALESCE(seconds, 9e15)) OVER (
    PARTITION BY path, CASE path WHEN '' THEN file ELSE '' END ORDER BY id) AS at FROM entries)
ORDER BY at, id
"""
_COLUMNS = "id, file, path, key, author, mail, time, message, hash, size, onto, parts"


@dataclass(frozen=True)
class Entry:
    """One state of a page, or an attachment (``path`` is "" then)."""

    id: int
    file: str
    path: str
    key: str
    author: str
    mail: str
    time: str
    message: str
    hash: str
    size: int
    onto: str
    parts: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Its key, and the names of what it brings inside a page."""
        return (self.key, *filter(None, self.parts.split("\n")))

    @property
    def place(self) -> str:
        """The page's path or the attachment's file."""
        return self.path or self.file

    @property
    def when(self) -> datetime | None:
        """Its time, with an offset."""
        return datetime.fromisoformat(self.time) if self.time else None


@dataclass(frozen=True)
class Counts:
    """How much is on a stage; ``people`` are names of authors."""

    pages: int
    revisions: int
    files: int
    people: int
    losses: int


@dataclass(frozen=True)
class Loss:
    """Something that could not be carried."""

    what: str
    where: str
    detail: str


class Staged:
    """What a source left in ``folder``; to be closed."""

    def __init__(self, folder: Path) -> None:
        self._files = folder / FILES
        self._store = sqlite3.connect(folder / STORE, isolation_level=None, check_same_thread=False)

    def close(self) -> None:
        """Lets go of the file."""
        self._store.close()

    def counts(self) -> Counts:
        """How much there is."""
        row = self._store.execute(
            "SELECT COUNT(DISTINCT NULLIF(path, '')), COUNT(NULLIF(path, '')),"
            " COUNT(DISTINCT CASE path WHEN '' THEN file END), COUNT(DISTINCT NULLIF(author, '')),"
            " (SELECT COUNT(*) FROM losses) FROM entries"
        ).fetchone()
        return Counts(*row)

    def authors(self) -> list[tuple[str, str]]:
        """Each author whose mail was told, with that."""
        return self._store.execute(
            "SELECT DISTINCT author, mail FROM entries WHERE author != '' AND mail != ''"
            " ORDER BY author, mail"
        ).fetchall()

    def entries(self) -> Iterator[Entry]:
        """All states, in the order in which they become commits."""
        with closing(self._store.cursor()) as order:
            for (id,) in order.execute(_ORDER):
                yield self._entry(id)

    def last(self, limit: int, offset: int = 0) -> list[Entry]:
        """The last states of the first pages, in the order in which they were given."""
        rows = self._store.execute(
            "SELECT MAX(id) FROM entries WHERE path != '' GROUP BY path"
            " ORDER BY MIN(id) LIMIT ? OFFSET ?",
            (limit, offset),
        ).fetchall()
        return [self._entry(id) for (id,) in rows]

    def find(self, place: str) -> Entry | None:
        """The last state of a page, by its path, or of an attachment, by its file."""
        row = self._store.execute(
            "SELECT MAX(id) FROM entries WHERE CASE path WHEN '' THEN file ELSE path END = ?",
            (place,),
        ).fetchone()
        return None if row[0] is None else self._entry(row[0])

    def last_ids(self) -> Iterator[tuple[str, int]]:
        """Each page and attachment, with the number of its last state."""
        with closing(self._store.cursor()) as cursor:
            yield from cursor.execute(
                "SELECT CASE path WHEN '' THEN file ELSE path END AS place, MAX(id)"
                " FROM entries GROUP BY place"
            )

    def states(self) -> Iterator[tuple[int, str, str]]:
        """The number, place and key of each state, in the order in which they were given."""
        with closing(self._store.cursor()) as cursor:
            yield from cursor.execute(
                "SELECT id, CASE path WHEN '' THEN file ELSE path END, key FROM entries ORDER BY id"
            )

    def onto(self) -> dict[str, str]:
        """Of each page that is here and that the stage only changes, what git calls its text."""
        return dict(self._store.execute("SELECT path, onto FROM entries WHERE onto != ''"))

    def content(self, entry: Entry) -> bytes:
        """The bytes of a state. Raises OSError."""
        if not entry.path:
            return (self._files / entry.hash).read_bytes()
        (packed,) = self._store.execute(
            "SELECT text FROM entries WHERE id = ?", (entry.id,)
        ).fetchone()
        return zlib.decompress(packed)

    def redirects(self) -> dict[str, str]:
        """Old addresses, and what each leads to."""
        return dict(self._store.execute("SELECT old, path FROM redirects"))

    def restrictions(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """The visibility and the readers of each page that has any."""
        rows = self._store.execute("SELECT path, visibility, readers FROM restrictions")
        return {path: (word, tuple(filter(None, names.split("\n")))) for path, word, names in rows}

    def losses(self, what: str | None = None, limit: int = -1) -> Iterator[Loss]:
        """What could not be carried, of one kind or of all."""
        with closing(self._store.cursor()) as cursor:
            for row in cursor.execute(
                "SELECT what, place, detail FROM losses WHERE ?1 IS NULL OR what = ?1"
                " ORDER BY rowid LIMIT ?2",
                (what, limit),
            ):
                yield Loss(*row)

    def _entry(self, id: int) -> Entry:
        row = self._store.execute(f"SELECT {_COLUMNS} FROM entries WHERE id = ?", (id,)).fetchone()  # noqa: S608 - names of columns
        return Entry(*row)
