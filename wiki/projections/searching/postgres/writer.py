"""What is written of documents, as rows of the index."""

from typing import Any

from wiki.projections.searching.index.entries import Change
from wiki.projections.searching.postgres.layout import Layout, State
from wiki.projections.searching.postgres.packer import Packer
from wiki.projections.searching.postgres.rows import COLUMNS, row_of, terms_of

_COPY = f"COPY {{}}.page_%(build)d ({COLUMNS}) FROM STDIN"
_LEAVE = """
    UPDATE {}.page_%(build)d SET gone = %%s WHERE path = ANY(%%s) AND gone IS NULL
"""


class Writer:
    """Documents put in and out, in the transaction of a cursor; ``state`` counts them."""

    def __init__(
        self, cursor: Any, layout: Layout, state: State, packer: Packer | None = None
    ) -> None:
        self._cursor, self._layout, self._packer = cursor, layout, packer
        self.state = state._replace(change=state.change + 1)

    def replace(self, changes: list[Change]) -> None:
        """Has the pages have these entries alone."""
        paths = [path for path, _entries in changes]
        state = self.state
        asked = (state.change, paths)
        gone = self._cursor.execute(self._layout.text(_LEAVE, state.build), asked).rowcount
        self.state = state._replace(pages=state.pages + len(paths), gone=state.gone + gone)
        self.add(changes)

    def add(self, changes: list[Change]) -> None:
        """Puts in what is not there yet."""
        state = self.state
        found = [entry for _path, entries in changes for entry in entries]
        packed = self._packer is not None
        with self._cursor.copy(self._layout.text(_COPY, state.build)) as copy:
            for number, entry in enumerate(found, state.size):
                copy.write_row(row_of(entry, number, state.change, packed=packed))
        if self._packer is not None:
            for number, entry in enumerate(found, state.size):
                self._packer.add(number, terms_of(entry))
        self.state = state._replace(size=state.size + len(found))
