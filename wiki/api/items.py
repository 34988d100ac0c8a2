"""Needs, offers and other items of blocks: read in a text, found over all pages, changed.

::

    listing = reader.items(select_items(blocks=("need",), places=("lyon",)))
    line = set_state("- [ ] deux capteurs", "x")  # "- [x] deux capteurs"
"""

from wiki.hookspecs.items import ItemAction
from wiki.hookspecs.texts import ItemWords
from wiki.pages.markdown.items import (
    Item,
    add_identity,
    new_identity,
    read_item,
    replace_identity,
    set_mark,
    set_state,
)
from wiki.pages.queries import Query, read_query
from wiki.pages.states import STATE_WORDS
from wiki.projections.catalogue import ItemRow, ItemSelection, select_items

# fmt: off
__all__ = [
    "STATE_WORDS", "Item", "ItemAction", "ItemRow", "ItemSelection", "ItemWords", "Query",
    "add_identity", "new_identity", "read_item", "read_query", "replace_identity",
    "select_items", "set_mark", "set_state",
]
# fmt: on
