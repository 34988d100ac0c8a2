"""What things are to programs of others, such as search engines: in the words of schema.org."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wiki.hookspecs.marks import hookspec
from wiki.hookspecs.pages import PageContext


@dataclass(frozen=True)
class Thing:
    """Something with an address of the site, as a type of schema.org and its properties.

    Values are text, numbers, days, moments, mappings for what has no address, other things, or
    sequences of these; empty ones are left out. Without a ``type`` it only says which thing is
    meant: all that is said of one address is put together, and a thing in another is told apart.
    """

    address: str
    type: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)


@hookspec
def linked_things(context: PageContext) -> Sequence[Thing]:
    """What a page that everybody may read is about, beside what its type says already.

    ``context.reader`` is a visitor, whoever the page is shown to.
    """
    return ()
