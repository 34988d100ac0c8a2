"""Applications follow pages that a push renamed: where the new page names its former address.

Anybody may name any address there, so it is followed only to a page that has nobody on its team who
was not behind the application before.
"""

from wiki.api.plugin import Instance
from wiki.api.reading import find_redirect, page_exists, system_reader

from . import store
from .models import ApplicationRow
from .ownership import EVENT, PROJECT, may_follow
from .states import WITHDRAWN


def follow(instance: Instance, row: ApplicationRow) -> ApplicationRow:
    """The application with its pages where they are now; itself where none was renamed."""
    reader = system_reader(instance, "applications")
    moved: dict[str, object] = {}
    for side, path in ((PROJECT, row.project), (EVENT, row.event)):
        if not path or page_exists(reader, path) or (target := find_redirect(reader, path)) is None:
            continue
        if may_follow(instance, row, side, target):
            moved[side] = target
    if not moved:
        return row
    here = (
        ApplicationRow.event == moved.get(EVENT, row.event),
        ApplicationRow.project == moved.get(PROJECT, row.project),
        ApplicationRow.state != WITHDRAWN,
        ApplicationRow.id != row.id,
    )
    if store.find_all(instance, *here, limit=1):
        return row  # it was proposed anew from there meanwhile
    store.settle(instance, row.id, **moved)
    return store.find(instance, row.id)
