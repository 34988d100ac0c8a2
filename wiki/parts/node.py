"""This node among others: the repository that they share, and news from it."""

import logging
import shutil
import socket
import time
from collections.abc import Collection
from functools import partial
from threading import Event, Thread
from typing import cast

from wiki.config import Settings
from wiki.errors import BadField, BadSetting, StorageFailed
from wiki.pages.words import slug
from wiki.parts.encryption import seal, unseal
from wiki.parts.identity import (
    database_url,
    fingerprint,
    has_key,
    is_there,
    mark_parts,
    read_key,
)
from wiki.people.store.database import Database
from wiki.people.store.locks import alone_among_nodes
from wiki.projections.heads import changed_bodies
from wiki.repository.proposals import Proposed
from wiki.repository.remote.addresses import Remote, check_address, let_in
from wiki.repository.repository import Repository
from wiki.repository.shared.central import Shared
from wiki.repository.shared.host import Host
from wiki.repository.shared.names import MARK, Names
from wiki.repository.shared.repair import heal, lay_damaged_aside
from wiki.repository.shared.steps import Steps

#: seconds for which a save waits for those of other nodes, before it goes on without its turn
_TURN = 1.0
#: seconds that clocks may differ by
_CLOCK = 60.0
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


def node_name(settings: Settings) -> str:
    """What this node is called, as a name of a ref has it."""
    return slug(settings.node or socket.gethostname()) or "node"


def share(settings: Settings, repository: Repository) -> None:
    """Has ``repository`` follow the shared one, if there is one. Raises BadSetting."""
    if (remote := shared_remote(settings)) is not None:
        repository.shared = Shared(
            repository,
            Host(remote),
            fingerprint(key) if (key := read_key(settings.instance)) else "",
            node_name(settings),
            lambda old, new: changed_bodies(repository, old, new) is not None,
        )
        key, named = read_key(settings.instance), ("steps", "")
        repository.shared.steps = Steps(
            repository, partial(seal, key, *named), partial(unseal, key, *named)
        )


def take_turns(repository: Repository, private: Database) -> None:
    """Has saves of this node wait for those of others, where they would come at once."""
    if repository.shared is not None:
        repository.shared.turns.alone = partial(alone_among_nodes, private, "save", _TURN)


def begin_sharing(repository: Repository, proposed: Proposed) -> None:
    """Has what other nodes saved; where they cannot be asked, pages are read all the same."""
    if repository.shared is not None:
        try:
            repository.shared.begin()
            proposed.share()
        except StorageFailed as error:
            _log.error("no news of other nodes: %s (%s)", error, error.__cause__)


def joins(settings: Settings) -> bool:
    """Whether this node is to be made from what the others share: it has no pages yet."""
    return bool(settings.shared_repository) and not is_there(settings.instance / "content.git")


def drop_damaged(settings: Settings) -> bool:
    """Lays aside a clone that cannot be read, to be made again by ``join``; whether it did."""
    git = settings.instance / "content.git"
    return bool(settings.shared_repository) and is_there(git) and lay_damaged_aside(git)


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


class News:
    """Looks for what other nodes saved: each so many seconds, and at once where it is told to."""

    def __init__(self, shared: Shared, seconds: float) -> None:
        self._shared = shared
        self._seconds = seconds
        self._told = Event()
        #: what was told since the last look began that went well
        self._awaited: set[str] = set()
        self._failed = ""
        self._said: set[str] = set()

    def tell(self, head: str) -> None:
        """Another node says that it is at ``head``; "": it may have said so."""
        self._awaited.add(head)
        self._told.set()

    def learn(self, letter: str) -> None:
        """Another node says what it saved, before it tells where it is."""
        self._shared.steps.learn(letter)

    def has(self, head: str) -> bool:
        """Whether what was told so is here, or all that there is since then."""
        return head not in self._awaited

    def start(self, ended: Event | None = None) -> Thread:
        """Looks from now on until ``ended``, in a thread of its own."""
        thread = Thread(target=self._watch, args=(ended or Event(),), name="news", daemon=True)
        thread.start()
        return thread

    def _watch(self, ended: Event) -> None:
        due = 0.0
        while not ended.is_set():
            self._told.clear()
            told = frozenset(self._awaited)
            whole = "" in told or time.monotonic() >= due
            try:
                if self._look(() if whole else told):
                    self._awaited -= told
            except Exception:
                _log.exception("no news of other nodes")
            if whole:
                due = time.monotonic() + self._seconds
            self._told.wait(max(0.0, due - time.monotonic()))

    def _look(self, told: Collection[str]) -> bool:
        """Whether it goes well, for what was ``told`` or all that there is.

        What fails is said once, until it does again.
        """
        try:
            heal(self._shared)
            for head in told:
                self._shared.hear(head)
            if not told:
                self._shared.arrive()
            if self._failed:
                _log.warning("news of other nodes come again")
            self._failed = ""
            self._warn()
            return True
        except StorageFailed as error:
            if error.words != self._failed:
                _log.error("no news of other nodes: %s (%s)", error, error.__cause__)
            self._failed = error.words
            return False

    def _warn(self) -> None:
        """Says what harms nobody yet, once each time that it begins."""
        said = set()
        if self._shared.has_namesake:
            said.add(
                "another node has the name of this one: give each its own by the setting `node`"
            )
        if abs(ahead := self._shared.host.ahead) > _CLOCK:
            way = "ahead of" if ahead > 0 else "behind"
            said.add(f"the clock of this machine is {way} the git host's: saves bear its times")
        for words in said - self._said:
            _log.error("%s", words)
        self._said = said


def watch_news(settings: Settings, repository: Repository) -> News | None:
    """Follows what nodes share, for all processes of this one, for as long as this one lives."""
    if repository.shared is None:
        return None
    news = News(repository.shared, settings.news_seconds)
    news.start()
    return news
