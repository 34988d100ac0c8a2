"""What sister Carrefours say to each other beyond their pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wiki.hookspecs.marks import hookspec

if TYPE_CHECKING:
    from wiki.instance import Instance


@dataclass(frozen=True)
class SisterMessage:
    """A kind of message that sisters send each other, and what is done with one.

    ``take(instance, sister, body)`` is called once for each that has come from the sister of that
    name; its signature was checked, and nothing of ``body`` was: it is a sister's word, of 64 kB at
    most. It raises WikiError to refuse it for good, which the sister is told in its words.
    ``gave_up(instance, sister, body, words)``: one of ours was refused there, or did not arrive in
    a month. ``kind`` begins with the plugin's name.
    """

    kind: str
    take: "Callable[[Instance, str, Mapping[str, Any]], object]"
    gave_up: "Callable[[Instance, str, Mapping[str, Any], str], object] | None" = None


@hookspec
def sister_messages() -> Sequence[SisterMessage]:
    """The kinds of messages that the plugin takes from sister Carrefours."""
