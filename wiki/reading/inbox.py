"""What waits for someone: on their account page, and first of all in their digests."""

from collections.abc import Callable

from wiki.hookspecs.notifications import Waiting
from wiki.plugins import call_hook
from wiki.reading.reader import Reader

Tell = Callable[[Reader], list[Waiting]]

#: rooms of the core that have something to tell
_WAITING: list[Tell] = []


def tells_what_waits(tell: Tell) -> Tell:
    """Has a room of the core tell what waits for a person; plugins have the hook ``waiting``."""
    _WAITING.append(tell)
    return tell


def what_waits(reader: Reader) -> list[Waiting]:
    """What waits for someone, as the core and plugins tell."""
    hook = reader.instance.plugins.hook.waiting
    told = [line for tell in _WAITING for line in tell(reader)]
    return told + [line for group in call_hook(hook, reader=reader) for line in group]
