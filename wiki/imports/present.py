"""What stands in the wiki already, for a source that links to it or puts lines into its pages.

The wiki writes it beside the stage (``write_present``); the source reads it in its child, which
knows nothing else of the wiki (``Present``). Who imports may read all.
"""

import sqlite3
import zlib
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from wiki.imports.earlier import find_earlier
from wiki.instance import Instance
from wiki.pages.names import title_key
from wiki.pages.page import TYPES
from wiki.projections.catalogue import select
from wiki.reading import system_reader
from wiki.reading.lists import iterate_rows
from wiki.reading.pages import find_page

STORE = "present.db"
_TABLE = """
CREATE TABLE pages (
    path TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    title TEXT NOT NULL,
    blob TEXT NOT NULL,
    text BLOB NOT NULL
);
CREATE INDEX pages_title ON pages (title, type);
CREATE TABLE keys (key TEXT PRIMARY KEY);
"""


def write_present(instance: Instance, source: str, folder: Path) -> None:
    """Writes the pages of a type into ``folder``, for an import by the source of that name."""
    reader = system_reader(instance, "import")
    rows = list(iterate_rows(reader, select(types=TYPES)))
    earlier = find_earlier(instance.repository, reader.head, source, ())
    blobs = dict(instance.repository.files(reader.head))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STORE).unlink(missing_ok=True)
    with closing(sqlite3.connect(folder / STORE)) as store, store:
        store.executescript(_TABLE)
        for row in rows:
            page = find_page(reader, row.path)
            if page is None:
                continue
            text = zlib.compress(page.text.encode("utf-8", "replace"), 1)
            store.execute(
                "INSERT INTO pages VALUES (?, ?, ?, ?, ?)",
                (row.path, row.type, title_key(row.title), blobs.get(page.file, ""), text),
            )
        store.executemany("INSERT INTO keys VALUES (?)", [(key,) for key in earlier.keys])


class Present:
    """The pages of a type that stand in the wiki: none where nobody wrote them down."""

    def __init__(self, folder: Path) -> None:
        file = folder / STORE
        self._store = sqlite3.connect(file if file.exists() else ":memory:")
        if not file.exists():
            self._store.executescript(_TABLE)

    def find(self, title: str, types: Sequence[str]) -> str | None:
        """The path of the page so called, of the first of ``types`` of which there is one.

        ``title`` may also be a path itself.
        """
        key = title_key(title)
        if not key:
            return None
        row = self._store.execute("SELECT type FROM pages WHERE path = ?", (title,)).fetchone()
        if row is not None and row[0] in types:
            return title
        for type in types:
            row = self._store.execute(
                "SELECT path FROM pages WHERE title = ? AND type = ? ORDER BY path", (key, type)
            ).fetchone()
            if row is not None:
                return str(row[0])
        return None

    def text(self, path: str) -> str | None:
        """The text of the page; None where it is of no type, or not there."""
        text = self._value("text", path)
        return None if text is None else zlib.decompress(text).decode()

    def blob(self, path: str) -> str:
        """What git calls that text; "" where it is not there."""
        return self._value("blob", path) or ""

    def knows(self, key: str) -> bool:
        """Whether an earlier import by this source brought that state, or that part of a page."""
        found = self._store.execute("SELECT 1 FROM keys WHERE key = ?", (key,)).fetchone()
        return found is not None

    def keys(self, start: str) -> list[str]:
        """What ``knows`` knows that begins so."""
        asked = "SELECT key FROM keys WHERE key >= ? AND key < ? ORDER BY key"
        return [key for (key,) in self._store.execute(asked, (start, f"{start}\U0010ffff"))]

    def _value(self, column: str, path: str) -> Any:
        query = f"SELECT {column} FROM pages WHERE path = ?"  # noqa: S608 - names of columns
        row = self._store.execute(query, (path,)).fetchone()
        return None if row is None else row[0]

    def close(self) -> None:
        """Lets go of the file."""
        self._store.close()
