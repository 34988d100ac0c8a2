"""The links of a registration: one to manage it, one that its ticket shows, one for the door.

Each holds an id and our signature for one purpose: who photographs a ticket cannot cancel with it.
They are plain, so that the code of a ticket is coarse enough for a poor camera.
"""

from wiki.api.paths import SignedLink, action_url
from wiki.api.plugin import Instance

#: where someone looks after their registration
OWN = SignedLink("registrations-own", "registrations/mine", str, plain=True)
#: what the code of a ticket says: where an organiser's phone checks it
TICKET = SignedLink("registrations-ticket", "registrations/check", str, plain=True)
DOOR = SignedLink("registrations-door", "registrations/door", str, plain=True)


def code_path(instance: Instance, registration: str, kind: str) -> str:
    """The picture of the code of a ticket, as ``svg`` or ``png``."""
    return action_url(f"registrations/code/{TICKET.token(instance, registration)}.{kind}")
