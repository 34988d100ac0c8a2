"""Upgrades and restores that nobody attends to: two later versions, real data, and the way back.

Each upgrade is a start of ``wiki serve`` of the later version on a wiki of the earlier one, each
restore one of the backups that these have made by themselves, each way back the earlier version on
what the later one has left. After each, `wiki check` has nothing to say, and the wiki holds the
same commits, accounts and texts as before.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.lines import Line
from bench.servers import Server
from wiki.testing.servers import free_port
from wiki.testing.wikis import DATA

#: from version to version, as often
_STEPS = ((1, 2), (2, 3), (1, 3))
_UPGRADES, _RESTORES, _BACK = 20, 20, 1
_ACCOUNTS = 12
_POSTGRES = os.environ.get("WIKI_TEST_POSTGRES", "")


class Unattended(AssertionError):
    """A command that went otherwise than it should have, with what it said."""


def run() -> Iterator[Line]:
    """On SQLite, and on PostgreSQL where there is a server to test on."""
    with TemporaryDirectory(prefix="bench-upgrades-") as place:
        yield from _run(Path(place), "SQLite", "")
    if _POSTGRES:
        with TemporaryDirectory(prefix="bench-upgrades-") as place:
            yield from _run(Path(place), "PostgreSQL", _POSTGRES)


def _run(place: Path, kind: str, server: str) -> Iterator[Line]:
    at = {1: _found(place / "1", server)}
    pages, before = _held(at[1]), time.perf_counter()
    backups: list[Path] = []
    for number in range(_UPGRADES):
        old, new = _STEPS[number % len(_STEPS)]
        with _copied(at[old], place / f"up-{number}", server) as wiki:
            backups.append(_upgrade(wiki, new, pages))
            if new not in at:
                at[new] = Wiki(place / str(new), server)
                wiki.copy(at[new])
            if number < _BACK * len(_STEPS):
                _go_back(wiki, old, new, backups[-1], pages)
            backups[-1] = backups[-1].rename(place / f"{number}-{backups[-1].name}")
    taken = (time.perf_counter() - before) / _UPGRADES
    yield Line(
        f"Upgrades unattended, {kind}, {pages}", str(_UPGRADES), "", f"{taken:.1f} s each", "20",
        len(backups) == _UPGRADES,
    )  # fmt: skip
    before, restored = time.perf_counter(), 0
    for number in range(_RESTORES):
        file = backups[number % len(backups)]
        old, newest = _STEPS[number % len(backups) % len(_STEPS)][0], 3
        with _new(place / f"restored-{number}", server) as wiki:
            # By its own version, and by a later one.
            version = old if number % 2 else newest
            wiki.do(version, "restore", str(file))
            wiki.prove(version, pages)
            restored += 1
    taken = (time.perf_counter() - before) / _RESTORES
    yield Line(
        f"Restores unattended, {kind}", str(restored), "", f"{taken:.1f} s each", "20",
        restored == _RESTORES,
    )  # fmt: skip
    for one in at.values():
        one.end()


class Wiki:
    """A wiki in a folder, with a database of its own where there is a server."""

    def __init__(self, folder: Path, server: str) -> None:
        self.folder = folder
        self.server = server
        self.name = f"bench_{os.getpid()}_{folder.name}".replace("-", "_").lower()
        self.url = f"{server.rpartition('/')[0]}/{self.name}" if server else ""

    @property
    def variables(self) -> dict[str, str]:
        """What tells commands of it."""
        known = {name: value for name, value in os.environ.items() if name[:5] != "WIKI_"}
        # What texts mean has no part in it, and takes a minute each time.
        ours = {"WIKI_ENCODER": "off", "WIKI_DATABASE_URL": self.url}
        return {**known, **ours, "WIKI_INSTANCE": str(self.folder)}

    def do(self, version: int, *words: str, status: int = 0) -> str:
        """What a command of that version prints. Raises Unattended."""
        command = [sys.executable, "-m", "bench.later", str(version), *words]
        done = subprocess.run(command, env=self.variables, capture_output=True, text=True)
        if done.returncode != status:
            raise Unattended(f"{version} {words}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def prove(self, version: int, held: str) -> None:
        """Raises Unattended where `wiki check` says anything, or something else is held."""
        if said := self.do(version, "check"):
            raise Unattended(said)
        if (now := _held(self)) != held:
            raise Unattended(f"{now} rather than {held}")

    def copy(self, other: "Wiki") -> None:
        """Makes ``other`` the same."""
        shutil.copytree(self.folder, other.folder, symlinks=True)
        if self.server:
            _on_server(self.server, f'CREATE DATABASE "{other.name}" TEMPLATE "{self.name}"')

    def end(self) -> None:
        """Takes away what there is of it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.server:
            _on_server(self.server, f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


def _found(folder: Path, server: str) -> Wiki:
    wiki = Wiki(folder, server)
    if server:
        _on_server(server, f'CREATE DATABASE "{wiki.name}"')
    # Once: a database is one instance's, and not that of another in the same folder.
    if (DATA / "carrefour").is_dir():
        wiki.do(1, "init", "--empty")
        wiki.do(1, "import", "carrefour", str(DATA / "carrefour"))
    else:
        wiki.do(1, "init")
    for number in range(_ACCOUNTS):
        wiki.do(1, "user", "add", f"person{number}@example.org", "--name", f"Personne {number}")
    if said := wiki.do(1, "check"):
        raise Unattended(said)
    return wiki


@contextmanager
def _copied(source: Wiki, folder: Path, server: str) -> Iterator[Wiki]:
    wiki = Wiki(folder, server)
    try:
        source.copy(wiki)
        yield wiki
    finally:
        wiki.end()


@contextmanager
def _new(folder: Path, server: str) -> Iterator[Wiki]:
    wiki = Wiki(folder, server)
    try:
        if server:
            _on_server(server, f'CREATE DATABASE "{wiki.name}"')
        yield wiki
    finally:
        wiki.end()


def _upgrade(wiki: Wiki, version: int, held: str) -> Path:
    """Starts the later version until it answers; the backup that it has made before."""
    told = wiki.do(version, "upgrade", "--check")
    if "tables: people_" not in told or "backup first: " not in told:
        raise Unattended(told)
    log = wiki.folder.with_name(f"{wiki.folder.name}.log")
    command = [sys.executable, "-m", "bench.later", str(version), "serve"]
    port = free_port()
    server = Server([*command, "--port", str(port), "--workers", "1"], port, wiki.variables, log)
    try:
        server.wait("/-/readyz", 600)
    except Exception as error:
        raise Unattended(log.read_text("utf-8")) from error
    finally:
        server.stop(signal.SIGTERM)
    (file,) = (wiki.folder / "backups").glob(f"*-before-{version}.0.0.tar.gz")
    wiki.prove(version, held)
    return file


def _go_back(wiki: Wiki, old: int, new: int, backup: Path, held: str) -> None:
    """The version before: refused, with what to do; then that is done."""
    refused = wiki.do(old, "check", status=1)
    if f"{new}.0.0" not in refused or str(backup) not in refused:
        raise Unattended(refused)
    wiki.do(old, "check", "--mend", "--accept", "rows", "--from", str(backup))
    wiki.prove(old, held)


def _held(wiki: Wiki) -> str:
    """Commits and accounts, counted past all code of ours."""
    git = ["git", "-C", str(wiki.folder / "content.git"), "rev-list", "--count", "main"]
    commits = subprocess.run(git, check=True, capture_output=True, text=True).stdout.strip()
    asked = "SELECT count(*) FROM person"
    if wiki.server:
        accounts = _on_server(wiki.url, asked)
    else:
        with closing(sqlite3.connect(wiki.folder / "private.db")) as rows:
            accounts = rows.execute(asked).fetchone()[0]
    return f"{commits} commits, {accounts} accounts"


def _on_server(server: str, statement: str) -> object:
    """What a server answers first, if anything."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        done = connection.execute(statement.encode())
        return done.fetchone()[0] if done.description else None  # type: ignore[index]
