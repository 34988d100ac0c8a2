"""Who has a place and who waits, as values: registering, cancelling, offers and their end (pure).

::

    unconfirmed ──confirm──▶ coming          where a place is free and nobody waits
         (join) ──────────▶ waiting ──a place is free──▶ offered ──accept──▶ coming
                                                          │
                                                          └──too late──▶ passed ──join──▶ waiting
    any of them ──cancel──▶ cancelled ──join──▶ …

A place that was offered is held. Who has one keeps it, however few there are afterwards; above the
capacity only an organiser admits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

UNCONFIRMED, WAITING, OFFERED = "unconfirmed", "waiting", "offered"
COMING, PASSED, CANCELLED = "coming", "passed", "cancelled"
STATES = (UNCONFIRMED, WAITING, OFFERED, COMING, PASSED, CANCELLED)
#: what takes a place
HELD = (OFFERED, COMING)


@dataclass(frozen=True)
class Entry:
    """Someone who registered. ``place`` orders those who wait; the lowest is first."""

    id: str
    state: str = UNCONFIRMED
    place: int = 0
    until: datetime | None = None


Entries = tuple[Entry, ...]


def join(entries: Entries, who: str, capacity: int | None) -> Entries:
    """``who`` is to come: at once where a place is free and nobody waits, else last in the queue.

    Someone who has a place, or waits already, stays where they are.
    """
    entry = find(entries, who)
    if entry is None or entry.state in (COMING, WAITING, OFFERED):
        return entries
    if free(entries, capacity) and not any(one.state == WAITING for one in entries):
        return _with(entries, replace(entry, state=COMING, until=None))
    last = max((one.place for one in entries), default=0) + 1
    return _with(entries, replace(entry, state=WAITING, place=last, until=None))


def accept(entries: Entries, who: str) -> Entries:
    """``who`` takes the place that they were offered; too late it is nothing."""
    entry = find(entries, who)
    if entry is None or entry.state != OFFERED:
        return entries
    return _with(entries, replace(entry, state=COMING, until=None))


def admit(entries: Entries, who: str) -> Entries:
    """An organiser gives ``who`` a place, whatever the capacity."""
    entry = find(entries, who)
    return _with(entries, replace(entry, state=COMING, until=None)) if entry else entries


def cancel(entries: Entries, who: str) -> Entries:
    """``who`` does not come; again is nothing."""
    entry = find(entries, who)
    return _with(entries, replace(entry, state=CANCELLED, until=None)) if entry else entries


def advance(entries: Entries, capacity: int | None, now: datetime, until: datetime) -> Entries:
    """Ends the offers that ran out, then offers what is free to the first who wait, ``until``."""
    entries = tuple(
        replace(one, state=PASSED, until=None)
        if one.state == OFFERED and one.until is not None and one.until <= now
        else one
        for one in entries
    )
    for one in sorted(waiting(entries), key=lambda entry: entry.place):
        if until <= now or not free(entries, capacity):
            break
        entries = _with(entries, replace(one, state=OFFERED, until=until))
    return entries


def free(entries: Sequence[Entry], capacity: int | None) -> bool:
    """Whether nobody has, or was offered, one of the places."""
    return capacity is None or sum(one.state in HELD for one in entries) < capacity


def waiting(entries: Sequence[Entry]) -> list[Entry]:
    """Those who wait, in no order."""
    return [one for one in entries if one.state == WAITING]


def find(entries: Sequence[Entry], who: str) -> Entry | None:
    """The entry of that id."""
    return next((one for one in entries if one.id == who), None)


def _with(entries: Entries, changed: Entry) -> Entries:
    return tuple(changed if one.id == changed.id else one for one in entries)
