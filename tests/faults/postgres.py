"""A PostgreSQL of a test's own, and a proxy before a server that can go silent or cut."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from selectors import EVENT_READ, DefaultSelector
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from wiki.config import Settings, load_settings
from wiki.parts.creation import found
from wiki.testing.servers import free_port

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class Postgres:
    """A cluster in ``folder``; it belongs to ``postgres`` where root makes it, as it must.

    ``primary``: that it is a streaming replica of.
    """

    def __init__(self, folder: Path, primary: "Postgres | None" = None) -> None:
        self.port = free_port()
        self._folder = folder
        self._bin = _BINARIES[0]
        self._as: list[str] = []
        self._runs = False
        if os.getuid() == 0:
            self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            shutil.chown(folder, "postgres", "postgres")
        data = ("-D", f"{folder}/data", "--no-sync")
        if primary is None:
            self._run("initdb", *data, "-U", "wiki", "-A", "trust")
        else:
            source = f"host=127.0.0.1 port={primary.port} user=wiki"
            self._run("pg_basebackup", *data, "-d", source, "-R", "-c", "fast")

    def ask(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """What a connection of its own is answered."""
        with psycopg.connect(self._at(self.port, database), autocommit=True) as connection:
            return connection.execute(statement).fetchall()

    def new_database(self, port: int) -> str:
        """The address of a database that nobody has used, at the ``port`` of a proxy."""
        name = f"wiki_{token_hex(6)}"
        with psycopg.connect(self._at(self.port, "postgres"), autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return self._at(port, name)

    @staticmethod
    def _at(port: int, name: str) -> str:
        return f"postgresql://wiki@127.0.0.1:{port}/{name}"

    def start(self) -> None:
        """Has it answer, if it does not."""
        if self._runs:
            return
        self._runs = True
        options = f"-p {self.port} -h 127.0.0.1 -k {self._folder} -c fsync=off"
        self._run(
            "pg_ctl",
            "-D",
            f"{self._folder}/data",
            "-w",
            "-l",
            f"{self._folder}/log",
            "-o",
            options,
            "start",
        )

    def stop(self) -> None:
        """Ends it and all its connections."""
        self._runs = False
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", f"{self._folder}/data", "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *words: str) -> None:
        command = [*self._as, str(self._bin / program), *words]
        subprocess.run(
            command,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )


def new_wiki(folder: Path, **lines: str) -> Settings:
    """A wiki with nothing in it, in a ``folder`` that is made, with these ``lines`` of settings."""
    folder.mkdir()
    said = "".join(f'{name} = "{value}"\n' for name, value in lines.items())
    (folder / "wiki.toml").write_text(said, "utf-8")
    settings = load_settings(folder, environ={})
    found(settings, empty=True)
    return settings


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """One that runs; tests may stop it and start it."""
    if not _BINARIES:
        pytest.skip("no PostgreSQL is installed below /usr/lib/postgresql")
    if os.getuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("PostgreSQL does not run as root, and there is no setpriv")
    with TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:
        made = Postgres(Path(folder))
        made.start()
        yield made
        made.stop()


@pytest.fixture(scope="module")
def standby(postgres: Postgres) -> Iterator[Postgres]:
    """A streaming replica of ``postgres`` that runs; tests may stop it and start it."""
    with TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:
        made = Postgres(Path(folder), postgres)
        made.start()
        yield made
        made.stop()


class Proxy:
    """Hands bytes on to ``port`` of loopback, until it is told not to.

    ``silent``: it takes connections and what is sent on them, and nothing comes back. ``cut``: it
    ends those that there are, and refuses others.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._ended, self._lock = Event(), Lock()
        self._silent = False
        self._pairs: list[tuple[socket.socket, socket.socket | None]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._thread.start()

    def silence(self) -> None:
        """From now on nothing is handed on."""
        self._silent = True

    def cut(self) -> None:
        """Ends all connections and listens no more."""
        listener = self._listener
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        self._drop()

    def mend(self) -> None:
        """Goes on as at first; what was connected meanwhile is ended."""
        self._silent = False
        self._drop()
        if self._listener.fileno() == -1:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        """Ends it."""
        self.cut()

    def _drop(self) -> None:
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                if end is not None:
                    with suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)
                    end.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            server = None
            if not self._silent:
                try:
                    server = socket.create_connection(("127.0.0.1", self._to))
                except OSError:
                    client.close()
                    continue
            with self._lock:
                self._pairs.append((client, server))
            if server is not None:
                Thread(target=self._hand_on, args=(client, server), daemon=True).start()

    def _hand_on(self, client: socket.socket, server: socket.socket) -> None:
        others = {client: server, server: client}
        with DefaultSelector() as ready, suppress(OSError, ValueError):
            for one in others:
                ready.register(one, EVENT_READ, one)
            while True:
                for key, _events in ready.select():
                    end: socket.socket = key.data
                    data = end.recv(65_536)
                    if not data:
                        raise OSError
                    if not self._silent:
                        others[end].sendall(data)
        if not self._silent:
            for one in others:
                one.close()
