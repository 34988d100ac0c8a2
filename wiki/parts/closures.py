"""Saves that take a page from somebody: other nodes have them before their writer is answered.

::

    push to what nodes share ──note()──▶ this thread ──the queue is left: confirm()──▶ did it close
                                                     nothing: answered ◀──no── something? ──yes──▶
                                                     all nodes have it, or keep no answer: answered

Whatever moves the branch of a node holds the writers' queue; who leaves it is answered after that.
"""

from threading import local

from wiki.errors import StorageFailed
from wiki.people.store.nodes import Nodes
from wiki.projections.base import Projections
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository


class Closures:
    """What threads have saved to what ``nodes`` share, and have not been answered yet."""

    def __init__(
        self, repository: Repository, projections: Projections, nodes: Nodes | None
    ) -> None:
        self._repository = repository
        self._projections = projections
        self._nodes = nodes
        self._thread = local()
        if repository.shared is not None:
            repository.shared.gave = self.note

    def note(self, old: str, new: str) -> None:
        """This thread moved the branch of all nodes from ``old`` to ``new``."""
        first, _last = getattr(self._thread, "moved", None) or (old, new)
        self._thread.moved = first, new

    def confirm(self) -> bool:
        """Waits, where what this thread has moved closed something, until no node shows it.

        Whether it has moved the branch of all, since it was asked last.
        """
        moved, self._thread.moved = getattr(self._thread, "moved", None), None
        if moved is not None and self._nodes is not None and self._closes(*moved):
            self._nodes.confirm_head(moved[1])
        return moved is not None

    def _closes(self, old: str, new: str) -> bool:
        if old == EMPTY:
            return False
        try:
            differing = self._repository.differing_files(old, new)
            # Files beside pages are closed by being gone.
            if differing is None or any(after is None for _file, _before, after in differing):
                return True
            return bool(self._projections.closed_since(old, new))
        except StorageFailed:
            return True
