"""Who may set a site up: whoever has its link, for a day."""

from wiki.parts.setup_link import is_good
from wiki.people.limits.durable import HOUR, attempt, client_network
from wiki.web.support import current_instance
from wiki.web.throttle import client_address

#: wrong tokens an hour, from one network
_WRONG = 30


def lets_in(token: str) -> bool:
    """Whether who asks with ``token`` may set the site up. Raises TooMany.

    Wrong ones are counted, and no right one is ever kept waiting for them.
    """
    instance = current_instance()
    if is_good(instance.settings, token, instance.private.now()):
        return True
    attempt(instance.private, f"setup@{client_network(client_address())}", _WRONG, HOUR)
    return False
