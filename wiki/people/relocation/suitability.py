"""Whether a database of PostgreSQL can take the rows of a wiki: all that is wrong, told before."""

from collections.abc import Collection
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.rows import class_row
from sqlalchemy import make_url, text
from sqlalchemy.exc import ArgumentError

from wiki.errors import BadRequest
from wiki.people.models.instance import InstanceRow
from wiki.people.store.database import Database
from wiki.people.store.engine import make_engine, read_instance
from wiki.people.store.migrations import RevisionRow
from wiki.people.store.outage import connect

#: tables that are named one by one
_NAMED = 3
_ASKED = """
    SELECT current_database() AS database, current_user AS role,
        current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS replica,
        coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS tables,
        has_database_privilege(current_database(), 'CREATE') AS schemas
"""
_TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace ORDER BY relname
"""


@dataclass(frozen=True)
class _Found:
    """What the server says of itself, and of what who asks may do."""

    database: str
    role: str
    encoding: str
    replica: bool
    tables: bool
    schemas: bool


def place_words(url: str) -> str:
    """The address without who asks and by what password: ``carrefour at localhost``."""
    address = make_url(url)
    port = f":{address.port}" if address.port else ""
    return f"{address.database or address.username} at {address.host or 'this machine'}{port}"


def moved_schemas(database: Database) -> list[str]:
    """The schemas that rows were left in as they moved away, the newest last."""
    asked = text("SELECT nspname FROM pg_namespace WHERE nspname LIKE :like ORDER BY nspname")
    with database.reading() as session:
        return list(session.scalars(asked, {"like": r"moved\_%"}))


def check_server(url: str, instance: str) -> bool:
    """Whether rows of ``instance`` are there. Raises BadRequest where its rows cannot be."""
    if not url.startswith(("postgresql:", "postgresql+psycopg:", "postgres:")):
        raise BadRequest(
            "give the address of a database of PostgreSQL: postgresql://ROLE:PASSWORD@HOST/DATABASE"
        )
    make_engine(url).dispose()
    try:
        with connect(url) as connection:
            return _check(connection, instance)
    except (psycopg.Error, ArgumentError, UnicodeError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise BadRequest(f"PostgreSQL cannot be asked at that address: {why}") from error


def _check(connection: psycopg.Connection, instance: str) -> bool:
    (found,) = connection.cursor(row_factory=class_row(_Found)).execute(_ASKED)
    where = f"the database {found.database}"
    if found.replica:
        raise BadRequest(f"{where} is a replica, which takes no rows: give the address it follows")
    if found.encoding != "UTF8":
        raise BadRequest(
            f"{where} is in {found.encoding}, which has not all letters: make one with"
            " `createdb --encoding=UTF8 --template=template0`"
        )
    if not (found.tables and found.schemas):
        what = "schemas" if found.tables else "tables"
        raise BadRequest(
            f"the role {found.role} may make no {what} in {where}: let it own the database"
            f" (ALTER DATABASE {found.database} OWNER TO {found.role})"
        )
    names = [name for (name,) in connection.execute(_TABLES)]
    if InstanceRow.__tablename__ not in names:
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            raise BadRequest(
                f"{where} holds tables of something else ({', '.join(names[:_NAMED])}{more}):"
                " give the wiki a database of its own"
            )
        return False
    whose = read_instance(connection)
    if whose == instance:
        return True
    if whose or _has_rows(connection, names):
        raise BadRequest(f"{where} holds the rows of another wiki: give this one its own")
    return False


def _has_rows(connection: psycopg.Connection, names: Collection[str]) -> bool:
    for name in names:
        if name != RevisionRow.__tablename__:
            quoted = sql.Identifier(name)
            asked = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(quoted)
            if (found := connection.execute(asked).fetchone()) and found[0]:
                return True
    return False
