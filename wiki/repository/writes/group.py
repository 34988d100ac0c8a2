"""Saves that wait together: one pack, one sync and one move of the branch for all of them.

::

    threads ──wish──▶ those that wait ──the first of them, in the queue──▶ commit on commit ──▶ disk
                                                                     each its own answer ◀──┘

Each has a commit of its own. What it was prepared from may have changed meanwhile: it says itself
what is to be saved then (``fit``), or is refused alone. Where the disk takes not all, each is tried
alone. Where nodes share a repository, all of them go there in one push, and anew on top of what
another node pushed first. Where that has happened lately nodes take turns: with two that push at
once one does it in vain, and fetches, and may be late again.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from threading import Condition
from typing import TYPE_CHECKING, NamedTuple

from wiki.errors import HostFailed, StorageFailed, Unconfirmed, WikiError
from wiki.repository.faults import not_saved, unconfirmed
from wiki.repository.importstream import commit_object
from wiki.repository.objects import Author
from wiki.repository.writes.branch import (
    BranchLocked,
    HeadMoved,
    LockedBranch,
    Overtaken,
    locked_branch,
    rest_from,
)
from wiki.repository.writes.pack import Pack
from wiki.repository.writes.times import time_after, time_on
from wiki.telemetry.traces import span

if TYPE_CHECKING:
    from wiki.repository.repository import Repository

_COMMITTER = b"\ncommitter "
#: groups after which it is looked whether packing is due
_EACH = 8


@dataclass(frozen=True)
class Wish:
    """New bytes for one ``file`` that stands there.

    ``fit(head, others)``: the bytes to save, now that its turn has come, the branch is at ``head``
    and ``others`` were saved just before it: file → bytes. None where it has to be prepared anew.
    ``alters``: nothing holds that was prepared without it; who comes after it is told so.
    """

    file: str
    fit: Callable[[str, Mapping[str, bytes]], bytes | None]
    author: Author
    message: str
    co_authors: Sequence[Author] = ()
    alters: bool = False


class Step(NamedTuple):
    """A commit that gives one ``file`` new bytes."""

    file: str
    data: bytes
    commit: bytes


@dataclass(eq=False)
class _Turn:
    """A wish, and what became of it: the commit, or why there is none."""

    wish: Wish
    commit: str = ""
    refusal: Exception | None = None

    @property
    def done(self) -> bool:
        return bool(self.commit or self.refusal)


class Group:
    """The saves of this process; those of others come before or after, in the writers' queue."""

    def __init__(self, repository: "Repository") -> None:
        self._repository = repository
        self._waiting: list[_Turn] = []
        self._led = False
        self._changed = Condition()
        self._written = count()

    def commit(self, wish: Wish) -> str:
        """Saves it, alone or with others; returns its commit once that is on disk.

        Raises HeadMoved where it does not hold any more, StorageFailed where the disk fails.
        """
        turn = _Turn(wish)
        if self._repository.write_lock.is_mine:
            self._write([turn])
        elif self._leads(turn):
            try:
                self._lead()
                if next(self._written) % _EACH == 0:
                    self._repository.upkeep.start_if_due()
            finally:
                with self._changed:
                    self._led = False
                    self._waiting = [one for one in self._waiting if one is not turn]
                    self._changed.notify_all()
        if not turn.commit:
            raise turn.refusal or not_saved()
        return turn.commit

    def _leads(self, turn: _Turn) -> bool:
        """Waits until the turn is over, or is the one that writes for all that wait."""
        with self._changed:
            self._waiting.append(turn)
            self._changed.wait_for(lambda: turn.done or not self._led)
            if turn.done:
                return False
            self._led = True
            return True

    def _lead(self) -> None:
        """Writes for all that wait: at once, or in the turn of this node where others are at it."""
        repository, shared = self._repository, self._repository.shared
        left: list[_Turn] = []
        if shared is None or not shared.turns.are_taken:
            with repository.lock():
                left = self._take()
                if self._write(left, once=shared is not None):
                    return
        if shared is not None:
            # In this order: whoever brings what others saved needs the queue meanwhile.
            with shared.turns.taken():
                with suppress(StorageFailed):  # whoever saves is told so by the push
                    shared.arrive()
                with repository.lock():
                    self._write([*left, *self._take()])

    def _take(self) -> list[_Turn]:
        with self._changed:
            taken, self._waiting = self._waiting, []
            return taken

    def _write(self, turns: Sequence[_Turn], *, once: bool = False) -> bool:
        """Writes what may be; never raises, but says to each what became of it.

        ``once``: False, and nothing is said, where another node was first.
        """
        try:
            for attempt in count(1):
                try:
                    with span("write commits", saves=len(turns)):
                        self._commit([turn for turn in turns if turn.refusal is None])
                    break
                except Overtaken as overtaken:
                    if once:
                        return False
                    rest_from(attempt, overtaken)
        except Exception as error:
            if len(turns) == 1 or isinstance(error, Unconfirmed | HostFailed):
                # Never tried again where it may be there: that would be twice.
                for turn in turns:
                    turn.refusal = turn.refusal or error
                return True
            # Not all of them: perhaps some.
            for turn in turns:
                if turn.refusal is None:
                    self._write([turn])
        return True

    def _commit(self, turns: Sequence[_Turn]) -> None:
        """Writes a commit for each that may be; raises where not all of them could be."""
        repository, pack = self._repository, Pack()
        before = head = repository.head()
        tree = repository.tree_of(before)
        others: dict[str, bytes] = {}
        steps: list[Step] = []
        made: dict[str, _Turn] = {}
        altered, now = False, time_on(repository, before)
        for turn in turns:
            wish = turn.wish
            if altered:
                turn.refusal = HeadMoved(head)
                continue
            if (data := self._fit(turn, before, others)) is None:
                continue
            tree.put(wish.file, "blob", pack.add("blob", data))
            now = time_after(now)
            root = tree.save(pack.add)
            words = commit_object(root, head, wish.author, wish.message, now, wish.co_authors)
            head = pack.add("commit", words)
            made[head] = turn
            steps.append(Step(wish.file, data, words))
            others[wish.file], altered = data, wish.alters
        if made:
            if repository.shared is not None:
                repository.shared.steps.note(before, head, steps)
            write(repository, pack, before, head)
        for commit, turn in made.items():
            turn.commit = commit

    @staticmethod
    def _fit(turn: _Turn, head: str, others: Mapping[str, bytes]) -> bytes | None:
        try:
            if (data := turn.wish.fit(head, others)) is not None:
                return data
            turn.refusal = HeadMoved(head)
        except Exception as error:
            turn.refusal = error
        return None


def write(repository: "Repository", pack: Pack, old: str, new: str) -> None:
    """Writes the objects and moves the branch from ``old`` to ``new``; for who holds the queue.

    Once more where a dead git's lock stood in the way and is now removed. Raises HeadMoved,
    StorageFailed, and of those Unconfirmed where the branch was moved all the same.

    Where nodes share a repository, that branch moves first: raises Overtaken where another node was
    first, and the branch is then where that one has moved it. Our disk writes while its host does.
    """
    shared, packed = repository.shared, pack.packed()
    who = pack.objects[new].data.partition(_COMMITTER)[2].partition(b"\n")[0]
    for attempt in (1, 2):
        branch: LockedBranch | None = None
        given = False
        try:
            with repository.write_lock.writing(), locked_branch(repository.folder) as branch:
                if (head := repository.head()) != old:
                    raise HeadMoved(head)
                with pack.begun(repository.folder, packed) as sync:
                    if shared is None:
                        sync()
                    else:
                        with ThreadPoolExecutor(1) as disk:
                            synced = [disk.submit(sync), disk.submit(branch.name, new)]
                            shared.publish(old, new, packed.pack)
                            given = True
                        for one in synced:
                            one.result()
                    branch.move(old, new, who, "save")
            repository.keep(pack.objects, pack.name)
            return
        except Overtaken as error:
            pack.remove(repository.folder)
            if shared is not None:
                shared.follow(error.head)
            raise
        except WikiError as error:
            if not isinstance(error, Unconfirmed):
                pack.remove(repository.folder)
            raise
        except BranchLocked as error:
            if attempt == 2:
                raise not_saved() from error
        except OSError as error:
            lost = not given and not (branch and branch.moved)
            raise (not_saved() if lost else unconfirmed()) from error
