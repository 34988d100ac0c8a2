"""What a transaction writes, told to whoever keeps answers: before it commits, and once it has."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from wiki.cache.versions import Versions
from wiki.errors import StorageFailed
from wiki.people.store.topics import RowTopics

if TYPE_CHECKING:
    from wiki.people.store.nodes import Nodes


@contextmanager
def told(
    written: RowTopics, versions: Versions | None, nodes: "Nodes | None"
) -> Iterator[Callable[[Session], None]]:
    """Inside is a transaction of this thread; it calls what is given with its session at its end.

    ``nodes`` are other machines. What narrows who may read, they all know when this ends.
    """
    changes: frozenset[str] = frozenset()
    announced = confirm = 0

    def announce(session: Session) -> None:
        nonlocal changes, announced, confirm
        if versions is not None and (changes := written.written):
            # A process that is killed once it has committed tells nobody any more.
            announced = versions.announce(changes)
            if nodes is not None:
                confirm = nodes.announce(session, changes)

    written.begin()
    try:
        yield announce
    finally:
        # Even where that failed: nobody knows whether a commit that was cut short stands.
        # Where this fails, they stay announced.
        if changes and versions is not None:
            with suppress(StorageFailed):
                versions.bump(changes, announced=announced)
    if confirm and nodes is not None:
        nodes.wait(confirm)
