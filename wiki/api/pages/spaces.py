"""Beginning a project, a person or any other page from its template.

::

    saved = make_space(reader, NewSpace(type="project", title="Une serre"))
    path = ensure_own_page(reader)  # of who asks, made now if they have none
"""

from wiki.editing.spaces import check_may_make, ensure_own_page, make_space, may_make, space_path
from wiki.editing.templates import NewSpace
