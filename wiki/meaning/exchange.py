"""Vectors that several machines share: each has all of them in its files, and hears of new ones.

::

    keep ──▶ files of this node ──▶ Shared, what all nodes have ──follow()──▶ files of the others

A text is read by one node. Others take what is new when somebody asks there for what their files
lack, so that what is known costs no question. Where what is shared does not answer, each node goes
by its own files; where it was lost, the next that asks gives back what it has.
"""

import fcntl
import logging
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from wiki.errors import StorageFailed
from wiki.meaning.encoding import Encoder, Matrix
from wiki.meaning.vectors import Said, Vectors

_log = logging.getLogger(__name__)

#: rows that are given back at once
_AT_ONCE = 4_096


class State(NamedTuple):
    """How far a collection is: ``born`` tells it from one that was thrown away.

    ``cut`` is how often it was compacted, ``last`` the number of the newest row.
    """

    born: str = ""
    cut: int = 0
    last: int = 0


class Shared(Protocol):
    """The rows of one collection that all nodes have. Raises StorageFailed where it cannot."""

    def state(self) -> State:
        """How far it is; its first where there is none."""

    def after(self, number: int) -> Iterator[tuple[Sequence[bytes], Matrix, int]]:
        """The rows since ``number``: keys, vectors, and the number of the last of them."""

    def of(self, keys: Sequence[bytes]) -> tuple[Sequence[bytes], Matrix]:
        """Those of ``keys`` that are there, with their vectors."""

    def put(self, keys: Sequence[bytes], matrix: Matrix) -> tuple[State, State]:
        """Adds what is not there yet; the state before and after."""

    def compact(self, kept: Collection[bytes]) -> tuple[State, State]:
        """Lets go of all others where they are more than half; the state before and after."""


class SharedVectors(Vectors):
    """``Vectors`` in ``folder`` that follow ``shared``."""

    def __init__(
        self,
        encoder: Encoder,
        folder: Path,
        shared: Shared,
        *,
        coarse: bool = False,
        asking: Encoder | None = None,
    ) -> None:
        super().__init__(encoder, folder, coarse=coarse, asking=asking)
        self._shared = shared

    def missing(self, texts: Mapping[bytes, Said]) -> dict[bytes, Said]:
        """See Vectors: what some node has read is not missing, whatever befell the files here."""
        found = super().missing(texts)
        if not found:
            return found
        self.follow()
        if found := super().missing(found):
            with self._asking():
                super().keep(*self._shared.of(list(found)))
            found = super().missing(found)
        return found

    def keep(self, keys: Sequence[bytes], matrix: Matrix) -> None:
        """See Vectors."""
        super().keep(keys, matrix)
        try:
            self._pass(*self._shared.put(keys, self._exact(matrix)))
        except StorageFailed as error:
            _log.info("vectors are given to other nodes later: %s", error)
            self._followed.unlink(missing_ok=True)

    def compact(self, kept: Collection[bytes]) -> bool:
        """See Vectors."""
        cut = super().compact(kept)
        if cut:
            with self._asking():
                self._pass(*self._shared.compact(kept))
        return cut

    def follow(self) -> bool:
        """Takes what other nodes have read since; whether there was something."""
        taken = False
        with self._asking():
            if self._shared.state() != self._noted():
                with self._alone():
                    taken = self._take()
        return taken

    def _take(self) -> bool:
        noted, state = self._noted(), self._shared.state()
        if state.born == "" or state.born != noted.born:
            self._give()
            noted, state = State(), self._shared.state()
        if state == noted:
            return False
        if noted.born and state.cut == noted.cut:
            for keys, matrix, last in self._shared.after(noted.last):
                self._keep_new(keys, matrix)
                self._note_state(state._replace(last=last))
        else:
            self._take_anew(whole=bool(noted.born))
            self._note_state(state)
        return True

    def _take_anew(self, *, whole: bool) -> None:
        """Takes all; ``whole``: and nothing else is kept, as after others have compacted."""
        parts = list(self._shared.after(0))
        if whole:
            self._empty()
        for keys, matrix, _last in parts:
            self._keep_new(keys, matrix)

    def _keep_new(self, keys: Sequence[bytes], matrix: Matrix) -> None:
        known = self._places()
        new = [at for at, key in enumerate(keys) if key not in known]
        if new:
            super().keep([keys[at] for at in new], matrix[new])

    def _give(self) -> None:
        """Has all nodes have what is here: somebody threw it away, or this node read it alone."""
        known = list(self._places())
        for start in range(0, max(len(known), 1), _AT_ONCE):
            part = known[start : start + _AT_ONCE]
            self._shared.put(part, self.of(part))

    def _pass(self, before: State, after: State) -> None:
        """Notes what this node did itself, where it had all that was there before."""
        with self._alone():
            if self._noted() == before:
                self._note_state(after)

    def _noted(self) -> State:
        """The state that the files here are at."""
        with suppress(OSError, ValueError):
            born, cut, last = self._followed.read_text("ascii").split()
            return State(born, int(cut), int(last))
        return State()

    def _note_state(self, state: State) -> None:
        written = self._followed.with_suffix(".followed-new")
        written.write_text(f"{state.born} {state.cut} {state.last}", "ascii")
        written.replace(self._followed)

    @property
    def _followed(self) -> Path:
        return self._keys.with_suffix(".followed")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process of a node at a time."""
        self._followed.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._keys.with_suffix(".following"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Goes on without what is shared where it fails: it is given later what it lacks."""
        try:
            yield
        except StorageFailed as error:
            _log.info("vectors are not exchanged with other nodes: %s", error)
