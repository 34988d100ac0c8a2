"""Has the process of tasks ready, so that what was just saved is compared within the second.

Making an engine takes seconds, and waking an encoder up another: both are done when the process
starts, once, and then held. Commands that run what is due and end have no use for that.
"""

from wiki.api import Instance

from . import pairing
from .pairing import pair_all, shelf_of, stores

FOLLOWING = "matching.following"


def follow(instance: Instance) -> None:
    """The task that follows the pages: compares what is new; the first time, makes all ready."""
    pair_all(instance)
    if instance.settings.instance in pairing._states or not shelf_of(instance).numbers():
        return
    with pairing._lock:
        # Nothing is new: this makes the engine, and keeps what is kept.
        pairing._pair(instance)
    for store in stores(instance):
        store.encoder.encode(["bonjour"])
