"""This node among others: the repository that they share, and news from it."""

import fcntl
import logging
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import cast

from wiki.config import Settings
from wiki.disk.open_files import open_writable
from wiki.errors import BadField, BadSetting, StorageFailed
from wiki.parts.identity import (
    database_url,
    fingerprint,
    has_key,
    is_there,
    mark_parts,
    read_key,
)
from wiki.people.store.database import Database
from wiki.projections.heads import changed_bodies
from wiki.repository.remote.addresses import Remote, check_address, let_in
from wiki.repository.repository import Repository
from wiki.repository.shared.central import MARK, Names, Shared
from wiki.repository.shared.host import Host

#: what the process of a node that looks for news holds
_LOCK = "news.lock"
_log = logging.getLogger(__name__)


def shared_remote(settings: Settings) -> Remote | None:
    """The repository that nodes share; None where this one is alone. Raises BadSetting."""
    if not settings.shared_repository:
        return None
    try:
        address, protocol = check_address(settings.shared_repository)
    except BadField as error:
        said = f"setting 'shared_repository': {error.words}"
        raise BadSetting(said, "shared_repository") from error
    if protocol == "ssh":
        words = "setting 'shared_repository' is a folder, or begins with https://"
        raise BadSetting(words, "shared_repository")
    return let_in(address, protocol, settings.shared_token)


def share(settings: Settings, repository: Repository) -> None:
    """Has ``repository`` follow the shared one, if there is one. Raises BadSetting."""
    if (remote := shared_remote(settings)) is not None:
        repository.shared = Shared(
            repository,
            Host(remote),
            fingerprint(key) if (key := read_key(settings.instance)) else "",
            lambda old, new: changed_bodies(repository, old, new) is not None,
        )


def begin_sharing(repository: Repository) -> None:
    """Has what other nodes saved; where they cannot be asked, pages are read all the same."""
    if repository.shared is not None:
        try:
            repository.shared.begin()
        except StorageFailed as error:
            _log.error("no news of other nodes: %s (%s)", error, error.__cause__)


def joins(settings: Settings) -> bool:
    """Whether this node is to be made from what the others share: it has no pages yet."""
    return bool(settings.shared_repository) and not is_there(settings.instance / "content.git")


def join(settings: Settings) -> bool:
    """Makes this node's clone of what the others share; False where that has no page yet.

    Its accounts are those of the others, on PostgreSQL, and so is the file ``secret``, which the
    operator copies. Raises StorageFailed where the host does not answer or something is another
    wiki's, BadSetting for what is missing.
    """
    git = settings.instance / "content.git"
    settings.instance.mkdir(parents=True, exist_ok=True)
    repository = Repository.create(git, settings.instance / "lock")
    made = False
    try:
        share(settings, repository)
        shared = cast(Shared, repository.shared)
        names = shared.state()
        if not names.head:
            return False
        _check_beside(settings, names)
        shared.arrive()
        private = Database(database_url(settings))
        try:
            private.migrate()
            mark_parts(settings.instance, private)
        finally:
            private.close()
        made = True
    finally:
        repository.close()
        if not made:
            shutil.rmtree(git, ignore_errors=True)
    return True


def _check_beside(settings: Settings, names: Names) -> None:
    """Raises BadSetting where accounts or key are not those of the other nodes."""
    if MARK not in names.marks:
        raise BadSetting(
            f"{settings.shared_repository} holds pages, but no wiki has been served from it: begin"
            " with `wiki init --from` it, in a folder without this setting, then set it",
            "shared_repository",
        )
    if not has_key(settings.instance):
        raise BadSetting(
            f"copy the file `secret` of another node to {settings.instance / 'secret'}: what one"
            " node signs all have to know",
            "shared_repository",
        )
    private = Database(database_url(settings))
    try:
        id = private.read_identity()
    finally:
        private.close()
    if not id or names.denies(MARK, id):
        raise BadSetting(
            "the accounts in 'database_url' are not those of the wiki whose pages are in"
            " 'shared_repository': all nodes have the same two",
            "database_url",
        )


def watch_news(
    settings: Settings, repository: Repository, ended: Event | None = None
) -> Thread | None:
    """Has one process of this node look for what others saved, for as long as it lives."""
    if (shared := repository.shared) is None:
        return None
    ended = ended or Event()
    lock = settings.instance / "index" / _LOCK

    def look() -> None:
        while not ended.wait(settings.news_seconds):
            with suppress(OSError):
                _alone(lock, lambda: _follow(shared, settings.news_seconds, ended))

    thread = Thread(target=look, name="news", daemon=True)
    thread.start()
    return thread


def _alone(lock: Path, work: Callable[[], None]) -> None:
    """``work``, where no other process is at it. Raises OSError."""
    file = open_writable(lock)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        work()
    finally:
        os.close(file)


def _follow(shared: Shared, seconds: float, ended: Event) -> None:
    """Looks again and again; what fails is said once, until it goes well again."""
    failed = ""
    while not ended.is_set():
        try:
            shared.arrive()
            if failed:
                _log.warning("news of other nodes come again")
            failed = ""
        except StorageFailed as error:
            if error.words != failed:
                _log.error("no news of other nodes: %s (%s)", error, error.__cause__)
            failed = error.words
        except Exception:
            _log.exception("no news of other nodes")
        ended.wait(seconds)
