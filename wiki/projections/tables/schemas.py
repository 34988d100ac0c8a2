"""Where rows of projections are with the setting ``index = "database"``: schemas of PostgreSQL,
beside the private rows.

::

    index/          "index"            where private rows are in "public"
    index/sisters/  "index_sisters"
    index/          "here_index"       where they are in "here"
"""

import re
from pathlib import Path
from threading import Lock

from sqlalchemy import func, select

from wiki.people.store.database import Database
from wiki.people.store.replica import Replica
from wiki.projections.tables.postgresql.replica import ReplicatedTables
from wiki.projections.tables.postgresql.server import ServerTables

#: the folder that is the site's own, and the one in it of copies of sisters
_OWN, SISTERS = "index", "sisters"
#: bytes that PostgreSQL leaves us for a schema's name, without those of a projection
_LONGEST = 30


class Schemas:
    """See ``Stores``."""

    def __init__(self, private: Database, replica: Replica | None = None) -> None:
        """Raises ValueError where its rows are not on PostgreSQL."""
        self._private, self._replica = private, replica
        self._tables: dict[str, ServerTables] = {}
        self._lock = Lock()

    def at(self, folder: Path) -> ServerTables:
        """See Stores."""
        other = re.sub(r"\W", "_", folder.name)
        return self._tables_of(_OWN if other == _OWN else f"{_OWN}_{other}")

    def _tables_of(self, name: str) -> ServerTables:
        with self._lock:
            if name not in self._tables:
                self._tables[name] = self._made(name)
            return self._tables[name]

    def _made(self, name: str) -> ServerTables:
        private, replica = self._private, self._replica
        if replica is None:
            return ServerTables(private, lambda: self._beside(name))
        return ReplicatedTables(private, lambda: self._beside(name), replica)

    def discard(self) -> None:
        """Throws away all that is kept there, whatever made it."""
        for name in (_OWN, f"{_OWN}_{SISTERS}"):
            self._tables_of(name).discard()

    def close(self) -> None:
        """Closes all connections; it can be used again."""
        for tables in self._tables.values():
            tables.close()

    def _beside(self, name: str) -> str:
        with self._private.reading(fresh=True) as session:
            own = session.scalar(select(func.current_schema())) or "public"
        return name[:_LONGEST] if own == "public" else f"{own}_{name}"[-_LONGEST:]
