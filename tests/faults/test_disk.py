"""A disk that is read-only, full, or without a file more: one reads on, and nothing is lost."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from wiki.disk.sqlite import empty_log, is_log_long, open_file

from .disks import Disk, DiskServer

#: what a visitor reads, and what somebody who is signed in does
_OPEN = ("/", "/projets/lora", "/projets/lora.md", "/-/search?q=lora", "/-/changes", "/-/login")
_OWN = ("/", "/-/edit/lien", "/-/account", "/-/account/watching", "/-/queue", "/-/history/lien")
#: what administrators are told of a full one
_NO_ROOM, _NO_FILES = "Il reste 0\xa0% du disque", "ne peut plus recevoir que 0\xa0%"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk", "size=48m,nr_inodes=4000")
    yield made
    made.end()


@pytest.fixture
def served(disk: Disk, cookie: str) -> Iterator[Callable[[Path], DiskServer]]:
    """``served(folder)``: `wiki serve` there, until the end of the test."""
    servers: list[DiskServer] = []

    def served(folder: Path) -> DiskServer:
        servers.append(DiskServer(disk, folder, cookie))
        return servers[-1]

    yield served
    for server in servers:
        server.stop()


def is_read(server: DiskServer, warning: str) -> None:
    """All that can be read is, and what cannot be kept is given back with words."""
    for path in _OPEN:
        assert server.ask(path, visitor=True)[0] == 200, path
    for path in _OWN:
        assert server.ask(path)[0] == 200, path
    status, told = server.send("/-/edit/lien", text="# Perdu ?\n\nNon.\n")
    assert (status, "Perdu ?" in told, "Rien n’a été enregistré" in told) == (503, True, True)
    assert warning in server.ask("/-/admin")[1]
    status, told = server.ask("/-/readyz")
    assert (status, '"disk"' in told) == (503, True)


def is_saved(server: DiskServer, ledger: list[str]) -> None:
    """The next save is taken."""
    text = f"# Un lien\n\nDe {len(ledger)}.\n"
    assert server.send("/-/edit/lien", text=text)[0] == 303
    assert server.ask("/lien.md", visitor=True) == (200, text)
    ledger.append(text)


def commits(disk: Disk, folder: Path) -> list[str]:
    """The texts of the page, newest first, as git has them."""
    git = ("git", "-c", "safe.directory=*", "-C", str(folder / "content.git"))
    found = disk.run(*git, "log", "--format=%H", "main", "--", "lien.md").split()
    return [disk.run(*git, "show", f"{one}:lien.md") for one in found]


def test_one_reads_on_and_saves_again_without_a_restart(
    sound: Path, disk: Disk, served: Callable[[Path], DiskServer]
) -> None:
    folder = disk.copy(sound)
    disk.mount("ro")
    server = served(folder)
    ledger: list[str] = []
    is_read(server, "Le disque est en lecture seule")
    assert server.send("/-/login-link", email="awa@example.org")[0] == 503
    disk.mount("rw")
    is_saved(server, ledger)
    server.wait_for("/-/readyz", 200)
    assert "Le disque est en lecture seule" not in server.ask("/-/admin")[1]
    git = str(folder / "content.git")
    disk.run("sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"', git)
    status, told = server.send("/-/edit/lien", text="# Perdu ?\n\nNon.\n")
    assert (status, "Perdu ?" in told) == (503, True)
    status, told = server.ask("/-/readyz")
    assert (status, "the repository of the pages is read-only" in told) == (503, True)
    check = (sys.executable, "-m", "wiki", "--instance", str(folder), "check")
    told = disk.run("sh", "-c", '"$@" || echo "status $?"', "sh", *check)
    assert "the repository of the pages is read-only" in told and "status 1" in told
    disk.run("mount", "-o", "remount,bind,rw", git)
    server.wait_for("/-/readyz", 200)
    is_saved(server, ledger)
    for fill, warning in ((disk.fill, _NO_ROOM), (disk.fill_names, _NO_FILES)):
        fill()
        is_read(server, warning)
        disk.clear()
        is_saved(server, ledger)
    assert commits(disk, folder)[: len(ledger)] == ledger[::-1]
    assert len(commits(disk, folder)) == len(ledger) + 1


@pytest.mark.parametrize(
    ("how", "warning"),
    [("fill", _NO_ROOM), pytest.param("fill_names", _NO_FILES, marks=pytest.mark.faults)],
)
def test_one_starts_where_there_is_no_room(
    sound: Path, disk: Disk, served: Callable[[Path], DiskServer], how: str, warning: str
) -> None:
    folder = disk.copy(sound)
    getattr(disk, how)()
    server = served(folder)
    is_read(server, warning)
    disk.clear()
    is_saved(server, [])
    server.wait_for("/-/readyz", 200)


def test_a_log_that_readers_keep_is_emptied_once_they_are_done(tmp_path: Path) -> None:
    """While each reader begins before the last one ends, SQLite never begins its log anew."""
    file = tmp_path / "rows.db"
    with ExitStack() as stack:
        writer, *readers = (
            stack.enter_context(closing(open_file(file, make=True))) for _number in range(3)
        )
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE t (word)")
        for number in range(24):
            begins, ends = readers[number % 2], readers[1 - number % 2]
            begins.execute("BEGIN")
            assert begins.execute("SELECT count(*) FROM t").fetchone() == (number,)
            if ends.in_transaction:
                ends.execute("COMMIT")
            writer.execute("INSERT INTO t VALUES (randomblob(1000000))")
        assert is_log_long(file)
        assert not empty_log(file), "the last one still reads"
        assert readers[1].execute("SELECT count(*) FROM t").fetchone() == (23,)
        readers[1].execute("COMMIT")
        assert empty_log(file)
        assert not is_log_long(file)
        assert readers[0].execute("SELECT count(*) FROM t").fetchone() == (24,)
