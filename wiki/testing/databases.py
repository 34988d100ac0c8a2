"""``WIKI_TEST_INDEX=database``: wikis of tests have all that is not git on PostgreSQL.

Each has a database of its own on the server of ``WIKI_TEST_POSTGRES``: a copy of one that was
founded once, which goes with the settings that name it. So any test is tried there too::

    WIKI_TEST_INDEX=database WIKI_TEST_POSTGRES=postgresql://… pytest tests/web
"""

import os
from secrets import token_hex
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import finalize

if TYPE_CHECKING:
    from wiki.config import Settings

_SERVER = os.environ.get("WIKI_TEST_POSTGRES", "")
#: whether wikis of tests are there
ASKED = os.environ.get("WIKI_TEST_INDEX") == "database"
if ASKED and not _SERVER:
    raise RuntimeError("WIKI_TEST_INDEX=database: WIKI_TEST_POSTGRES names no server")
#: by the name of a database that settings lead to, what drops it with its copies
_drops: "dict[str, finalize[[list[str]], Settings]]" = {}
_copies: dict[str, list[str]] = {}


def new_database(template: str = "template0") -> str:
    """The name of a database that is a copy of ``template``, which nobody is connected to."""
    name = f"test_{token_hex(6)}"
    run_on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    return name


def drop_database(name: str) -> None:
    """Drops it, whoever is connected."""
    run_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def lead(settings: "Settings", name: str) -> None:
    """Has ``settings``, and whoever opens their folder, find rows and index in that database.

    It goes with them, or once nobody opens them any more: ``release``.
    """
    url = urlsplit(_SERVER)._replace(path=f"/{name}").geturl()
    vars(settings).update(database_url=url, index="database")
    with (settings.instance / "wiki.toml").open("a", encoding="utf-8") as toml:
        toml.write(f'database_url = "{url}"\nindex = "database"\n')
    _copies[name] = [name]
    _drops[name] = finalize(settings, _drop, _copies[name])


def new_copy(settings: "Settings") -> str:
    """The name of a copy of the database that ``settings`` lead to, which goes with it."""
    live = database_of(settings)
    _copies[live].append(new_database(live))
    return _copies[live][-1]


def release(settings: "Settings") -> None:
    """Drops the database that ``settings`` were led to, where they were."""
    if (drop := _drops.pop(database_of(settings), None)) is not None:
        drop()


def _drop(names: list[str]) -> None:
    for name in names:
        drop_database(name)


def database_of(settings: "Settings") -> str:
    """The name of the database that ``settings`` lead to."""
    return urlsplit(settings.database_url).path.removeprefix("/")


def run_on_server(*statements: str) -> None:
    """Executes what no transaction may be around."""
    import psycopg

    with psycopg.connect(_SERVER, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
