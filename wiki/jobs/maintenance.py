"""What is done beside all requests: each day, so that nothing grows without end; and the public
history, which takes longer than anyone waits where it has to be made again.
"""

from wiki.instance import Instance
from wiki.people.privacy.expiry import forget_the_past
from wiki.projections.search import SearchProjection

#: the task that brings the public history up to date
PUBLISH = "public"


def run(instance: Instance) -> None:
    """Deletes private rows that have had their day, and packs the repository where it is time."""
    forget_the_past(instance.private)
    instance.repository.upkeep.start_if_due()


def publish(instance: Instance) -> None:
    """Brings the public history up to date."""
    instance.projections.catch_up("public")


def write_search(instance: Instance) -> None:
    """Writes the search index where some pages have changed since; nobody waits for that."""
    search = instance.projections.part("search")
    if isinstance(search, SearchProjection):
        search.write_recent(instance.repository)
