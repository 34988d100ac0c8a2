"""Has the process of tasks ready, so that what was just saved is compared within the second.

Making an engine takes seconds, and waking an encoder up another: both are done when the process
starts, once, and then held. Commands that run what is due and end have no use for that.
"""

from wiki.api.plugin import Instance

from .pairs import hold, pair_all, stores

FOLLOWING = "matching.following"


def follow(instance: Instance) -> None:
    """The task that follows the pages: compares what is new; the first time, makes all ready."""
    pair_all(instance)
    if not hold(instance):
        return
    for store in stores(instance):
        store.encoder.encode(["bonjour"])
