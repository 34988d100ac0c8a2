"""The states of a page or a file in their order: what was changed when, and what it was then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wiki.api.imports.files import BundledFile

from .changes import DELETED, Change


@dataclass(frozen=True)
class State:
    """One state: ``change`` is None where nobody noted one, ``time`` where it is not known."""

    item: BundledFile
    time: int | None = None
    change: Change | None = None


@dataclass(frozen=True)
class Story:
    """All states, oldest first; ``missing`` is how many have no text any more."""

    states: Sequence[State]
    missing: int = 0


def story_of(
    current: BundledFile,
    kept: Mapping[int, BundledFile],
    changes: Sequence[Change],
) -> Story:
    """The states that ``changes`` tell, with what was kept of them, and the one that is now.

    DokuWiki keeps the text of a page with each change, and that of a file when another comes.
    """
    noted = {change.time: change for change in changes}
    last = changes[-1].time if changes else 0
    found: list[State] = []
    missing = 0
    for time in sorted(noted.keys() | kept.keys()):
        change = noted.get(time)
        if change is not None and change.kind == DELETED:
            continue  # what is kept of it is what stood there before
        item = kept.get(time)
        if item is None and time == last:
            item = current
        if item is None:
            missing += 1
        else:
            found.append(State(item, time, change))
    if not found or found[-1].item is not current:
        found.append(State(current))
    return Story(found, missing)
