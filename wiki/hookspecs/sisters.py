"""What sister Carrefours say to each other beyond their pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wiki.hookspecs.items import ItemAction
from wiki.hookspecs.marks import hookspec
from wiki.hookspecs.services import service

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.projections.catalogue import ItemRow
    from wiki.reading import Reader


@dataclass(frozen=True)
class SisterMessage:
    """A kind of message that sisters send each other, and what is done with one.

    ``take(instance, sister, body)`` is called once for each that has come from the sister of that
    name; its signature was checked, and nothing of ``body`` was: it is a sister's word, of 64 kB at
    most. It raises WikiError to refuse it for good, which the sister is told in its words.
    ``gave_up(instance, sister, body, words)``: one of ours was refused there, or did not arrive in
    a month. ``kind`` begins with the plugin's name.

    ``fill(instance, sister, body)``, where it is given, makes what is sent of the body that was
    kept, each time that it is tried; None: there is nothing to say any more. So what is personal,
    such as an address, is in no row that waits. One that is ``lasting`` is tried for as long as the
    site is a sister, whatever it answers but that it does not take such messages.
    """

    kind: str
    take: "Callable[[Instance, str, Mapping[str, Any]], object]"
    gave_up: "Callable[[Instance, str, Mapping[str, Any], str], object] | None" = None
    fill: "Callable[[Instance, str, Mapping[str, Any]], Mapping[str, Any] | None] | None" = None
    lasting: bool = False


@hookspec
def sister_messages() -> Sequence[SisterMessage]:
    """The kinds of messages that the plugin takes from sister Carrefours."""


@service
def sister_item_actions(item: "ItemRow", reader: "Reader") -> Sequence[ItemAction]:
    """Buttons of an item of a sister's, wherever it is listed here; ``reader`` is one of ours.

    ``item`` is of the copies (``origin_of``). Asked for each item of a list that is kept for many:
    it asks nothing itself.
    """
    return ()
