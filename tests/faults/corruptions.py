"""The catalogue of what may befall each store, and what is promised of it: one row a file.

A file is damaged in several ways, each a corruption of its own: ``git branch: cut``. What is
promised is the least that has to happen:

``START``   the wiki does not open, and says what is wrong
``USE``     what cannot be told is an error in words, ``wiki check`` names it, the rest goes on
``MENDED``  answers are as before: it is not needed, or made again
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import shake_256
from pathlib import Path

START, USE, MENDED = "named at the start", "named at its first use", "mended by itself"
#: where lost parts are taken from: beside the instance
BACKUP = ("--from", "BACKUP")
ROWS = (*BACKUP, "--accept", "rows")

Damage = Callable[[Path], object]


def gone(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def empty(path: Path) -> None:
    _write(path, b"")


def cut(path: Path) -> None:
    data = path.read_bytes()
    _write(path, data[: len(data) // 2])


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x55
    _write(path, bytes(data))


def first_flipped(path: Path) -> None:
    data = path.read_bytes()
    _write(path, bytes((data[0] ^ 0x55,)) + data[1:])


def zeros(path: Path) -> None:
    _write(path, bytes(path.stat().st_size))


def noise(path: Path) -> None:
    _write(path, random_bytes(path.stat().st_size))


def longer(path: Path) -> None:
    _write(path, path.read_bytes() + random_bytes(4096))


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def full_folder(path: Path) -> None:
    folder(path)
    (path / "file").write_bytes(b"of somebody\n")


def a_file(path: Path) -> None:
    shutil.rmtree(path)
    path.write_bytes(b"of somebody\n")


def random_bytes(count: int) -> bytes:
    """The same each time."""
    return shake_256(b"noise").digest(count)


def _write(path: Path, data: bytes) -> None:
    """In place: the file stays the one that a process has open."""
    path.chmod(0o600)
    path.write_bytes(data)


ALL = (gone, empty, cut, flipped, zeros, noise)


@dataclass(frozen=True)
class Row:
    """A file of the instance, by its pattern, and the ways in which it is damaged."""

    name: str
    place: str
    ways: tuple[Damage, ...]
    promise: str
    mend: tuple[str, ...] = ()
    #: a word that the sentence has to say, for what is named
    says: str = ""
    #: whether it is damaged while the wiki runs, too
    runs: bool = False


@dataclass(frozen=True)
class Corruption:
    """One way of one row."""

    row: Row
    way: Damage

    @property
    def name(self) -> str:
        return f"{self.row.name}: {self.way.__name__.strip('_').replace('_', ' ')}"

    def apply(self, instance: Path) -> None:
        """Damages the first file that the pattern finds, or the place that it names."""
        found = sorted(instance.glob(self.row.place)) or [instance / self.row.place]
        self.way(max(found, key=lambda path: path.stat().st_size if path.is_file() else -1))


# Damages of one store alone


def git(folder: Path, *words: str, given: bytes = b"") -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], check=True, capture_output=True, input=given
    )
    return done.stdout.decode().strip()


def packed(branch: Path) -> None:
    git(branch.parents[2], "pack-refs", "--all")


def unborn(branch: Path) -> None:
    git(branch.parents[2], "update-ref", "-d", "refs/heads/main")


def of_nothing(branch: Path) -> None:
    branch.write_text("1" * 40 + "\n")


def of_a_blob(branch: Path) -> None:
    tree = git(branch.parents[2], "ls-tree", "-r", branch.read_text().strip())
    branch.write_text(tree.split()[2] + "\n")


def of_the_other(branch: Path) -> None:
    (other,) = set(branch.parent.iterdir()) - {branch}
    branch.write_text(other.read_text())


def set_back(branch: Path) -> None:
    branch.write_text(git(branch.parents[2], "rev-parse", "main~3") + "\n")


def with_another_name(head: Path) -> None:
    head.write_text("ref: refs/heads/master\n")


def not_bare(config: Path) -> None:
    git(config.parent, "config", "core.bare", "false")


def newer_format(config: Path) -> None:
    git(config.parent, "config", "core.repositoryformatversion", "9")


def with_a_bad_line(config: Path) -> None:
    config.write_text(config.read_text() + "[core\n")


def borrowing_from_nowhere(info: Path) -> None:
    info.mkdir(exist_ok=True)
    (info / "alternates").write_text("/nowhere/objects\n")


def with_a_hook_that_fails(repository: Path) -> None:
    hooks = repository / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("reference-transaction", "pre-receive", "update", "post-update"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o700)


def shallow(repository: Path) -> None:
    (repository / "shallow").write_text(git(repository, "rev-parse", "main~2") + "\n")


def with_grafts(repository: Path) -> None:
    (repository / "info").mkdir(exist_ok=True)
    (repository / "info/grafts").write_text(git(repository, "rev-parse", "main~1") + "\n")


def replaced(repository: Path) -> None:
    other = git(repository, "hash-object", "-w", "--stdin", given=b"# Autre\n")
    git(repository, "replace", git(repository, "rev-parse", "main:ouvert.md"), other)


def with_left_locks(repository: Path) -> None:
    for name in ("refs/heads/main.lock", "HEAD.lock", "packed-refs.lock", "config.lock"):
        path = repository / name
        path.write_bytes(b"")
        os.utime(path, (path.stat().st_mtime - 7200,) * 2)


def with_an_index(repository: Path) -> None:
    (repository / "index").write_bytes(b"")


def with_unfinished_packs(repository: Path) -> None:
    for name in ("tmp_pack_XYZ", "tmp_idx_XYZ", f"pack-{'0' * 40}.pack"):
        (repository / "objects/pack" / name).write_bytes(b"PACK\0\0")


def with_a_lying_index(pack: Path) -> None:
    """The index of another pack."""
    other = sorted(pack.parent.glob("*.idx"), key=lambda path: path.stat().st_size)[0]
    _write(pack, other.read_bytes())


def loose(repository: Path) -> Path:
    """The file of the text of a page, which stands by itself from now on."""
    id = git(repository, "rev-parse", "main:projets/lora.md")
    packs = repository / "objects/pack"
    for pack in sorted(packs.glob("*.pack")):
        data = pack.read_bytes()
        for part in packs.glob(f"{pack.stem}.*"):
            part.unlink()
        git(repository, "unpack-objects", "-q", given=data)
    for name in ("commit-graph", "commit-graphs", "packs"):
        path = repository / "objects/info" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return repository / "objects" / id[:2] / id[2:]


def object_gone(repository: Path) -> None:
    loose(repository).unlink()


def object_empty(repository: Path) -> None:
    empty(loose(repository))


def object_cut(repository: Path) -> None:
    cut(loose(repository))


def object_flipped(repository: Path) -> None:
    flipped(loose(repository))


def object_of_another(repository: Path) -> None:
    path = loose(repository)
    id = git(repository, "rev-parse", "main:ouvert.md")
    _write(path, (repository / "objects" / id[:2] / id[2:]).read_bytes())


def folder_of_objects_gone(repository: Path) -> None:
    shutil.rmtree(loose(repository).parent)


def with_all_others_gone(path: Path) -> None:
    for one in path.parents[1].glob("??/*"):
        one.unlink()


def sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


def page_in_the_middle(path: Path) -> None:
    """Every fourth page is noise but the first: no header tells it."""
    data = bytearray(path.read_bytes())
    size = int.from_bytes(data[16:18], "big") or 65536
    for at in range(4 * size, len(data), 4 * size):
        data[at : at + size] = random_bytes(size)
    _write(path, bytes(data))


def page_at_the_end(path: Path) -> None:
    """Rows of one table alone: the wiki opens and most of it answers."""
    with closing(sqlite3.connect(path)) as database:
        (page,) = database.execute(
            "SELECT max(pageno) FROM dbstat WHERE name = 'mail' AND pagetype = 'leaf'"
        ).fetchone()
    data = bytearray(path.read_bytes())
    size = int.from_bytes(data[16:18], "big") or 65536
    data[(page - 1) * size : page * size] = random_bytes(size)
    _write(path, bytes(data))


def without_people(path: Path) -> None:
    sql(path, "PRAGMA foreign_keys=OFF", "DROP TABLE person")


def without_a_column(path: Path) -> None:
    sql(path, "PRAGMA foreign_keys=OFF", "ALTER TABLE mail RENAME COLUMN subject TO was")


def of_a_newer_version(path: Path) -> None:
    sql(path, "UPDATE alembic_version SET version_num = 'people_9999' WHERE version_num LIKE 'p%'")


def of_nobody(path: Path) -> None:
    sql(path, "DELETE FROM instance")


def another_database(path: Path) -> None:
    _write(path, b"")
    sql(path, "CREATE TABLE x (y)", "INSERT INTO x VALUES (1)")


def with_a_foreign_log(path: Path) -> None:
    """A -wal of another database, as where files were copied one by one."""
    path.with_name(f"{path.name}-wal").write_bytes(random_bytes(40_000))


def with_an_empty_log(path: Path) -> None:
    path.with_name(f"{path.name}-wal").write_bytes(b"")


def with_a_foreign_map(path: Path) -> None:
    path.with_name(f"{path.name}-shm").write_bytes(random_bytes(32_768))


def with_a_hot_journal(path: Path) -> None:
    path.with_name(f"{path.name}-journal").write_bytes(random_bytes(4_096))


def _logged(path: Path, damage: Callable[[bytes], bytes]) -> None:
    """Rows that stand in the log alone, whose end is then damaged: they were not acknowledged."""
    log = path.with_name(f"{path.name}-wal")
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE aside (x)")
        database.execute("DROP TABLE aside")
        kept = path.read_bytes(), log.read_bytes()
    path.write_bytes(kept[0])
    log.write_bytes(damage(kept[1]))


def with_a_cut_log(path: Path) -> None:
    _logged(path, lambda data: data[: len(data) - 100])


def with_a_flipped_log(path: Path) -> None:
    _logged(path, lambda data: data[:-50] + bytes(50))


def latin(path: Path) -> None:
    path.write_bytes('site_name = "Été"\n'.encode("latin-1"))


def broken(path: Path) -> None:
    path.write_text("site_name = \n")


def of_a_foreign_setting(path: Path) -> None:
    path.write_text("sitename = 'x'\n")


def of_a_wrong_kind(path: Path) -> None:
    path.write_text("port = 'many'\n")


def short(path: Path) -> None:
    _write(path, path.read_bytes()[:31])


def another(path: Path) -> None:
    _write(path, random_bytes(32))


def of_words(path: Path) -> None:
    _write(path, b"words\n")


def _rows() -> Iterator[Row]:
    """Each row of the catalogue."""
    git, index = "content.git", "index"
    branch, named = f"{git}/refs/heads/main", "newest"
    # What is saved: git
    yield Row(
        "git branch",
        branch,
        (gone, empty, cut, zeros, noise, unborn, folder),
        START,
        says=named,
        runs=True,
    )
    yield Row("git branch", branch, (set_back,), START, says="older version")
    yield Row("git branch", branch, (of_nothing, of_a_blob), USE, says="newest", runs=True)
    yield Row("git branch", branch, (packed,), MENDED, runs=True)
    unusable = "git cannot use"
    head = f"{git}/HEAD"
    yield Row("git HEAD", head, (gone, folder, empty, noise), START, says=unusable)
    yield Row("git HEAD", head, (cut, with_another_name), USE, says="HEAD")
    config = (gone, empty, noise, with_a_bad_line, not_bare, newer_format)
    yield Row("git config", f"{git}/config", config, START, says=unusable)
    yield Row("git log of the branch", f"{git}/logs/refs/heads/main", (*ALL, folder), MENDED)
    yield Row("git pack", f"{git}/objects/pack/*.pack", ALL, USE, BACKUP, "git", runs=True)
    yield Row(
        "git pack index",
        f"{git}/objects/pack/*.idx",
        (*ALL, with_a_lying_index),
        USE,
        BACKUP,
        "git",
        runs=True,
    )
    yield Row(
        "git", git, (object_gone, object_empty, object_cut, object_flipped), USE, BACKUP, "object"
    )
    yield Row("git", git, (object_of_another, folder_of_objects_gone), USE, BACKUP, "object")
    yield Row("git", git, (gone,), START, BACKUP, "content.git", runs=True)
    yield Row("git", git, (a_file,), START, BACKUP, "content.git")
    yield Row("git", git, (with_left_locks, with_unfinished_packs), MENDED, runs=True)
    yield Row("git", git, (with_a_hook_that_fails, replaced), MENDED)
    yield Row("git", git, (shallow, with_grafts, with_an_index), USE, says="hides")
    yield Row("git objects", f"{git}/objects/info", (borrowing_from_nowhere,), MENDED)
    yield Row("git objects", f"{git}/objects", (gone,), START, BACKUP, unusable)
    graph = f"{git}/objects/info/commit-graphs/*.graph"
    yield Row("git commit graph", graph, ALL, USE, says="commits", runs=True)
    yield Row("git mark", f"{git}/instance", (gone, empty, noise, another), START, BACKUP)
    yield Row("git begun", f"{git}/begun", (gone, folder), MENDED)
    # What is saved: private rows
    rows = ("private.db",)
    yield Row(
        "rows",
        *rows,
        (gone, empty, zeros, noise, first_flipped, another_database, of_nobody),
        START,
        BACKUP,
        "private",
        runs=False,
    )
    yield Row("rows", *rows, (folder, full_folder), START, BACKUP, "private")
    yield Row("rows", *rows, (cut,), USE, BACKUP, "private")
    pages = page_in_the_middle, page_at_the_end
    yield Row("rows", *rows, (*pages, without_a_column), USE, ROWS, "private")
    yield Row("rows", *rows, (without_people, of_a_newer_version), START, ROWS)
    yield Row(
        "rows",
        *rows,
        (
            with_a_foreign_log,
            with_an_empty_log,
            with_a_foreign_map,
            with_a_hot_journal,
            with_a_cut_log,
            with_a_flipped_log,
        ),
        MENDED,
    )
    # The key, whose parts these are, settings
    keys = (gone, empty, short, another, folder, full_folder)
    yield Row("key", "secret", keys, START, BACKUP, "key")
    yield Row("identity", "identity", (gone, empty, cut, noise, of_words, folder), MENDED)
    yield Row("settings", "wiki.toml", (broken, latin, noise, folder), START, says="wiki.toml")
    yield Row("settings", "wiki.toml", (of_a_foreign_setting, of_a_wrong_kind), START)
    # Texts that wait
    held = "proposals.git"
    said = "proposal"
    yield Row("proposals", held, (gone, a_file), USE, BACKUP, said)
    tips = (gone, empty, noise, folder, of_nothing, of_a_blob, of_the_other)
    yield Row("proposal", f"{held}/refs/proposals/*", tips, USE, BACKUP, said)
    yield Row("proposals HEAD", f"{held}/HEAD", (gone, noise), USE, (), said)
    yield Row("proposals config", f"{held}/config", (noise,), USE, (), said)
    for name in ("refs", "refs/proposals", "objects"):
        yield Row(f"proposals {name}", f"{held}/{name}", (gone,), USE, BACKUP, said)
    pieces = (*ALL, with_all_others_gone)
    yield Row("proposals object", f"{held}/objects/??/*", pieces, USE, BACKUP, said)
    yield Row("proposals borrow", f"{held}/objects/info/alternates", (gone, empty), MENDED)
    # What is worked out
    public = f"{index}/public-*"
    yield Row("public history", public, (gone,), MENDED, runs=True)
    yield Row("public link", f"{index}/public.git", (gone,), MENDED, runs=True)
    yield Row("public branch", f"{public}/refs/heads/main", (gone, empty, noise), MENDED, runs=True)
    yield Row("public HEAD", f"{public}/HEAD", (gone, noise), MENDED)
    yield Row("public config", f"{public}/config", (noise,), MENDED)
    yield Row("public marker", f"{public}/marker", (*ALL, folder), MENDED, runs=True)
    yield Row("public shown", f"{public}/shown.db", ALL, MENDED, runs=True)
    yield Row("public pack", f"{public}/objects/pack/*.pack", ALL, MENDED, runs=True)
    yield Row("public pack index", f"{public}/objects/pack/*.idx", (gone, cut), MENDED)
    yield Row(
        "tables",
        f"{index}/tables.db",
        (*ALL, first_flipped, page_in_the_middle),
        MENDED,
        runs=True,
    )
    yield Row("tables", f"{index}/tables.db", (folder, full_folder), MENDED, runs=True)
    yield Row("tables", f"{index}/tables.db", (with_a_foreign_log, another_database), MENDED)
    for name, place in (
        ("contents", "_search_*.toc"),
        ("documents", "search_*.documents"),
        ("terms", "search_*.terms"),
    ):
        yield Row(f"search {name}", f"{index}/search/{place}", (*ALL, longer), MENDED, runs=True)
    yield Row("search", f"{index}/search", (gone,), MENDED, runs=True)
    yield Row("pulse", f"{index}/pulse", (*ALL, folder), MENDED, runs=True)
    yield Row("versions", f"{index}/versions", (*ALL, longer, folder), MENDED, runs=True)
    yield Row("rates", f"{index}/rates", (*ALL, folder), MENDED, runs=True)
    for name, place in (("vectors", "near"), ("pairs", "matching"), ("passages", "answers")):
        for kind in ("keys", "rows"):
            yield Row(f"{name} {kind}", f"{index}/{place}/*.{kind}", ALL, MENDED, runs=True)
        yield Row(name, f"{index}/{place}", (gone,), MENDED, runs=True)
    yield Row("translations", f"{index}/translations/*.mo", ALL, MENDED)
    yield Row("picture", f"{index}/pictures/*", (*ALL,), MENDED, runs=True)
    yield Row("templates", f"{index}/templates/*.cache", ALL, MENDED, runs=True)
    yield Row("index", index, (gone,), MENDED, runs=True)
    yield Row("index", index, (a_file,), MENDED)
    # Beside
    yield Row("queue", "queue.db", (*ALL, page_in_the_middle, folder, full_folder), MENDED)
    yield Row("outbox", "outbox", (gone, a_file), MENDED)
    yield Row("lock", "lock", (gone, noise, folder, full_folder), MENDED, runs=True)


CORRUPTIONS = {
    one.name: one for row in _rows() for one in (Corruption(row, way) for way in row.ways)
}
