"""A reader, and the pages that they may read: as they stand, as they stood, what leads to them.

::

    reader = current_reader()
    page = get_page(reader, path)  # raises NotFound where they may not see it
    everything = system_reader(instance, "reminders of needs")  # for work that acts for nobody

``narrower_or_equal(group, other)``: whether all who read a page of the one group, as
``reader.access(path).group`` says it, read one of the other.
"""

from wiki.digests.reach import reach_of
from wiki.pages.access import narrower_or_equal
from wiki.reading import Reader, system_reader
from wiki.reading.lists import search_pages
from wiki.reading.pages import (
    find_page,
    find_page_at,
    find_redirect,
    get_page,
    get_title,
    is_free,
    is_taken,
    list_backlinks,
    page_exists,
    resolve_target,
)
