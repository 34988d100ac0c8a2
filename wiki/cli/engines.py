"""`wiki check` where rows are on PostgreSQL: what is there, whose it is, and who uses it."""

import time
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, cast

from wiki.cli.console import count
from wiki.config import Settings
from wiki.errors import StorageFailed
from wiki.instance import Instance
from wiki.parts.identity import database_url, read_identity
from wiki.people.store.database import Database
from wiki.people.store.engine import read_instance
from wiki.repository.objects import EMPTY
from wiki.repository.shared.refs import nodes_of

if TYPE_CHECKING:
    from wiki.people.store.replica import Replica
    from wiki.projections.tables.postgresql.server import ServerTables


#: times that a replica is looked at until it has what was there at first, and seconds between two
_LOOKS, _PAUSE = 10, 0.1


def rows_there(settings: Settings) -> Iterator[str]:
    """Why rows on PostgreSQL are not those of the instance; nothing where they are."""
    identity = read_identity(settings.instance)
    if not database_url(settings).startswith("postgres") or identity is None:
        return
    from wiki.people.relocation.suitability import moved_schemas, place_words

    where = place_words(settings.database_url)
    try:
        with closing(Database(settings.database_url)) as private:
            whose, moved = private.read_identity(), moved_schemas(private)
    except StorageFailed as error:
        yield f"private rows: {where}: {error.__cause__ or error.words}"
        return
    if whose and whose != identity.id:
        yield f"private rows: {where} holds those of another wiki ({whose[:8]})"
    elif not whose:
        words = f"private rows: {where} holds none"
        if moved:
            words += (
                f", those of the schema {moved[-1]} were moved to private.db: take"
                " WIKI_DATABASE_URL and database_url out"
            )
        yield words


def engines(instance: Instance) -> Iterator[str]:
    """Where rows are, what state each list is in, and which nodes are heard; of a file nothing."""
    private, settings = instance.private, instance.in_force.given
    if private.path is not None:
        return
    from wiki.people.relocation.suitability import place_words
    from wiki.people.store.nodes import nodes_heard

    where, whose = place_words(settings.database_url), private.read_identity()
    tables = count(len(private.count_rows()), "table")
    yield f"private rows: PostgreSQL, {where}: {tables} of this wiki ({whose[:8]})"
    if settings.index == "database":
        yield from _lists(instance)
        yield from _vectors(instance)
    if instance.replica is not None:
        where = place_words(instance.replica.url)
        yield f"replica: {where} {_replica_words(instance, instance.replica)}"
    with private.engine.connect() as connection:
        heard = nodes_heard(connection)
    for name, age in heard.items():
        yield f"node {name}: heard {age:.1f} s ago"
    # Whoever ever began with the shared repository; nobody where there is none.
    for name in nodes_of(instance.repository):
        if name not in heard:
            yield f"node {name}: not heard now"


def _vectors(instance: Instance) -> Iterator[str]:
    if kind := instance.vectors.kind():
        yield f"vectors: shared, as {kind}" + (", without pgvector" if kind == "bytea" else "")


def _replica_words(instance: Instance, replica: "Replica") -> str:
    """How it is, and whether it has what the primary has."""
    from psycopg import Error

    from wiki.people.store.outage import connect

    tables = cast("ServerTables", instance.projections.part("changes").store)
    markers = f'SELECT name, schema, commit FROM "{tables.name}".marker ORDER BY name'  # noqa: S608
    state = "SELECT pg_is_in_recovery(), now() - pg_last_xact_replay_timestamp()"
    with instance.private.engine.connect() as here:
        newest = [tuple(row) for row in here.exec_driver_sql(markers)]
    try:
        with closing(connect(replica.url)) as there:
            if read_instance(there) != instance.private.read_identity():
                return "has not the rows of this wiki: all reads are the primary's"
            is_replica, age = there.execute(state).fetchone() or (False, None)
            if not is_replica:
                return "is no replica, it takes writes: right, and no relief for the primary"
            for _look in range(_LOOKS):
                if there.execute(markers).fetchall() == newest:
                    return "follows"
                time.sleep(_PAUSE)
    except Error as error:
        return f"cannot be asked, all reads are the primary's: {error}"
    return f"lags, the last that it has is {age or 'nothing'} old"


def _lists(instance: Instance) -> Iterator[str]:
    head = instance.repository.head()
    for name in instance.projections:
        at = instance.projections.part(name).reflects()
        if at == head:
            yield f"{name}: at the newest version, {head[:12]}"
        elif at == EMPTY:
            yield f"{name}: not made yet"
        else:
            yield f"{name}: at {at[:12]}, behind the newest version {head[:12]}"
