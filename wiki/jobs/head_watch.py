"""Runs the tasks that follow the pages, as soon as the branch has moved.

Whoever moved it: a save, a push, a command in another process. Looking is one read of a small file.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Thread

from wiki.errors import StorageFailed
from wiki.repository.repository import Repository

#: Seconds between looks: with the work itself it is to be less than the second of a reader's click.
_LOOK = 0.1
#: While saves go on, so many times as long as its work took, each rests before it works again: what
#: several saves ask for is then done at once, and not at the cost of those who write. At most so
#: many seconds.
_REST, _LONGEST_REST = 9, 10.0
#: Seconds that who is at work has to end by itself; it may be killed anywhere.
_GRACE = 1


@contextmanager
def watching(
    repository: Repository,
    names: Sequence[str],
    run: Callable[[str], object],
    stopped: Event,
    after: float = 0,
) -> Iterator[None]:
    """Runs each of ``names`` in ``after`` seconds, then after each move, until ``stopped``.

    Each has a thread of its own, so that one which takes long keeps no other waiting.
    """
    threads = [
        Thread(target=_watch, args=(repository, name, run, stopped, after), name=name, daemon=True)
        for name in names
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join(_GRACE)


def _watch(
    repository: Repository, name: str, run: Callable[[str], object], stopped: Event, after: float
) -> None:
    seen: str | None = None
    stopped.wait(after)
    while not stopped.is_set():
        head = seen
        # A damaged branch is told to whoever reads; it may be mended while this goes on.
        with suppress(StorageFailed):
            head = repository.head()
        rest = _LOOK
        if head != seen:
            seen, begun = head, time.monotonic()
            run(name)
            rest = min(max(_LOOK, _REST * (time.monotonic() - begun)), _LONGEST_REST)
        stopped.wait(rest)
