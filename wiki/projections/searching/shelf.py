"""Where the search index is kept: in files (``index/``), or as rows of PostgreSQL (``postgres/``).

Both give the same ``Snapshot`` to questions, so that all that ranks, counts, corrects and shows is
written once, and both answer alike.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from wiki.projections.interface import Progress
from wiki.projections.searching.index.entries import Change, ChangesOf
from wiki.projections.searching.index.shelf import FileShelf
from wiki.projections.searching.index.snapshot import Snapshot
from wiki.projections.tables.file import FileTables
from wiki.projections.tables.store import Stores
from wiki.repository.repository import Repository
from wiki.repository.span import Span

if TYPE_CHECKING:
    from wiki.projections.tables.postgresql.server import ServerTables


class Shelf(Protocol):
    """What keeps the index. Whatever is read of it raises Damaged where it cannot be."""

    #: whether what was thrown away last was another version's
    renewed: bool

    def snapshot(self) -> Snapshot:
        """What the index holds now; never changes. Raises Busy."""
        ...

    def begin(self, is_wanted: Callable[[Snapshot], bool] | None = None) -> Snapshot:
        """What this thread reads until ``end``: perhaps one that may be older, if it ``is_wanted``.

        Else, or where nothing is said, what the index holds now. Raises Busy.
        """
        ...

    def end(self) -> None:
        """Lets go of that."""
        ...

    def apply(self, span: Span, changes: ChangesOf, progress: Progress | None) -> None:
        """Takes in a span, as ``Projection.apply`` does."""
        ...

    def starting_over(
        self, span: Span
    ) -> AbstractContextManager[Callable[[Iterable[Change]], None] | None]:
        """As ``Projection.starting_over``; inside, what is given takes pages in."""
        ...

    def is_due(self, repository: Repository) -> bool:
        """Whether ``write_recent`` would do questions good."""
        ...

    def write_recent(
        self, repository: Repository, changes: ChangesOf, *, clean: bool = False
    ) -> None:
        """Has questions look into few places for what has changed lately.

        ``clean``: and nowhere is a word kept of what is gone.
        """
        ...

    def reset(self) -> None:
        """Has the next ``apply`` start over; what is there answers until then."""
        ...

    def discard(self, reason: Exception) -> None:
        """Lets go of what could not be read. Raises Busy."""
        ...

    def close(self) -> None:
        """Lets go of files and connections."""
        ...


def shelf_of(folder: Path, stores: Stores) -> Shelf:
    """Where the index of an ``index/`` folder is kept: beside its other rows."""
    tables = stores.at(folder)
    if isinstance(tables, FileTables):
        return FileShelf(folder / "search")
    # With it comes the driver of PostgreSQL.
    from wiki.projections.searching.postgres.replica import ReplicatedShelf
    from wiki.projections.searching.postgres.shelf import RowShelf
    from wiki.projections.tables.postgresql.replica import ReplicatedTables

    if isinstance(tables, ReplicatedTables):
        return ReplicatedShelf(tables)
    return RowShelf(cast("ServerTables", tables))
