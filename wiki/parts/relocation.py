"""The private rows of an instance in another kind of database, whole, and known to be the same.

::

    nobody writes rows ─▶ sums of all tables ─▶ poured over ─▶ sums there: the same?
                                                   │ no: undone, nothing has changed
    the old rows under another name ◀── yes ◀──────┘

What pours is what makes and restores backups. Whoever is killed leaves the old rows where they
were, and what is there of the new ones is taken for what it is at the next try: nothing, or all.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from wiki.config import Settings
from wiki.disk.durable import sync_folder
from wiki.disk.sqlite import open_file
from wiki.errors import BadRequest, StorageFailed
from wiki.parts.identity import check_parts, database_url
from wiki.people.relocation.stillness import Stillness, lay_file_aside, still
from wiki.people.relocation.sums import Sum, differing, prove, sum_rows
from wiki.people.store.copies import measure_rows, put_back_tables, write_copy
from wiki.people.store.database import Database
from wiki.people.store.engine import read_instance

Advance = Callable[[int, int], object]
#: what rows become private.db of, once they are proven
_MOVING = "private.db.moving"
#: each row is read, poured, and read there
_TIMES = 3


@dataclass(frozen=True)
class Relocated:
    """What went where."""

    tables: dict[str, Sum]
    #: what the old rows are called now
    kept: str
    #: where other rows of this wiki went that were there; "" where there were none
    replaced: str


def to_server(settings: Settings, url: str, advance: Advance, *, replace: bool) -> Relocated:
    """Has the rows go to PostgreSQL at ``url``.

    Raises BadRequest where they cannot, or where other rows of this wiki are there that are not to
    be ``replace``d; StorageFailed. Then nothing has changed.
    """
    with _leaving(settings, advance) as leaving:
        if leaving.source.path is None:
            raise BadRequest("the rows of this wiki are on PostgreSQL already")
        from wiki.people.relocation.suitability import check_server

        replaced = ""
        there = check_server(url, leaving.identity)
        with closing(Database(url)) as target:
            _refuse_nodes(target)
            leaving.read()
            if there and leaving.same_in(target):
                return leaving.done()
            if there:
                replaced = leaving.keep_replaced(target, settings.instance, replace)
            proven = partial(prove, leaving.tables, counted=leaving.count)
            put_back_tables(target.engine, leaving.source.path, leaving.count, proven)
        return leaving.done(replaced)


def to_file(settings: Settings, advance: Advance, *, replace: bool) -> Relocated:
    """Has the rows go to ``private.db`` in the instance. As ``to_server``."""
    with _leaving(settings, advance) as leaving:
        source = leaving.source
        if source.path is not None:
            raise BadRequest(f"the rows of this wiki are in {source.path} already")
        _refuse_nodes(source)
        path = settings.instance / "private.db"
        replaced, there = "", _holds(path, leaving.identity)
        leaving.read()
        if there:
            with closing(Database(f"sqlite:///{path}")) as target:
                if leaving.same_in(target):
                    return leaving.done()
                leaving.refuse_others(path.name, replace)
        if measure_rows(source.engine, None) > shutil.disk_usage(path.parent).free:
            raise StorageFailed(f"there is no room for the rows on the disk of {path.parent}")
        moving = path.with_name(_MOVING)
        _clear(moving)
        try:
            write_copy(source.engine, None, moving, leaving.count)
            with closing(Database(f"sqlite:///{moving}")) as made, made.engine.connect() as copy:
                prove(leaving.tables, copy, leaving.count)
            if path.exists():
                aside = lay_file_aside(path, f"replaced-{leaving.when}")
                replaced = str(aside) if aside.stat().st_size else ""
            moving.replace(path)
            sync_folder(path.parent)
        finally:
            _clear(moving)
        return leaving.done(replaced)


class _Leaving:
    """Rows that are about to go: ``source``, which nobody writes meanwhile."""

    def __init__(
        self, source: Database, identity: str, stillness: Stillness, advance: Advance
    ) -> None:
        self.source = source
        self.identity = identity
        self.when = f"{source.now():%Y%m%dT%H%M%S}"
        self._stillness = stillness
        self._advance = advance
        self._done, self._all = 0, 1
        self.tables: dict[str, Sum] = {}

    def read(self) -> None:
        """Reads what the rows come to."""
        self._all = max(_TIMES * sum(self.source.count_rows().values()), 1)
        self.tables = sum_rows(self.source, self.count)

    def count(self, rows: int) -> None:
        """So many rows more were read or poured."""
        self._done += rows
        self._advance(min(self._done, self._all), self._all)

    def same_in(self, target: Database) -> bool:
        """Whether the rows are there already, since who moved them before was killed."""
        return not differing(self.tables, sum_rows(target))

    def keep_replaced(self, target: Database, folder: Path, replace: bool) -> str:
        """Keeps rows of PostgreSQL that others take the place of, in a file of ``folder``."""
        self.refuse_others("that database", replace)
        target.pending()  # not those of newer code
        kept = folder / f"private.db.replaced-{self.when}"
        write_copy(target.engine, None, kept)
        return str(kept)

    def refuse_others(self, where: str, replace: bool) -> None:
        """Raises BadRequest unless other rows of this wiki may be replaced."""
        if not replace:
            raise BadRequest(
                f"{where} holds rows of this wiki already, and others than it has here: if those"
                " are older, and not to be kept, say --replace (a copy of them is made)"
            )

    def done(self, replaced: str = "") -> Relocated:
        """The rows are there: the old ones go under another name."""
        self.source.close()
        return Relocated(self.tables, self._stillness.lay_aside(self.when), replaced)


@contextmanager
def _leaving(settings: Settings, advance: Advance) -> Iterator[_Leaving]:
    identity = check_parts(settings)
    if identity is None:
        raise BadRequest("this wiki was never opened: `wiki check` first")
    with (
        closing(Database(database_url(settings), instance=identity.id)) as source,
        still(source) as stillness,
    ):
        yield _Leaving(source, identity.id, stillness, advance)


def _refuse_nodes(database: Database) -> None:
    """Raises BadRequest where a server has the rows on PostgreSQL, at whatever machine."""
    from wiki.people.store.nodes import nodes_heard

    with database.engine.connect() as connection:
        if heard := nodes_heard(connection):
            raise BadRequest(
                f"the wiki is being served from that database ({', '.join(heard)}): stop it first"
            )


def _clear(moving: Path) -> None:
    """What somebody who was killed has left would be taken for part of the new file."""
    for file in moving.parent.glob(f"{moving.name}*"):
        file.unlink()


def _holds(path: Path, instance: str) -> bool:
    """Whether rows of ``instance`` are in the file. Raises BadRequest where another's are."""
    if not path.exists() or not path.stat().st_size:
        return False
    try:
        with closing(open_file(path)) as connection:
            whose = read_instance(connection)
    except sqlite3.DatabaseError as error:
        raise BadRequest(f"{path} is no database of a wiki: move it away first") from error
    if whose != instance:
        raise BadRequest(f"{path} holds the rows of another wiki: move it away first")
    return True
