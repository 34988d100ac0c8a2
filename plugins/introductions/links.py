"""The link that one side of an introduction has: it names who it is for, and lets them answer.

It holds a random id and our signature; what it is still good for is said by the rows, so that it
works once where it must, and not at all once they are gone.
"""

from hashlib import sha256
from hmac import new

from itsdangerous import BadData, URLSafeSerializer

from wiki.api.paths import action_url
from wiki.api.people import Person
from wiki.api.plugin import Instance

_LONGEST = 200


def side_path(instance: Instance, side: str, what: str = "") -> str:
    """Where that side answers, without the site's address; ``what``: a page below it."""
    token = str(_signer(instance).dumps(side))
    return action_url(f"introductions/{token}{f'/{what}' if what else ''}")


def side_url(instance: Instance, side: str, what: str = "") -> str:
    """The same on the address of the settings, for mails."""
    return instance.settings.public_url + side_path(instance, side, what)


def read_token(instance: Instance, token: str) -> str | None:
    """The side that a link of ours is for."""
    if len(token) > _LONGEST:
        return None
    try:
        return str(_signer(instance).loads(token))
    except (BadData, ValueError, TypeError):
        return None


def who_of(instance: Instance, person: Person | None, email: str = "") -> str:
    """What someone is known by in limits, blocks and silences: their id, or a hash of the address.

    The hash is keyed: without the wiki's secret it says nothing.
    """
    if person is not None:
        return person.id
    return new(instance.secret, f"introductions:{email}".encode(), sha256).hexdigest()


def _signer(instance: Instance) -> URLSafeSerializer:
    return URLSafeSerializer(instance.secret, salt="introductions-side")
