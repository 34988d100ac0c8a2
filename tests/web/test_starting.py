"""A start brings what is worked out from git up to date, without a reader who waits for it."""

import sqlite3
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from wiki.parts.creation import found
from wiki.testing.obstacles import about_files

if TYPE_CHECKING:
    from wiki.config import Settings
    from wiki.testing import Server


def test_a_start_catches_up_by_itself(settings: "Settings", serve: "Callable[..., Server]") -> None:
    found(settings)
    assert not (settings.instance / "index" / "tables.db").exists()
    serve(settings.instance)
    head = (settings.instance / "content.git" / "refs" / "heads" / "main").read_text().strip()
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and markers(settings) != {head}:
        time.sleep(0.05)
    assert markers(settings) == {head}


@about_files("PostgreSQL makes its tables beside those that answer")
def test_who_comes_before_there_is_any_table_is_told_to_wait(
    settings: "Settings", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody holds the lock on new tables, as who builds them first does."""
    from wiki.app import create_app
    from wiki.instance import close_instance, open_instance

    found(settings)
    monkeypatch.setattr("wiki.projections.tables.file.PATIENCE", 0.05)
    instance = open_instance(settings)
    try:
        client = create_app(instance).test_client()
        for path in (settings.instance / "index").glob("tables.db*"):
            path.unlink()
        with sqlite3.connect(settings.instance / "index" / "tables.db") as other:
            other.execute("begin exclusive")
            answer = client.get("/")
            other.execute("rollback")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert client.get("/").status_code == 200
    finally:
        close_instance(instance)


def markers(settings: "Settings") -> set[str]:
    """The commits that the tables reflect."""
    path = settings.instance / "index" / "tables.db"
    if not path.exists():
        return set()
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("""select "commit" from marker where name <> 'topics'""")
        return {commit for (commit,) in found}
    except sqlite3.OperationalError:
        return set()
    finally:
        connection.close()
