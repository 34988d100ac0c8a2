"""Asking brings it up to date: every projection says which commit it reflects and catches up first.

::

    projections["links"] ──▶ marker ≠ head?  ──▶ apply(Span(marker, head)) ──▶ the projection
                                  │ no                    │ failed, or busy elsewhere
                                  └──────────▶ ◀──────────┘ its old state, unless that could tell
                                                            who asks what was closed to them
                                                            since: then Busy

Nothing calls a projection after a save: a push, a restore, an import and a crashed worker are all
seen at the next question. Rebuilding is catching up from the empty tree.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from wiki.cache.topics import HEAD, OUTDATED, note, only
from wiki.errors import RowsUnreachable, StorageFailed
from wiki.processes.heap import seldom_collected
from wiki.projections.heads import Bodies, changed_bodies
from wiki.projections.interface import PATIENCE, Busy, Progress, Projection
from wiki.projections.pin import Pin
from wiki.projections.secrecy import Closing, closings, concern
from wiki.projections.spans import SharedSpan, batches, stories
from wiki.projections.tables.file import FileTables
from wiki.projections.tables.store import Stores
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository
from wiki.repository.span import Span
from wiki.telemetry.traces import span

log = logging.getLogger(__name__)

#: seconds before a projection that failed, or was busy, is tried again at the same head
RETRY = 10.0
_REMEMBERED = 16


class Projections(Mapping[str, Projection]):
    """The projections of an instance: ``projections[name]`` is up to date, or says it is behind.

    ``failures[name]`` is when a projection failed last; it goes when it has caught up.
    """

    def __init__(
        self,
        repository: Repository,
        folder: Path,
        parts: Iterable[Projection],
        patience: float = PATIENCE,
        stores: Stores = FileTables,
    ) -> None:
        """``folder`` is the instance's ``index/``; it is made where it is missing.

        ``stores`` say where rows are: in a file of that folder, if nothing else is said.
        """
        self._repository = repository
        self._parts = {part.name: part for part in parts}
        self._patience = patience
        self._locks = {name: threading.Lock() for name in self._parts}
        # Where catching up did not work out: the head it was for, and when to try again.
        self._later: dict[str, tuple[str, float]] = {}
        self._last: SharedSpan | None = None
        self._closings: dict[tuple[str, str], tuple[Closing, ...]] = {}
        self._local = threading.local()
        # What each kind of request has asked for: it is brought up to date before its first answer.
        self._asked: defaultdict[str, set[str]] = defaultdict(set)
        self.failures: dict[str, datetime] = {}
        for part in self._parts.values():
            part.open(folder, stores)
        # What has to be made first is made before any of them holds the lock for long: a process
        # that starts beside one that is catching up would find no tables to answer from.
        for part in self._parts.values():
            with suppress(Busy, RowsUnreachable):
                part.reflects()

    def __getitem__(self, name: str) -> Projection:
        """The projection called ``name``, brought up to date; raises KeyError.

        Raises Busy where that did not work out, and its old state could tell somebody of a page
        that they may no longer read.
        """
        return self.read(name)

    def read(self, name: str, audience: frozenset[str] | None = None) -> Projection:
        """As ``[name]``, for what is told to ``audience`` alone: Busy where it has lost a page."""
        part, pin = self._parts[name], self._pin
        if not part.notes:
            note((HEAD,))
        if pin is not None and name in pin.ready and (not pin.follows or pin.holds(name)):
            return part
        for need in (*part.needs, name):
            if not self.bring(need):
                self.check_secrecy(need, audience)
        return part

    def bring(self, name: str) -> bool:
        """Brings one projection to the commit that this thread answers from; whether it did."""
        pin = self._pin
        done = self.catch_up(name) if pin is None else pin.holds(name) or pin.bring(name)
        if not done:
            note((OUTDATED,))
        return done

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def part(self, name: str) -> Projection:
        """The projection called ``name`` as it stands; nothing is asked of it. Raises KeyError."""
        return self._parts[name]

    def parts(self, names: Collection[str]) -> list[Projection]:
        """Those of ``names`` as they stand, each after what it needs."""
        return [part for name, part in self._parts.items() if name in names]

    def head(self) -> str:
        """The newest commit."""
        return self._repository.head()

    def commit(self) -> str:
        """The commit that this thread's answers are from: the pinned one, or the newest."""
        return self.head() if self._pin is None else self._pin.commit

    @contextmanager
    def pinned(self, kind: str, *, follows: bool = False, by_heads: bool = False) -> Iterator[Pin]:
        """Answers this thread from one commit inside; see ``pin.py``.

        ``kind`` names the kind of request, such as a view: what one of a kind has asked for is
        brought up to date before the first answer of the next. One that saves brings what it asks.
        """
        before = self._pin
        asked = set() if follows else self._asked[kind]
        pin = self._local.pin = Pin(self, asked, follows=follows, by_heads=by_heads)
        try:
            yield pin
        finally:
            self._local.pin = before
            pin.release()

    def refresh(self) -> None:
        """Has this thread's next question begin a new state, where one was found damaged."""
        if self._pin is not None:
            self._pin.release()

    @property
    def pin(self) -> Pin | None:
        """What this thread's answers are pinned to."""
        return self._pin

    @property
    def _pin(self) -> Pin | None:
        return getattr(self._local, "pin", None)

    def changed_bodies(self, since: str, to: str) -> Bodies | None:
        """See ``heads.py``."""
        return changed_bodies(self._repository, since, to)

    def behind(self, name: str) -> bool:
        """Whether the projection does not reflect the head; asks nothing of it."""
        return self._parts[name].reflects() != self._repository.head()

    def missing(self, name: str) -> bool:
        """Whether the projection holds nothing though there are pages: it was lost, or never made.

        Not one of another version. It is made when it is asked for; nothing is asked of it here.
        """
        part = self._parts[name]
        return part.reflects() == EMPTY != self._repository.head() and not part.is_renewed()

    def catch_up(self, name: str, progress: Progress | None = None) -> bool:
        """Brings one projection to the head; whether that worked. Never raises for its faults."""
        with only():  # what it is made from is noted by who asks it
            return self._catch_up(name, progress)

    def _catch_up(self, name: str, progress: Progress | None) -> bool:
        part = self._parts[name]
        try:
            reflected = part.reflects()
        except (Busy, RowsUnreachable):
            return False
        if reflected == (head := self._repository.head()):
            self._fine(name)
            return True
        if self._waits(name, head):
            return False
        with suppress(StorageFailed):
            # Of nodes that share it another may be further: before others wait for our locks.
            self._arrive(reflected)
        if self._pin is not None:
            self._pin.release()  # it would see neither the new rows nor the new marker
        if not self._locks[name].acquire(timeout=self._patience):
            return False
        try:
            with span("catch up", projection=name):
                self._advance(part, progress)
        except RowsUnreachable:
            return False
        except Busy:
            self._put_off(part, head)
            log.info("projection %s is being brought up to date elsewhere", name)
            return False
        except Exception:
            self._later[name] = (head, time.monotonic() + RETRY)
            self.failures[name] = datetime.now(UTC)
            log.exception("projection %s could not be brought up to date", name)
            return False
        finally:
            self._locks[name].release()
        self._fine(name)
        return True

    def check_secrecy(self, name: str, audience: frozenset[str] | None = None) -> None:
        """Raises Busy where the state of ``name`` is from before a page was closed to ``audience``.

        None: to anybody.
        """
        held, head = self._parts[name].holds(), self._repository.head()
        if held == EMPTY:
            return
        found = self.closed_since(held, head)
        if concern(found, audience) if audience is not None else found:
            raise Busy(f"{name} is too old: pages were closed since")

    def closed_since(self, held: str, head: str) -> tuple[Closing, ...]:
        """What was closed to someone between two commits (``secrecy.closings``)."""
        if held == head:
            return ()
        if (found := self._closings.get((held, head))) is None:
            if len(self._closings) >= _REMEMBERED:
                self._closings.clear()
            same = self.changed_bodies(held, head) is not None
            found = () if same else closings(self._repository, held, head)
            self._closings[held, head] = found
        return found

    def reset(self, name: str) -> None:
        """Has ``name`` start over at the next question. Raises Busy."""
        with self._locks[name]:
            self._parts[name].reset()
        self._fine(name)

    def rebuild(self, name: str, progress: Progress | None = None) -> None:
        """Starts ``name`` over from the empty tree; its old state answers until it is done.

        Raises what went wrong, Busy included.
        """
        part = self._parts[name]
        with self._locks[name]:
            part.reset()
            self._advance(part, progress)
        self._fine(name)

    def build(self, names: Collection[str], progress: Progress | None = None) -> None:
        """Builds those of ``names`` that begin from nothing, most in one reading of all pages."""
        if self._repository.head() == EMPTY or self._pin is not None:
            return
        parts = [part for part in self.parts(names) if part.reflects() == EMPTY]
        for need in {need for part in parts for need in self._beside(part)}.difference(parts):
            self.catch_up(need.name, progress)
        with seldom_collected():
            try:
                self._build_together([part for part in parts if part.in_batches], progress)
            except Exception:
                log.info("the projections are built one by one", exc_info=True)
            for part in parts:
                self.catch_up(part.name, progress)
        for store in {id(part.store): part.store for part in parts}.values():
            if store is not None:
                store.compact()

    def _build_together(self, parts: Collection[Projection], progress: Progress | None) -> None:
        span, done = Span(self._repository, EMPTY, self._repository.head()), 0
        with only(), ExitStack() as stack:
            for part in parts:
                stack.enter_context(self._locks[part.name])
            taking = [(part, stack.enter_context(part.starting_over(span))) for part in parts]
            # Stories first: rows of others are written from theirs.
            for story, given in ((True, stories(span)), (False, batches(span))):
                takes = [take for part, take in taking if take and part.story == story]
                for batch in given if takes else ():
                    for take in takes:
                        take(batch)
                    if progress is not None:
                        progress(done := done + len(batch), None)

    def close(self) -> None:
        """Lets every projection go of its files."""
        for part in self._parts.values():
            part.close()

    def _advance(self, part: Projection, progress: Progress | None) -> None:
        """Applies spans until the marker is the head.

        The marker is read before the head, so that a span never leads backwards, and again by the
        projection once it holds its lock.
        """
        while (since := part.reflects()) != (head := self._repository.head()):
            if self._arrive(since):
                continue
            span = self._span(since, head)
            if since != EMPTY and not span.known:
                # The repository was replaced: nothing can be said from there.
                part.reset()
                continue
            if not all(self.catch_up(need.name) for need in self._beside(part)):
                raise Busy(f"what {part.name} is written from is not up to date")
            part.apply(span, progress)

    def _beside(self, part: Projection) -> list[Projection]:
        """Those that ``part`` needs in its store: its rows are written from theirs."""
        return [need for need in self.parts(part.needs) if need.store is part.store]

    def _arrive(self, commit: str) -> bool:
        """Whether our head moved, as another node reflects a ``commit`` that is not below it."""
        shared = self._repository.shared
        return shared is not None and commit != EMPTY and shared.hear(commit)

    def _span(self, since: str, to: str) -> Span:
        """The span, and what is known of it, for one projection after the other."""
        last = self._last
        if last is None or (last.since, last.to) != (since, to):
            last = self._last = SharedSpan(self._repository, since, to)
        return last

    def _waits(self, name: str, head: str) -> bool:
        """Whether it is too early to try again; a new head is always tried."""
        failed_at, until = self._later.get(name, ("", 0.0))
        return failed_at == head and time.monotonic() < until

    def _put_off(self, part: Projection, head: str) -> None:
        """Has what is kept in the same store not try for a moment: it would wait as long."""
        until = time.monotonic() + min(RETRY, self._patience)
        for one in self._parts.values():
            if one is part or (one.store is not None and one.store is part.store):
                self._later[one.name] = (head, until)

    def _fine(self, name: str) -> None:
        if name in self._later or name in self.failures:
            self._later.pop(name, None)
            self.failures.pop(name, None)
