"""`wiki check --mend`: what can be mended without a loss, and what one says may be lost."""

import shutil
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from wiki.cli.sources import Source
from wiki.config import Settings
from wiki.disk.durable import write_file
from wiki.disk.places import clear_place
from wiki.disk.sqlite import open_file
from wiki.errors import BadRequest, StorageFailed
from wiki.instance import close_instance, open_instance
from wiki.parts.identity import (
    database_url,
    find_faults,
    has_key,
    is_there,
    make_key,
    mark_parts,
    read_identity,
)
from wiki.people.review.proposals import waiting_texts
from wiki.people.store.database import Database
from wiki.projections.public import Public
from wiki.projections.tables.file import FileTables
from wiki.repository.marks import write_mark
from wiki.repository.objects import EMPTY
from wiki.repository.proposals import Proposed
from wiki.repository.repository import Repository
from wiki.repository.writes.repair import (
    copy_repository,
    find_forgotten,
    fsck,
    lay_leftovers_aside,
    repositories_of,
    restore_branch,
    restore_objects,
    restore_settings,
)
from wiki.repository.writes.salvage import packs_without_index

#: seconds after which what a backup or a restore left unfinished is nobody's any more
_LEFT = 3600.0


def mend(settings: Settings, place: str | None, accepted: Collection[str]) -> Iterator[str]:
    """Mends, and gives a sentence for each thing that was. Raises WikiError."""
    with ExitStack() as stack:
        source = Source(place, settings, stack) if place else None
        if source:
            source.check_same(settings.instance)
        yield from _mend_parts(settings, source, accepted)
        yield from _mend_repository(settings, source)
        yield from _mend_proposals(settings, source)
        yield from _clear(settings.instance)


def _mend_parts(
    settings: Settings, source: Source | None, accepted: Collection[str]
) -> Iterator[str]:
    folder = settings.instance
    wrong = {fault.part for fault in find_faults(settings)} | set(accepted)
    if "content" in wrong:
        if source and source.repository:
            copy_repository(source.repository, folder / "content.git")
            yield f"content.git: taken from {source.place}"
        elif "content" in accepted:
            yield "content.git: taken as it is"
    if "secret" in wrong:
        if source and (key := source.part("secret")):
            write_file(folder / "secret", key.read_bytes())
            yield f"secret: taken from {source.place}"
        elif "secret" in accepted:
            if not has_key(folder):
                make_key(folder)
            yield "secret: taken as it is now; everybody signs in again"
    if "rows" in wrong:
        yield from _mend_rows(settings, source, accepted)
    if {"content", "secret", "rows"} & wrong and not _lacking(settings):
        with closing(Database(database_url(settings))) as private:
            private.migrate()
            mark_parts(folder, private)


def _lacking(settings: Settings) -> bool:
    """Whether a part is still not there, whosever the others are."""
    folder = settings.instance
    rows = settings.database_url or (folder / "private.db").is_file()
    return not (is_there(folder / "content.git") and has_key(folder) and rows)


def _mend_rows(
    settings: Settings, source: Source | None, accepted: Collection[str]
) -> Iterator[str]:
    rows = source.part("private") if source else None
    if rows is None and "rows" not in accepted:
        return
    if not settings.database_url and (rows is not None or not _is_readable(settings)):
        # Beside it, for whoever can get more out of it.
        clear_place(settings.instance / "private.db")
        for suffix in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                file = settings.instance / f"private.db{suffix}"
                file.rename(settings.instance / f"private.db.damaged{suffix}")
    with closing(Database(database_url(settings))) as private:
        if rows is not None and source is not None:
            private.restore(rows)
            yield f"private rows: taken from {source.place}"
        else:
            private.migrate()
            yield "private rows: taken as they are"


def _is_readable(settings: Settings) -> bool:
    try:
        with closing(open_file(settings.instance / "private.db")) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.DatabaseError:
        return False
    return True


def _mend_repository(settings: Settings, source: Source | None) -> Iterator[str]:
    folder, git = settings.instance, settings.instance / "content.git"
    if not is_there(git):
        return
    if restore_settings(git):
        yield "content.git: its settings are written anew"
    for name in ("refs/heads", "objects/pack", "objects/info"):
        (git / name).mkdir(parents=True, exist_ok=True)
    repository = Repository(git, folder / "lock")
    public = Public()
    public.open(folder / "index", FileTables)
    with ExitStack() as stack:
        stack.callback(repository.close)
        stack.enter_context(repository.lock())
        if identity := read_identity(folder):
            write_mark(git, identity.id)
        sources = [path for path in (public.folder, folder / "proposals.git") if path]
        if source and source.repository:
            sources.append(stack.enter_context(repositories_of(source.repository)))
        there = [path for path in sources if path.is_dir()]
        # Without a branch git misses nothing; one that names a lost commit has it looked for first.
        if _read_head(repository) is None:
            yield from _mend_branch(repository, public)
        for name in lay_leftovers_aside(git):
            yield f"content.git: {name} laid aside"
        wrong = fsck(git) or packs_without_index(git)
        if wrong and (restored := restore_objects(git, there)):
            yield f"content.git: {len(restored)} objects put back"
            repository.close()
        head = _read_head(repository)
        lost = head is not None and head != EMPTY and not repository.has_commit(head)
        if lost or find_forgotten(git):
            yield from _mend_branch(repository, public)


def _mend_proposals(settings: Settings, source: Source | None) -> Iterator[str]:
    """The store of texts that wait, and those of them that are lost and ``source`` has."""
    folder = settings.instance
    if not is_there(folder / "content.git"):
        return
    content = Repository(folder / "content.git", folder / "lock")
    held = Proposed(folder / "proposals.git", content)
    with ExitStack() as stack:
        stack.callback(content.close)
        stack.callback(held.close)
        with content.lock():
            if held.mend():
                yield "proposals.git: its settings are written anew"
        pack = source.part("proposals") if source else None
        if source is None or pack is None:
            return
        private = stack.enter_context(closing(Database(database_url(settings))))
        # Rows that cannot be read are told by who looks at them.
        with suppress(StorageFailed):
            if back := held.restore(pack, waiting_texts(private)):
                yield f"proposals.git: {len(back)} texts that wait put back from {source.place}"


def _mend_branch(repository: Repository, public: Public) -> Iterator[str]:
    if found := restore_branch(repository.folder, [public.reflects()]):
        yield f"content.git: the branch is at {found[:12]} again"


def _read_head(repository: Repository) -> str | None:
    """The newest commit, EMPTY before the first; None where the branch is lost."""
    try:
        return repository.head()
    except StorageFailed:
        return None


def _clear(folder: Path) -> Iterator[str]:
    """Removes what a backup or a restore that was killed has left: private rows are in it."""
    for path in (*folder.glob(".backup-*"), *folder.glob(".restore-*"), *folder.glob("*.part")):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime < _LEFT:
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            yield f"{path.name}: removed, it was left unfinished"


def rebuild(settings: Settings) -> Iterator[str]:
    """Makes anew what is worked out from git and cannot be brought up to date."""
    instance = open_instance(settings)
    try:
        for name in instance.projections:
            if not instance.projections.catch_up(name):
                instance.projections.reset(name)
                if not instance.projections.catch_up(name):
                    raise BadRequest(f"{name} cannot be made from what is in content.git")
                yield f"{name}: made anew"
    finally:
        close_instance(instance)
