"""What the public projection keeps beside its commits: how far it is, and what it has shown."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import MetaData, Table, insert, select

from wiki.projections.tables.conditions import inside, within
from wiki.projections.tables.dialect import insert_new
from wiki.projections.tables.rows import Rows, definitions, index, texts
from wiki.repository.objects import EMPTY

#: Another way of working it out is another edition: what was made the old way is made again.
EDITION = 2
TABLES = MetaData()
PUBLISHED = Table("published", TABLES, *texts("node", primary_key=True), sqlite_with_rowid=False)
MOVED = Table("moved", TABLES, *texts("new old"), index("moved_new", "new"))


_NOTE, _MOVE = insert_new(PUBLISHED), insert(MOVED)
_FORMER = select(MOVED.c.old).where(inside(MOVED.c.new)).distinct()
_SHOWN = select(PUBLISHED.c.node).where(inside(PUBLISHED.c.node)).limit(1)


@dataclass(frozen=True)
class Marker:
    """The commit that is reflected, what it became (None: nothing is public), and whether they are
    the same."""

    reflects: str = EMPTY
    public: str | None = None
    same: bool = True
    edition: int = EDITION


def read_marker(folder: Path) -> Marker:
    """The marker of ``folder``; the first one where it has none, or one that cannot be used."""
    try:
        marker = Marker(**json.loads((folder / "marker").read_text("ascii")))
    except (OSError, ValueError, TypeError):
        return Marker()
    return marker if marker.edition == EDITION else Marker()


def write_marker(folder: Path, marker: Marker) -> None:
    """Keeps ``marker``; a reader sees the old one or the new one."""
    part = folder / f"marker.{os.getpid()}"
    part.write_text(json.dumps(asdict(marker)), "ascii")
    part.replace(folder / "marker")


class Shown:
    """The nodes that were ever published, and where what moved came from."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._noted: set[str] = set()

    def note(self, node: str) -> None:
        """Keeps that ``node`` was published."""
        if node not in self._noted:
            self._noted.add(node)
            self._rows.execute(_NOTE, {"node": node})

    def note_moves(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Keeps that the first of each pair was once the second."""
        self._rows.execute_many(_MOVE, ({"new": new, "old": old} for new, old in pairs))

    def former(self, node: str) -> list[str]:
        """The former names of what is at ``node`` or below it."""
        return self._rows.scalars(_FORMER, within(node))

    def any_below(self, node: str) -> bool:
        """Whether ``node``, or anything below it, was ever published."""
        return self._rows.first(_SHOWN, within(node)) is not None


@contextmanager
def shown(folder: Path) -> Iterator[Shown]:
    """What ``folder`` has shown, as one transaction."""
    with closing(sqlite3.connect(folder / "shown.db")) as connection:
        connection.execute("pragma synchronous=off")
        rows = Rows(connection)
        for definition in definitions(TABLES):
            connection.execute(definition)
        with connection:
            yield Shown(rows)
