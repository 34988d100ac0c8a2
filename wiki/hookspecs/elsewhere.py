"""What others have of something that a list shows: below one's own, marked, and leading home.

Sister Carrefours are one provider of such entries (``wiki/sisters/entries.py``); of events, a
plugin may know others. All words of an entry were written elsewhere: they are shown as text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wiki.hookspecs.items import ItemAction
from wiki.hookspecs.services import service

if TYPE_CHECKING:
    from wiki.reading import Reader


@dataclass(frozen=True)
class OthersEntry:
    """Something of another's: ``source`` is what they are called, ``home`` where it is at home.

    ``url`` is what its title leads to. ``before`` is the day until which it is asked for, or "";
    ``reasons`` say why it is near. ``action`` is what one does with it here.
    """

    source: str
    title: str
    url: str
    home: str
    summary: str = ""
    before: str = ""
    facts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    action: ItemAction | None = None


@dataclass(frozen=True)
class Entries:
    """Some of what others have, and how many there are in all; ``label`` says with whom.

    ``anchor`` names the group on a page; ``everything`` is the address of all of them, or "".
    ``more``: in all there are at least so many.
    """

    label: str
    anchor: str
    shown: tuple[OthersEntry, ...]
    total: int
    everything: str = ""
    more: bool = False


@dataclass(frozen=True)
class EventsAsked:
    """Which events a list shows: those with all ``words``, and one of the ``values`` of each key.

    Keys are those of facts, values their slugs. Events that are over are in no such list.
    """

    words: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@service
def events_elsewhere(reader: "Reader", asked: EventsAsked) -> Entries | None:
    """The next events of others, the soonest first; None where there are none.

    One that is a page here, for this reader, is left out: it is in the list itself.
    """
    return None
