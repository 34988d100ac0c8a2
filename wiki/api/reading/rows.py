"""Pages found, listed and counted: rows of the catalogue, with the facts that hold today.

::

    listing = find_rows(reader, select(types=("project",), values={"theme": ["iot"]}), "title", 20)
    for row in listing.rows:
        print(row.title, row.first("state"), count_rows(reader, select(below=row.path)))

    all_projects = iterate_rows(reader, select(types=("project",)))
"""

from wiki.projections.catalogue import Count, Listing, PageRow, Selection, select
from wiki.reading.lists import (
    count_facets,
    count_rows,
    find_rows,
    get_row,
    get_rows,
    iterate_rows,
    list_children,
    list_own_spaces,
    list_paths,
    list_space_pages,
    list_team,
)
