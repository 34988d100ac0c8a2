"""A reader, and the pages that they may read: as they stand, as they stood, what leads to them.

::

    reader = current_reader()
    page = get_page(reader, path)  # raises NotFound where they may not see it
    everything = system_reader(instance, "reminders of needs")  # for work that acts for nobody
"""

from wiki.digests.reach import reach_of
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
