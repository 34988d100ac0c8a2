"""Private tables keep their rows when their shape changes: steps, one transaction, a copy before.

A *room* (the core, or a plugin) owns tables and lists its steps, oldest first; the table
``schema_version`` says how many were taken. Missing tables need no step: they are made in their
newest shape, and a step for a table that is not there yet is passed over for the same reason.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    String,
    Text,
    column,
    delete,
    false,
    insert,
    inspect,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wiki.errors import StorageFailed
from wiki.people.models.accounts import PersonRow
from wiki.people.models.tables import Base, Moment
from wiki.translation import gettext as _

if TYPE_CHECKING:
    from alembic.operations import Operations


class SchemaVersion(Base):
    """How many steps of a room were taken."""

    __tablename__ = "schema_version"

    room: Mapped[str] = mapped_column(String(100), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)


@dataclass(frozen=True)
class Step:
    """One change to ``table``, written with alembic's operations (``op.batch_alter_table`` …)."""

    table: str
    run: "Callable[[Operations], None]"


def _hold_accounts(op: "Operations") -> None:
    op.add_column("person", Column("held", Moment, nullable=True))


def _hold_sign_ups(op: "Operations") -> None:
    held = Column("held", Boolean, nullable=False, server_default=false())
    op.add_column("mail_token", held)


def _follow_more_than_pages(op: "Operations") -> None:
    """``watch`` knew pages and accounts alone."""
    made = op.create_table(
        "follower",
        Column("id", String(32), primary_key=True),
        Column("person", String(32), ForeignKey("person.id", ondelete="CASCADE"), unique=True),
        Column("email", String(254), unique=True),
        Column("lang", String(2), nullable=False),
        Column("rhythm", String(10), nullable=False),
        Column("paused", Boolean, nullable=False),
        Column("commit", String(64), nullable=False),
        Column("told", Moment, nullable=False),
    )
    op.create_index("ix_follower_rhythm_told", "follower", ["rhythm", "paused", "told", "id"])
    rows = op.get_bind()
    old = table("watch", column("person"), column("path"), column("since", Moment))
    told = literal(datetime.now(UTC), Moment)
    rows.execute(
        insert(made).from_select(
            ["id", "person", "lang", "rhythm", "paused", "commit", "told"],
            select(
                *(PersonRow.id, PersonRow.id, PersonRow.lang),
                *(literal("day"), false(), literal(""), told),
            ).where(PersonRow.id.in_(select(old.c.person))),
        )
    )
    kept = rows.execute(select(old.c.person, old.c.path, old.c.since)).all()
    op.drop_table("watch")
    watches = op.create_table(
        "watch",
        Column(
            "follower", String(32), ForeignKey("follower.id", ondelete="CASCADE"), primary_key=True
        ),
        Column("kind", String(20), primary_key=True),
        Column("target", String(4000), primary_key=True),
        Column("since", Moment, nullable=False),
        Column("commit", String(64), nullable=False),
        Column("known", Text, nullable=False),
    )
    values = [
        {
            "follower": person,
            "kind": "page",
            "target": path,
            "since": since,
            "commit": "",
            "known": "",
        }
        for person, path, since in kept
    ]
    if values:
        rows.execute(insert(watches), values)


def _have_words_made_late(op: "Operations") -> None:
    op.add_column("mail", Column("maker", String(100), nullable=False, server_default=""))
    op.add_column("mail", Column("about", Text, nullable=False, server_default=""))


def _hold_proposals_in_git(op: "Operations") -> None:
    for name, length in (("file", 4010), ("commit", 64), ("blob", 64)):
        op.add_column("proposal", Column(name, String(length), nullable=False, server_default=""))
    op.add_column("proposal", Column("told", Integer, nullable=False, server_default="0"))


def _keep_searches_by_name(op: "Operations") -> None:
    op.add_column("watch", Column("name", String(80), nullable=False, server_default=""))
    op.add_column("watch", Column("quiet", Boolean, nullable=False, server_default=false()))


_steps: dict[str, tuple[Step, ...]] = {
    "people": (
        Step("person", _hold_accounts),
        Step("mail_token", _hold_sign_ups),
        Step("watch", _follow_more_than_pages),
        Step("mail", _have_words_made_late),
        Step("proposal", _hold_proposals_in_git),
        Step("watch", _keep_searches_by_name),
    )
}


def register_steps(room: str, steps: Sequence[Step]) -> None:
    """Says how the tables of ``room`` came to their present shape; a plugin calls it on import."""
    _steps[room] = tuple(steps)


def migrate(engine: Engine, keep_copy: Callable[[str], None]) -> None:
    """Takes the steps that are missing, then makes the tables that are.

    ``keep_copy(label)`` is called before anything is altered. Raises StorageFailed if newer code
    was here, or if rows would belong to nothing afterwards; then nothing has changed.
    """
    with engine.execution_options(reading=True).connect() as connection:
        pending = _pending(connection)
        if not pending and not _missing(connection):
            return
        altered = bool(pending) and inspect(connection).has_table(PersonRow.__tablename__)
    if altered:
        keep_copy("-".join(f"{room}-{len(steps)}" for room, steps in sorted(_steps.items())))
    with _alone(engine) as connection:
        # Others may have been quicker: what is pending is asked again.
        for room, steps in _pending(connection).items():
            _take(connection, steps)
            if inspect(connection).has_table("schema_version"):
                connection.execute(delete(SchemaVersion).where(SchemaVersion.room == room))
        Base.metadata.create_all(connection)
        for room in _steps.keys() - _versions(connection).keys():
            connection.execute(insert(SchemaVersion).values(room=room, version=len(_steps[room])))


def _versions(connection: Connection) -> dict[str, int]:
    if not inspect(connection).has_table("schema_version"):
        return {}
    rows = connection.execute(select(SchemaVersion.room, SchemaVersion.version))
    return dict(rows.all())


def _pending(connection: Connection) -> dict[str, tuple[Step, ...]]:
    """Room → the steps it has not taken; a room that is not in the table has taken none."""
    versions = _versions(connection)
    pending = {}
    for room, steps in _steps.items():
        taken = versions.get(room, 0)
        if taken > len(steps):
            raise StorageFailed(
                _("The private database was made by a newer version of this software.")
            )
        if steps[taken:]:
            pending[room] = steps[taken:]
    return pending


def _missing(connection: Connection) -> set[str]:
    return set(Base.metadata.tables) - set(inspect(connection).get_table_names())


def _take(connection: Connection, steps: Sequence[Step]) -> None:
    if not any(inspect(connection).has_table(step.table) for step in steps):
        return  # a new database, whose tables are made in their newest shape
    # Half a second of imports that nobody needs who has nothing to migrate.
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    operations = Operations(MigrationContext.configure(connection))
    for step in steps:
        if inspect(connection).has_table(step.table):
            step.run(operations)


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """One transaction that no other migration shares."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
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
