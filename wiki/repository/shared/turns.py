"""Turns of the nodes at the branch that they share, while several want it at once.

Of two that push at the same time one does it in vain: it fetches, and may be late again. Who has
been overtaken therefore asks for a turn for a while. Nothing is lost without it: the push decides.
It ends with the push: the next node need not wait until all here know of it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from threading import local

#: seconds for which turns are taken after another node was first
_LASTS = 5.0


class Turns:
    """Whether this process takes turns with other nodes; ``alone`` keeps them out."""

    def __init__(self) -> None:
        self.alone: Callable[[], AbstractContextManager[object]] = nullcontext
        self._thread = local()
        self._until = 0.0

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Inside it is the turn of this thread, until ``end``."""
        with ExitStack() as turn:
            turn.enter_context(self.alone())
            self._thread.turn = turn
            try:
                yield
            finally:
                self._thread.turn = None

    def end(self) -> None:
        """This thread has pushed, and needs its turn no more, if it has one."""
        if (turn := getattr(self._thread, "turn", None)) is not None:
            turn.close()

    def note_overtaken(self) -> None:
        """Another node was first just now."""
        self._until = time.monotonic() + _LASTS

    @property
    def are_taken(self) -> bool:
        """Whether another node was first lately."""
        return time.monotonic() < self._until
