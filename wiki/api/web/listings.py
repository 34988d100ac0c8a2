"""Long lists with choices: what the address asks for, and links to the rest.

::

    start = list_offset()
    themes = chosen_values("theme")
    links = page_links(listing.total, len(listing.rows), start)

    def question(theirs: Reader, limit: int, offset: int) -> Listing[PageRow]: ...

    found = list_at_sisters(reader, question)  # some, below the list
    if wants_sisters():
        return show_sisters(title, found)  # all of it, in place of the list

``@indexed`` below the view's ``@bp.get``: search engines may keep its address, without any choice.
"""

from wiki.reading.lists import list_facet_keys, rank_pages, suggest_pages
from wiki.web.indexing import indexed
from wiki.web.search.at_sisters import list_at_sisters, show_sisters, wants_sisters
from wiki.web.search.lists import chosen_values, clear_link, facet_links, list_offset, page_links
