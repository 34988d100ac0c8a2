"""Where the vectors of an instance are: in files, followed by what all its nodes share."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from wiki.meaning.encoding import Encoder
from wiki.meaning.vectors import Vectors
from wiki.projections.tables.file import FileTables
from wiki.projections.tables.store import Stores

if TYPE_CHECKING:
    from wiki.projections.tables.postgresql.server import ServerTables
    from wiki.projections.tables.postgresql.vectors import ServerVectors


class VectorPlaces:
    """The vectors kept beside what else is worked out, in an ``index/`` folder."""

    def __init__(self, folder: Path, stores: Stores) -> None:
        """``stores`` say whether there is something beside the files that nodes share."""
        self._folder, self._stores = folder, stores
        self._shared: dict[str, ServerVectors] = {}

    def at(
        self, name: str, encoder: Encoder, *, coarse: bool = False, asking: Encoder | None = None
    ) -> Vectors:
        """The vectors by ``encoder`` of the texts that ``name`` has; see ``Vectors``."""
        folder, tables = self._folder / name, self._stores.at(self._folder)
        if isinstance(tables, FileTables):
            return Vectors(encoder, folder, coarse=coarse, asking=asking)
        # With it comes the driver of PostgreSQL.
        from wiki.meaning.exchange import SharedVectors
        from wiki.projections.tables.postgresql.vectors import ServerVectors

        called = f"{name}/{encoder.name}-{encoder.dimensions}" + ("-coarse" if coarse else "")
        if (shared := self._shared.get(called)) is None:
            shared = ServerVectors(cast("ServerTables", tables), called, encoder.dimensions)
            self._shared[called] = shared
        return SharedVectors(encoder, folder, shared, coarse=coarse, asking=asking)

    def kind(self) -> str:
        """The type of the column that nodes share; "" where vectors are in files alone."""
        tables = self._stores.at(self._folder)
        if isinstance(tables, FileTables):
            return ""
        from wiki.projections.tables.postgresql.vectors import ServerVectors

        return ServerVectors(cast("ServerTables", tables), "", 0).kind()
