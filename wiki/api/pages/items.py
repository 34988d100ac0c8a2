"""Needs, offers and other items of blocks: read in a text, and changed there.

::

    item = read_item("- [ ] deux capteurs {#n-abcd1234}")
    line = set_state("- [ ] deux capteurs", "x")  # "- [x] deux capteurs"
"""

from wiki.hookspecs.items import ItemAction, milestones
from wiki.hookspecs.texts import ItemChange, ItemWords
from wiki.pages.markdown.items import (
    Item,
    add_identity,
    new_identity,
    plain_text,
    read_item,
    replace_identity,
    set_mark,
    set_state,
)
from wiki.pages.queries import Query, read_query
from wiki.pages.states import STATE_WORDS
