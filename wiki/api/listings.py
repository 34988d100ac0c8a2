"""Long lists with choices: what the address asks for, and links to the rest.

::

    start = list_offset()
    themes = chosen_values("theme")
    links = page_links(listing.total, len(listing.rows), start)
"""

from wiki.web.search.lists import chosen_values, clear_link, facet_links, list_offset, page_links

__all__ = ["chosen_values", "clear_link", "facet_links", "list_offset", "page_links"]
