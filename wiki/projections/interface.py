"""What a projection is: something worked out from git that says which commit it reflects."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from wiki.projections.pin import Store
from wiki.repository.span import Span

if TYPE_CHECKING:
    from wiki.projections.tables.store import Stores

#: ``progress(done, total)``: so many steps done, of so many where that is known
Progress = Callable[[int, int | None], None]

#: takes in one batch of pages
TakeBatch = Callable[[Span], None]

#: seconds that a question waits for another thread or process that is catching up
PATIENCE = 2.0


class Busy(Exception):
    """Somebody else is writing this projection, for longer than a question waits."""


class Projection(ABC):
    """What is worked out from git; rows and marker move together, or neither.

    ``needs`` names the projections that its answers join: asking for it brings them up to date too.
    """

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()
    #: whether its questions note what they depend on; others depend on all that is in git
    notes: ClassVar[bool] = False
    #: whether it bumps topics as its rows change, so that answers outlast a commit
    bumps: ClassVar[bool] = False
    #: it tells commits, not states: where history was rewritten, it starts over
    story: ClassVar[bool] = False
    #: its rows repeat numbers that a story gives: it starts over where that does
    repeats_story: ClassVar[bool] = False
    #: whether it can begin from nothing page by page (a story: commit by commit), beside others
    #: (``starting_over``)
    in_batches: ClassVar[bool] = False
    #: what its topics begin with, where they are its own: no answer without them depends on it
    prefix: ClassVar[str] = ""

    @property
    def store(self) -> Store | None:
        """What a request reads one state of, with all else that is kept there; None: nothing."""
        return None

    @abstractmethod
    def open(self, folder: Path, stores: "Stores") -> None:
        """Keeps its state under ``folder`` from now on, or in the ``stores`` that rows are in.

        Nothing is asked of these yet.
        """

    @abstractmethod
    def reflects(self) -> str:
        """The commit that the state reflects; ``EMPTY`` before the first."""

    def holds(self) -> str:
        """The commit that answers are from: that of the marker, but while it starts over."""
        return self.reflects()

    @abstractmethod
    def apply(self, span: Span, progress: Progress | None = None) -> None:
        """Moves state and marker from ``span.since`` to ``span.to``.

        From ``EMPTY`` it starts over. Does nothing where the marker is not ``span.since`` (any
        more): another process was quicker. Raises Busy where it cannot have its lock.
        """

    def starting_over(self, span: Span) -> AbstractContextManager[TakeBatch | None]:
        """As ``apply`` from ``EMPTY``; inside, what is given takes the pages in batch by batch.

        None where the marker is not ``EMPTY`` any more.
        """
        raise NotImplementedError

    def is_renewed(self) -> bool:
        """Whether what stood here was another version's, so that it starts over."""
        return False

    @abstractmethod
    def reset(self) -> None:
        """Moves the marker to ``EMPTY``: the next ``apply`` starts over."""

    def close(self) -> None:  # noqa: B027 - most have nothing to close
        """Lets go of files."""
