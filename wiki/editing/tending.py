"""What proposals need beside all requests, each day: git tidied, and a kind word to who waits."""

from wiki.editing.proposing import tidy_held
from wiki.instance import Instance

#: the task that does it
TASK = "proposals"


def run(instance: Instance) -> None:
    """Forgets the texts of what was decided."""
    tidy_held(instance)
