"""What is done each day so that nothing grows without end."""

from wiki.instance import Instance
from wiki.people.forgetting import forget_the_past


def run(instance: Instance) -> None:
    """Deletes private rows that have had their day, and packs the repository where it is time."""
    forget_the_past(instance.private)
    instance.repository.upkeep.start_if_due()
