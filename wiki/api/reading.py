"""What a person may read: rows of pages, found, counted and opened.

::

    reader = current_reader()
    listing = reader.find(select(types=("project",), values={"theme": ["iot"]}), "title", 20)
    page = reader.page(listing.rows[0].path)  # raises NotFound where they may not see it
"""

from wiki.digests.reach import reach_of
from wiki.projections.catalogue import Count, Listing, PageRow, Selection, select
from wiki.reading import Reader
from wiki.reading.births import birth_of

__all__ = ["Count", "Listing", "PageRow", "Reader", "Selection", "birth_of", "reach_of", "select"]
