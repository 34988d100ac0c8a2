"""The links of a registration: one to manage it, one that its ticket shows, one for the door.

Each holds an id and our signature for one purpose: who photographs a ticket cannot cancel with it.
"""

from itsdangerous import BadSignature, Signer

from wiki.api.paths import action_url
from wiki.api.plugin import Instance

OWN, TICKET, DOOR = "own", "ticket", "door"
_LONGEST = 200


def own_path(instance: Instance, registration: str, what: str = "") -> str:
    """Where someone looks after their registration; ``what``: something below it."""
    token = make_token(instance, OWN, registration)
    return action_url(f"registrations/mine/{token}{f'/{what}' if what else ''}")


def own_url(instance: Instance, registration: str, what: str = "") -> str:
    """The same on the address of the settings, for mails."""
    return instance.settings.public_url + own_path(instance, registration, what)


def ticket_url(instance: Instance, registration: str) -> str:
    """What the code of a ticket says: where an organiser's phone checks it."""
    token = make_token(instance, TICKET, registration)
    return instance.settings.public_url + action_url(f"registrations/check/{token}")


def code_path(instance: Instance, registration: str, kind: str) -> str:
    """The picture of that code, as ``svg`` or ``png``."""
    token = make_token(instance, TICKET, registration)
    return action_url(f"registrations/code/{token}.{kind}")


def make_token(instance: Instance, purpose: str, words: str) -> str:
    """A signed link's last part."""
    return _signer(instance, purpose).sign(words).decode("ascii")


def read_token(instance: Instance, purpose: str, token: str) -> str | None:
    """What a link of ours for that purpose holds."""
    if len(token) > _LONGEST:
        return None
    try:
        return _signer(instance, purpose).unsign(token).decode("ascii")
    except (BadSignature, ValueError):
        return None


def _signer(instance: Instance, purpose: str) -> Signer:
    # Short, so that the code of a ticket is coarse enough for a poor camera.
    return Signer(instance.secret, salt=f"registrations-{purpose}")
