"""What the public projection keeps beside its commits: how far it is, and what it has shown."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from wiki.pages.paths import ROOT
from wiki.repository.objects import EMPTY

#: Another way of working it out is another edition: what was made the old way is made again.
EDITION = 1
_SCHEMA = """
create table if not exists published (node text primary key) without rowid;
create table if not exists moved (new text not null, old text not null);
create index if not exists moved_new on moved (new);
"""


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

    def __init__(self, rows: sqlite3.Connection) -> None:
        self._rows = rows
        self._noted: set[str] = set()

    def note(self, node: str) -> None:
        """Keeps that ``node`` was published."""
        if node not in self._noted:
            self._noted.add(node)
            self._rows.execute("insert or ignore into published values (?)", (node,))

    def note_moves(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Keeps that the first of each pair was once the second."""
        self._rows.executemany("insert into moved values (?, ?)", pairs)

    def former(self, node: str) -> list[str]:
        """The former names of what is at ``node`` or below it."""
        where, values = _inside("new", node)
        found = self._rows.execute(f"select distinct old from moved where {where}", values)
        return [old for (old,) in found]

    def any_below(self, node: str) -> bool:
        """Whether ``node``, or anything below it, was ever published."""
        where, values = _inside("node", node)
        found = self._rows.execute(f"select 1 from published where {where} limit 1", values)
        return found.fetchone() is not None


@contextmanager
def shown(folder: Path) -> Iterator[Shown]:
    """What ``folder`` has shown, as one transaction."""
    with closing(sqlite3.connect(folder / "shown.db")) as rows:
        rows.execute("pragma synchronous=off")
        rows.executescript(_SCHEMA)
        with rows:
            yield Shown(rows)


def _inside(column: str, node: str) -> tuple[str, tuple[str, ...]]:
    if node == ROOT:
        return "1", ()
    return f"({column} = ? or ({column} > ? and {column} < ?))", (node, f"{node}/", f"{node}0")
