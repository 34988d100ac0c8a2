"""``WIKI_TEST_INDEX=database``: wikis of tests have all that is not git on PostgreSQL.

Each has a database of its own on the server of ``WIKI_TEST_POSTGRES``: a copy of one that was
founded once, which goes with the settings that name it. So any test is tried there too::

    WIKI_TEST_INDEX=database WIKI_TEST_POSTGRES=postgresql://… pytest tests/web
"""

import os
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from wiki.config import Settings

_SERVER = os.environ.get("WIKI_TEST_POSTGRES", "")
#: whether wikis of tests are there
ASKED = os.environ.get("WIKI_TEST_INDEX") == "database"
if ASKED and not _SERVER:
    raise RuntimeError("WIKI_TEST_INDEX=database: WIKI_TEST_POSTGRES names no server")
#: by the folder of an instance, the database that it leads to, and its copies
_led: dict[Path, list[str]] = {}


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

    It goes with the folder: ``release``.
    """
    url = urlsplit(_SERVER)._replace(path=f"/{name}").geturl()
    vars(settings).update(database_url=url, index="database")
    with (settings.instance / "wiki.toml").open("a", encoding="utf-8") as toml:
        toml.write(f'database_url = "{url}"\nindex = "database"\n')
    _led[settings.instance] = [name]


def leads(folder: Path) -> bool:
    """Whether that instance was led to a database; one that no fixture made is as it says."""
    return folder in _led


def new_copy(settings: "Settings") -> str:
    """The name of a copy of the database that ``settings`` lead to, which goes with it."""
    names = _led[settings.instance]
    names.append(new_database(names[0]))
    return names[-1]


def release(folder: Path) -> None:
    """Drops the databases that instances below ``folder`` were led to."""
    for instance in [one for one in _led if one.is_relative_to(folder)]:
        for name in _led.pop(instance):
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
