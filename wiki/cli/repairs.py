"""`wiki check --mend`: what can be mended without a loss, and what one says may be lost."""

import shutil
import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from wiki.cli.console import count
from wiki.cli.sources import Source
from wiki.config import Settings
from wiki.config.sources import TOML
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
    mark_key,
    read_identity,
)
from wiki.people.accounts import list_people
from wiki.people.review.proposals import waiting_texts
from wiki.people.store.database import Database
from wiki.projections.public import Public
from wiki.projections.tables.file import FileTables
from wiki.repository.marks import read_mark, write_mark
from wiki.repository.objects import EMPTY
from wiki.repository.proposals import Proposed
from wiki.repository.repository import Repository
from wiki.repository.writes.repair import (
    copy_repository,
    find_forgotten,
    find_lost,
    find_newest,
    fsck,
    lay_leftovers_aside,
    move_branch,
    repositories_of,
    restore_objects,
    restore_settings,
)
from wiki.repository.writes.salvage import copy_histories, packs_without_index

#: seconds after which what a backup or a restore left unfinished is nobody's any more
_LEFT = 3600.0


def mend(settings: Settings, place: str | None, accepted: Collection[str]) -> Iterator[str]:
    """Mends, and gives a sentence for each thing that was. Raises WikiError.

    Only what was taken from ``place``, or is ``accepted``, is marked as the instance's own.
    """
    folder = settings.instance
    with ExitStack() as stack:
        source = Source(place, settings, stack) if place else None
        if source:
            source.check_same(folder)
        yield from _mend_parts(settings, source, accepted)
        lost = {fault.part for fault in find_faults(settings)}
        if "content" not in lost:
            yield from _mend_repository(settings, source, "content" in accepted)
            if "rows" not in lost:
                yield from _mend_proposals(settings, source)
        yield from _clear(folder)


def restore_settings_file(settings: Settings, place: str) -> bool:
    """Takes ``wiki.toml``, where it is gone, from ``place``; whether it did. Raises WikiError.

    The settings are to be read again then: they say where the private rows are.
    """
    file = settings.instance / TOML
    with ExitStack() as stack:
        source = Source(place, settings, stack)
        source.check_same(settings.instance)
        if file.exists() or (kept := source.part(TOML)) is None:
            return False
        write_file(file, kept.read_bytes())
        return True


def _mend_parts(
    settings: Settings, source: Source | None, accepted: Collection[str]
) -> Iterator[str]:
    folder, git = settings.instance, settings.instance / "content.git"
    identity = read_identity(folder)
    # Where it is lost, all parts are marked once the instance opens, if they agree.
    id = identity.id if identity else read_mark(git)
    wrong = {fault.part for fault in find_faults(settings)} | set(accepted)
    if "content" in wrong:
        taken = ""
        if source and source.repository:
            copy_repository(source.repository, git)
            taken = f"taken from {source.place}"
        elif "content" in accepted and is_there(git):
            taken = "taken as it is"
        if taken:
            write_mark(git, id)
            yield f"content.git: {taken}"
    if "secret" in wrong:
        taken = ""
        if source and (key := source.part("secret")):
            write_file(folder / "secret", key.read_bytes())
            taken = f"taken from {source.place}"
        elif "secret" in accepted:
            if not has_key(folder):
                make_key(folder)
            taken = "taken as it is now; everybody signs in again"
        if taken and identity:
            mark_key(folder, id)
        if taken:
            yield f"secret: {taken}"
    if "rows" in wrong:
        yield from _mend_rows(settings, source, accepted, id)


def _mend_rows(
    settings: Settings, source: Source | None, accepted: Collection[str], id: str
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
            taken = f"taken from {source.place}"
        else:
            private.migrate()
            taken = "taken as they are"
        if id:
            private.write_identity(id)
        yield f"private rows: {taken}, {count(len(list_people(private)), 'account')}"


def _is_readable(settings: Settings) -> bool:
    try:
        with closing(open_file(settings.instance / "private.db")) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.DatabaseError:
        return False
    return True


def _mend_repository(settings: Settings, source: Source | None, back: bool) -> Iterator[str]:
    """``back``: the branch may go back where the newest version is nowhere."""
    folder, git = settings.instance, settings.instance / "content.git"
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
        sources = [path for path in (public.folder, folder / "proposals.git") if path]
        if source and source.repository:
            sources.append(stack.enter_context(repositories_of(source.repository)))
        sources = [path for path in sources if path.is_dir()]
        for name in lay_leftovers_aside(git):
            yield f"content.git: {name} laid aside"
        restored = _restore_objects(git, sources)
        # Looked for before anything is moved; where git has no branch it misses nothing.
        if lost := find_lost(git):
            newest = find_newest(git, [public.reflects()])
            restored += copy_histories(sources, git, [lost], [newest] if newest else ())
        repository.close()
        moved = list(_mend_branch(repository, public, back))
        yield from moved
        if moved or lost:
            restored += _restore_objects(git, sources)
        if restored:
            yield f"content.git: {len(set(restored))} objects put back"
            repository.close()


def _restore_objects(git: Path, sources: Sequence[Path]) -> list[str]:
    return restore_objects(git, sources) if fsck(git) or packs_without_index(git) else []


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


def _mend_branch(repository: Repository, public: Public, back: bool) -> Iterator[str]:
    """``back``: it may go back where the newest version is nowhere."""
    git = repository.folder
    try:
        head = repository.head()
    except StorageFailed:
        head = ""
    if head == EMPTY or (head and repository.has_commit(head) and not find_forgotten(git)):
        return
    newest = find_newest(git, [public.reflects()])
    if (lost := find_lost(git)) and not back:
        yield (
            f"content.git: left as it is: the newest version, {lost[:12]}, is nowhere here; name a "
            "backup, a clone or a mirror that has it by `--from`"
            + (f", or go back to {newest[:12]} by `--accept content`" if newest else "")
        )
    elif newest:
        move_branch(git, newest)
        gone = f", and what was saved after it is lost: {lost[:12]}" if lost else ""
        yield f"content.git: the branch is at {newest[:12]} again{gone}"


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
