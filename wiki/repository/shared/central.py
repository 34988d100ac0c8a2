"""The shared repository, which says what was saved: a clone follows it, and may be lost.

::

    save ──pack──▶ publish: old → new there, or Overtaken ──▶ the branch here, and the answer
    news ◀──────── arrive: what others pushed, fetched, and the branch here moved to it

The branch there moves by compare-and-swap, which git does itself: of two nodes that push on top of
one commit one is refused. So nothing is acknowledged that is not there, and what is there is never
taken back: where it is found at an older commit (its host was restored from a backup) it is brought
forward again by whoever sees it.
"""

import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from wiki.errors import HostRefuses, StorageFailed
from wiki.repository.faults import damaged, not_saved, unheard, unreachable
from wiki.repository.marks import node_id, note_shared, read_mark, read_shared
from wiki.repository.objects import BRANCH, EMPTY, WIKI_AUTHOR
from wiki.repository.process import GitFailed, run
from wiki.repository.rawlog import NOTHING
from wiki.repository.remote.addresses import RemoteFailed, push
from wiki.repository.repository import Repository
from wiki.repository.shared.host import Host, Unanswered, refused
from wiki.repository.shared.lineage import known, later, reaches
from wiki.repository.shared.names import KEY, MARK, NODES, Names, marked
from wiki.repository.shared.packs import turn, unpack
from wiki.repository.shared.protocol import (
    fetch_question,
    names_question,
    push_question,
    read_names,
    read_report,
)
from wiki.repository.shared.steps import Steps
from wiki.repository.shared.turns import Turns
from wiki.repository.writes.branch import BranchLocked, Overtaken, locked_branch
from wiki.repository.writes.pack import Pack
from wiki.translation import _

#: where commits are kept that this clone alone had
_ASIDE = "refs/aside/shared"
#: seconds that a save waits for a host that may have heard of it, and between two questions
_PATIENCE, _PAUSE = 10.0, 0.3
#: times that the host refuses what it could take, before that is believed: another push may have
#: been at its lock
_REFUSALS = 4

_log = logging.getLogger(__name__)


class Shared:
    """The shared repository of ``repository``, asked by ``host``."""

    def __init__(
        self,
        repository: Repository,
        host: Host,
        key: str = "",
        node: str = "",
        only_bodies: Callable[[str, str], bool] = lambda _old, _new: False,
    ) -> None:
        """``key``: what tells the key that this node signs with from others; ``node``: its name.

        ``only_bodies(old, new)``: no right of anybody's changed between two commits.
        """
        self._key, self._name = key, f"{NODES}/{node}" if node else MARK
        self.repository, self.host = repository, host
        self.counted: Callable[[str], object] = bool  # told one of ``telemetry.kinds.PUSHES``
        self.gave: Callable[[str, str], object] = lambda _old, _new: None  # told each move
        self.only_bodies = only_bodies
        self.turns = Turns()
        self.steps = Steps(repository)
        #: whether, when it was asked last, another node had the name of this one
        self.has_namesake = False

    def look(self) -> Names:
        """What it says now. Raises Unanswered, HostRefuses where it is another wiki's."""
        question = names_question([BRANCH, MARK, KEY, self._name])
        with self.host.asked("git-upload-pack", question) as answer:
            found = read_names(answer)
        names = Names(found.get(BRANCH, ""), {one: found[one] for one in found if one != BRANCH})
        if names.denies(MARK, read_mark(self.repository.folder)):
            raise refused(_("it holds the pages of another wiki"))
        if names.denies(KEY, self._key):
            raise refused(_("the file “secret” is another one than on the machines before it"))
        return names

    def state(self) -> Names:
        """What it says now. Raises HostFailed."""
        try:
            return self.look()
        except Unanswered as error:
            _log.error("the shared repository was not reached: %s", error)
            raise unreachable() from error

    def begin(self) -> None:
        """At start: fills it where it is empty, says whose it is, and has what others saved.

        Raises HostFailed.
        """
        try:
            names = self.look()
            if not names.head and self.repository.head() != EMPTY:
                with self.repository.lock():
                    self.give(self.repository.folder, EMPTY, self.repository.head())
                names = self.look()
            if names.head:
                self._check_ours(names)
                for mark, words in self._marks().items():
                    if mark not in names.marks or mark == self._name:
                        self._put(mark, words, names.marks.get(mark, NOTHING))
            self.arrive()
        except Unanswered as error:
            raise unreachable() from error

    def publish(self, old: str, new: str, packed: bytes) -> None:
        """Moves its branch from ``old`` to ``new``, which ``packed`` brings; for who saves.

        Raises Overtaken where it is elsewhere, HostFailed where nothing was saved, Unconfirmed
        where that is not known.
        """
        was = NOTHING if old == EMPTY else old
        question = push_question([(BRANCH, was, new)], packed)
        until, sent, refusals = time.monotonic() + _PATIENCE, False, 0
        while True:
            there, why = None, ""
            try:
                with self.host.asked("git-receive-pack", question) as answer:
                    why = read_report(answer).get(BRANCH, "no report")
                if not why:
                    break
                there = self.look().head or NOTHING
            except Unanswered as error:
                sent, why = sent or error.sent, str(error)
                with suppress(Unanswered):
                    there = self.look().head or NOTHING
            if there == new:
                break
            if there == NOTHING != was:
                raise refused(_("it is empty"))
            if there not in (None, was):
                # It never comes back to where it was: ours can be there no more, or is below.
                if sent and self._has_on_top(there or "", new):
                    break
                self.counted("overtaken")
                self.turns.note_overtaken()
                raise Overtaken(there or EMPTY)
            refusals += there == was
            self.counted("again")
            if not sent and there == was and refusals >= _REFUSALS:
                raise refused(why)
            if not sent and there is None:
                raise unreachable()
            if time.monotonic() > until:
                raise unheard()
            time.sleep(random.uniform(0, _PAUSE))  # noqa: S311 - so that nodes do not meet again
        self.turns.end()
        note_shared(self.repository.folder, new)
        self.gave(old, new)
        self.counted("taken")

    def give(self, folder: Path, old: str, new: str) -> None:
        """As ``publish``, for what a git client pushed, a mirror had, an import made.

        That is in the repository ``folder``; the caller, who holds the queue, moves ours. Where
        another node was first, ours has followed it when Overtaken is raised.
        """
        why = self._send(folder, new, None if old == EMPTY else old)
        there = self.state().head or EMPTY if why else new
        if there == new:
            note_shared(self.repository.folder, new)
            self.gave(old, new)
        elif there != old:
            self.follow(there)
            raise Overtaken(there)
        else:
            raise refused(why)

    def _has_on_top(self, there: str, new: str) -> bool:
        try:
            self._bring(there)
        except Unanswered as error:
            raise unheard() from error
        return reaches(self.repository, there, new)

    def arrive(self, commit: str = "") -> bool:
        """Has what others saved, and whether that moved the branch; ``commit``: unless it has it.

        Raises HostFailed, StorageFailed.
        """
        repository = self.repository
        here = commit and repository.has_commit(commit)
        if here and reaches(repository, repository.head(), commit):
            return False
        try:
            before, names = repository.head(), self.look()
            there, self.has_namesake = names.head, self.namesake(names)
            if there in ("", before):
                return False
            self._bring(there)
            with repository.lock():
                # Where we have moved meanwhile, it has too.
                self.follow(there if repository.head() == before else self.look().head)
        except Unanswered as error:
            raise unreachable() from error
        return repository.head() != before

    def hear(self, head: str) -> bool:
        """As ``arrive``, for a commit that a node says it saved: asked for by its name at once.

        Unless it told how to make it. Never one that somebody else names: texts that wait for an
        answer are there too.
        """
        repository = self.repository
        with suppress(StorageFailed, LookupError):  # else it is fetched
            if self.steps.take(head):
                return True
        with suppress(Unanswered, HostRefuses):  # it may be gone: a backup was restored
            self._bring(head)
            if head == later(repository, head, repository.head()) != repository.head():
                with repository.lock():
                    if later(repository, head, repository.head()) == head:
                        self.follow(head)
                return True
        return self.arrive(head)

    def follow(self, there: str) -> None:
        """Moves our branch to ``there``, what the shared one is at; for who holds the queue.

        Or that one to ours, where it has fallen behind. Raises HostFailed, StorageFailed.
        """
        repository = self.repository
        head = repository.head()
        if there in (head, EMPTY, ""):
            return
        try:
            self._bring(there)
        except Unanswered as error:
            raise unreachable() from error
        if head != EMPTY and not reaches(repository, there, head):
            if repository.is_ancestor(there, head):
                _log.warning("the shared repository had fallen behind: brought to %s", head)
                self._send(repository.folder, head, there)
                return
            if read_shared(repository.folder) != head:
                self._set_aside(head)
        self._move(head, there)

    def close(self) -> None:
        """Lets go of connections."""
        self.host.close()

    def _move(self, old: str, new: str) -> None:
        repository = self.repository
        who = f"{WIKI_AUTHOR.name} <{WIKI_AUTHOR.mail}> {int(time.time())} +0000".encode()
        try:
            with repository.write_lock.writing(), locked_branch(repository.folder) as branch:
                branch.move(old, new, who, "news")
        except (OSError, BranchLocked) as error:
            raise not_saved() from error
        note_shared(repository.folder, new)

    def _set_aside(self, head: str) -> None:
        _log.error("commits that the shared repository never had are kept as %s/%s", _ASIDE, head)
        try:
            run(self.repository.folder, "update-ref", f"{_ASIDE}/{head[:12]}", head)
        except GitFailed as error:
            raise not_saved() from error

    def _bring(self, commit: str) -> None:
        """Has the commit and all below it here. Raises Unanswered, HostRefuses, StorageFailed."""
        repository = self.repository
        if repository.has_commit(commit):
            return
        with turn(repository.folder):
            if not repository.has_commit(commit):
                self.fetch(commit, repository.folder, "index-pack", "--stdin")
        if not repository.has_commit(commit):
            raise damaged(commit)

    def fetch(self, commit: str, folder: Path, *words: str) -> None:
        """Has git (``words``) put the commit into ``folder``, with what our branch has not.

        Raises Unanswered, HostRefuses, StorageFailed.
        """
        question = fetch_question(commit, known(self.repository))
        with self.host.asked("git-upload-pack", question) as answer:
            unpack(answer, folder, words)

    def _send(self, folder: Path, commit: str, expected: str | None) -> str:
        """Has git push a history, where it is no save of now; why it was not taken, or ""."""
        try:
            push(folder, self.host.remote, commit, expected=expected)
        except RemoteFailed as error:
            return error.words or "refused"
        note_shared(self.repository.folder, commit)
        return ""

    def _marks(self) -> dict[str, str]:
        folder = self.repository.folder
        own = {} if self._name == MARK else {self._name: node_id(folder)}
        return {MARK: read_mark(folder), KEY: self._key, **own}

    def namesake(self, names: Names) -> bool:
        """Whether a node that came later has the name of this one."""
        return self._name != MARK and names.denies(self._name, node_id(self.repository.folder))

    def _check_ours(self, names: Names) -> None:
        """Pages that say not whose they are, and have nothing of ours, are not made ours."""
        ours = self.repository.head()
        if MARK in names.marks or ours == EMPTY:
            return
        self._bring(names.head)
        repository = self.repository
        if not (reaches(repository, names.head, ours) or reaches(repository, ours, names.head)):
            raise refused(_("it holds pages that are not this wiki's"))

    def _put(self, mark: str, words: str, old: str) -> None:
        """Says it there; of two who do at once one is first, and the other finds out."""
        if not words:
            return
        pack = Pack()
        if (blob := pack.add("blob", marked(words))) == old:
            return
        question = push_question([(mark, old, blob)], pack.packed().pack)
        with self.host.asked("git-receive-pack", question) as answer:
            why = read_report(answer).get(mark, "no report")
        if why and not self.look().is_of(mark, words):
            raise refused(why)
