"""Private tables keep their rows when their shape changes: by Alembic, after a copy.

Revisions are the files ``<branch>_<number>.py`` in ``migrations/`` beside the module that declares
the tables: a branch for the core, and one for each plugin that ever changed a table. Missing tables
need no revision: they are made in their newest shape (``create_all``), and a branch of which no
table was there is recorded as up to date. After revisions, columns and indexes that are still
missing are added as the code declares them: so a revision says only what tables cannot.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import getfile
from math import inf
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    DefaultClause,
    Engine,
    ForeignKey,
    String,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from wiki.errors import RowsNewer, StorageFailed
from wiki.people.models.tables import Base
from wiki.translation import gettext as _

log = logging.getLogger(__name__)

#: what the rows have that are there already, in a new column that has to say something
_BLANK = {str: "", int: "0", float: "0", bool: "0"}


class RevisionRow(Base):
    """The newest revision of a branch that was taken: Alembic's own table."""

    __tablename__ = "alembic_version"

    version_num: Mapped[str] = mapped_column(String(32), primary_key=True)


@dataclass(frozen=True)
class Branch:
    """The revisions in a folder, oldest first, and the tables that they are about."""

    folder: Path
    revisions: tuple[str, ...]
    tables: frozenset[str]


@dataclass(frozen=True)
class Change:
    """Something that migrating would do, and whether it ``alters`` tables that have rows."""

    words: str
    alters: bool


def find_branches() -> list[Branch]:
    """The branches of the tables that are declared by now."""
    tables: dict[Path, set[str]] = {}
    for mapper in Base.registry.mappers:
        folder = Path(getfile(mapper.class_)).parent / "migrations"
        tables.setdefault(folder, set()).update(table.name for table in mapper.tables)
    found = (
        Branch(folder, tuple(sorted(file.stem for file in folder.glob("*_*.py"))), frozenset(names))
        for folder, names in tables.items()
    )
    return [branch for branch in found if branch.revisions]


def find_misnamed(branch: Branch) -> list[str]:
    """The revisions of ``branch`` that are not named by their files, or not one after the other."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(branch.folder, version_locations=[branch.folder])
    label = branch.revisions[0].rpartition("_")[0]
    line = {one.revision: one for one in scripts.walk_revisions()}
    before = dict(zip(branch.revisions, (None, *branch.revisions), strict=False))
    return [
        name
        for name, former in before.items()
        if name not in line
        or line[name].down_revision != former
        or (former is None and line[name].branch_labels != {label})
        or not (len(name) <= 32 and name.startswith(f"{label}_"))
    ]


def pending(connection: Connection) -> Iterator[Change]:
    """What migrating would do. Raises RowsNewer."""
    old, _new = _behind(connection, find_branches())
    taken = recorded(connection)
    for branch in old:
        before = next((one for one in reversed(branch.revisions) if one in taken), "none")
        yield Change(f"tables: {before} → {branch.revisions[-1]}", alters=True)
    present = set(inspect(connection).get_table_names())
    if missing := sorted(Base.metadata.tables.keys() - present):
        yield Change(f"new tables: {', '.join(missing)}", alters=False)


def migrate(engine: Engine, keep_copy: Callable[[str], None]) -> None:
    """Takes the revisions that are missing, then makes the tables that are, in one transaction.

    ``keep_copy(label)`` is called before anything is altered. Raises StorageFailed if newer code
    was here, if a revision fails, or if rows would belong to nothing afterwards; then nothing has
    changed.
    """
    branches = find_branches()
    with engine.execution_options(reading=True).connect() as connection:
        old, new = _behind(connection, branches)
        present = inspect(connection).get_table_names()
        if not old and not new and Base.metadata.tables.keys() <= set(present):
            return
    if old:
        keep_copy("-".join(branch.revisions[-1] for branch in old))
    with alone(engine) as connection:
        # Others may have been quicker: what is behind is asked again.
        old, new = _behind(connection, branches)
        Base.metadata.tables[RevisionRow.__tablename__].create(connection, checkfirst=True)
        for branch in new:
            connection.execute(insert(RevisionRow).values(version_num=branch.revisions[-1]))
        if old:
            _upgrade(connection, branches)
        Base.metadata.create_all(connection)
        if old:
            _complete(connection)


def is_outdated(engine: Engine) -> bool:
    """Whether the tables, or the code on disk, are of another version than the code that runs."""
    with engine.execution_options(reading=True).connect() as connection:
        try:
            old, _new = _behind(connection, find_branches())
        except StorageFailed:
            return True
    return bool(old)


def differences(connection: Connection) -> Iterator[str]:
    """What the code's tables have and the store has not, one sentence each."""
    present = inspect(connection)
    for table in Base.metadata.sorted_tables:
        if not present.has_table(table.name):
            yield f"the private database has no table {table.name!r}"
            continue
        columns = {column["name"] for column in present.get_columns(table.name)}
        for column in table.columns:
            if column.name not in columns:
                yield f"the private database has no column {table.name}.{column.name}"


def recorded(connection: Connection) -> set[str]:
    """The newest revision of each branch, as the tables stand."""
    if not inspect(connection).has_table(RevisionRow.__tablename__):
        return set()
    return set(connection.scalars(select(RevisionRow.version_num)))


def _behind(
    connection: Connection, branches: Sequence[Branch]
) -> tuple[list[Branch], list[Branch]]:
    """The branches to upgrade, and those whose tables are all to come. Raises RowsNewer."""
    known = {revision for branch in branches for revision in branch.revisions}
    taken = recorded(connection)
    # Those of a plugin that is not there any more wait for it to come back.
    own = (*known, *Base.metadata.tables)
    for revision in taken - known:
        if any(name.startswith(revision.rpartition("_")[0] + "_") for name in own):
            raise RowsNewer(
                _(
                    "The private database was made by a newer version of this software:"
                    " start that version, or restore a backup from before it."
                )
            )
    present = set(inspect(connection).get_table_names())
    old: list[Branch] = []
    new: list[Branch] = []
    for branch in branches:
        if branch.revisions[-1] not in taken:
            (old if branch.tables & present else new).append(branch)
    return old, new


def _upgrade(connection: Connection, branches: Sequence[Branch]) -> None:
    # Half a second of imports that nobody needs who has nothing to migrate.
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext, MigrationStep
    from alembic.script import ScriptDirectory

    folders = [branch.folder for branch in branches]
    scripts = ScriptDirectory(folders[0], version_locations=folders)
    known = {revision for branch in branches for revision in branch.revisions}
    taken = tuple(recorded(connection) & known)
    newest_first = scripts.iterate_revisions("heads", taken, implicit_base=True)
    for script in reversed(list(newest_first)):
        step = MigrationStep.upgrade_from_script(scripts.revision_map, script)
        steps = {"fn": lambda _heads, _context, step=step: [step]}
        context = MigrationContext.configure(connection, opts=steps)
        with _named(script.revision), Operations.context(context):
            context.run_migrations()


def _complete(connection: Connection) -> None:
    """Adds the columns and indexes that the code's tables have and the store has not.

    Texts may then be as long as the code says, too: SQLite never asked how long they were. What the
    code does not know any more need not be filled.
    """
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    operations = Operations(MigrationContext.configure(connection))
    present, asks = inspect(connection), connection.dialect.name != "sqlite"
    for table in Base.metadata.sorted_tables:
        there = {column["name"]: column for column in present.get_columns(table.name)}
        with operations.batch_alter_table(table.name) as batch:
            for column in table.columns:
                with _named(f"{table.name}.{column.name}"):
                    if column.name not in there:
                        batch.add_column(_addable(column))
                    elif asks and _longest(there[column.name]["type"]) < _longest(column.type):
                        batch.alter_column(column.name, type_=column.type)
            for name in there.keys() - table.columns.keys():
                if not (there[name]["nullable"] or there[name]["default"]):
                    batch.alter_column(name, nullable=True)
        for index in table.indexes:
            with _named(str(index.name)):
                index.create(connection, checkfirst=True)


def _longest(kind: TypeEngine[Any]) -> float:
    return getattr(kind, "length", None) or inf


def _addable(column: Column[Any]) -> Column[Any]:
    """The column, blank in the rows that there are where it has to say something."""
    default = column.server_default
    said: Any = default.arg if isinstance(default, DefaultClause) else None
    if said is None and not column.nullable:
        said = _BLANK.get(column.type.python_type)
    keys = (
        ForeignKey(
            one.target_fullname,
            name=f"fk_{column.table.name}_{column.name}_{one.column.table.name}",
            ondelete=one.ondelete,
        )
        for one in column.foreign_keys
    )
    return Column(column.name, column.type, *keys, nullable=column.nullable, server_default=said)


@contextmanager
def _named(change: str) -> Iterator[None]:
    """Inside, what fails is told as the ``change`` that it was for. Raises StorageFailed."""
    try:
        yield
    except Exception as error:
        log.exception("the private tables could not be altered: %s", change)
        words = _(
            "The private tables cannot be brought to this version, and nothing was changed:"
            " {change} failed ({why}). Start the version before, and tell those who make this"
            " software what stands here."
        )
        why = getattr(error, "orig", None) or error
        raise StorageFailed(words.format(change=change, why=why)) from error


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """One transaction that no other migration shares."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            from wiki.people.store.outage import without_limit

            with connection.begin(), without_limit(connection):
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('migrate'))"))
                yield connection
            return
        # SQLite alters a table by making it anew: with the keys enforced, dropping the old one
        # would delete what refers to it. The switch only works outside a transaction.
        driver = connection.connection.driver_connection
        if driver is None:
            raise StorageFailed(_("The private database cannot be opened."))
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise StorageFailed(
                        _("The private database could not be migrated; nothing was changed.")
                    )
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
