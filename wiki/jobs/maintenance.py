"""What is done beside all requests: each day, so that nothing grows without end; and the public
history, which takes longer than anyone waits where it has to be made again.
"""

from typing import cast

from wiki.instance import Instance
from wiki.people.privacy.expiry import forget_the_past
from wiki.projections.search import SearchProjection
from wiki.projections.tables.projection import TableProjection

#: the task that brings the tables up to date, and that which does so for the public history
CATCH_UP, PUBLISH = "tables", "public"


def run(instance: Instance) -> None:
    """Deletes private rows that have had their day, and packs the repository where it is time."""
    forget_the_past(instance.private)
    instance.repository.upkeep.start_if_due()


def catch_up(instance: Instance) -> None:
    """Brings all tables up to date, each page read once for all of them.

    For whoever asks next; and those tasks that step back far for others then find them so, and
    keep nobody waiting who wants to write them.
    """
    parts = instance.projections
    for name in parts:
        if isinstance(parts.part(name), TableProjection):
            parts.catch_up(name)


def publish(instance: Instance) -> None:
    """Brings the public history up to date."""
    instance.projections.catch_up("public")


def is_search_due(instance: Instance) -> bool:
    """Whether so many pages have changed that the search index is to be written."""
    return _search(instance).is_due(instance.repository)


def write_search(instance: Instance) -> None:
    """Writes the search index as of the newest commit; nobody waits for that."""
    _search(instance).write_recent(instance.repository)


def _search(instance: Instance) -> SearchProjection:
    return cast(SearchProjection, instance.projections.part("search"))
