"""Needs, offers and other items over all pages: rows of the catalogue, found and counted.

::

    listing = find_items(reader, select_items(blocks=("need",), places=("lyon",)), limit=20)
    one = get_item(reader, listing.rows[0].identity)  # None where they may not see it
    all_needs = iterate_items(reader, select_items(("need",)))
    told = get_last_news(reader, ["atelier"])  # the day of each space's last line of its story
"""

from wiki.projections.catalogue import ItemRow, ItemSelection, select_items
from wiki.reading.history import get_item_moments, get_last_news
from wiki.reading.lists import (
    count_item_facets,
    count_items_by_space,
    find_items,
    get_item,
    get_items,
    get_newest_items,
    iterate_items,
)
