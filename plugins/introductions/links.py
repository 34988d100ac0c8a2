"""The link that one side of an introduction has: it names who it is for, and lets them answer.

It holds a random id and our signature; what it is still good for is said by the rows, so that it
works once where it must, and not at all once they are gone.
"""

from hashlib import sha256
from hmac import new

from wiki.api.paths import SignedLink
from wiki.api.people import Person
from wiki.api.plugin import Instance

from .models import SideRow

SIDE = SignedLink("introductions-side", "introductions", str)


def who_of(instance: Instance, person: Person | None, email: str = "") -> str:
    """What someone is known by in limits, blocks and silences: their id, or a hash of the address.

    The hash is keyed: without the wiki's secret it says nothing.
    """
    if person is not None:
        return person.id
    return new(instance.secret, f"introductions:{email}".encode(), sha256).hexdigest()


def who_elsewhere(instance: Instance, sister: str, handle: str) -> str:
    """What somebody whom the sister knows as ``handle`` is known by, likewise."""
    return new(instance.secret, f"introductions:{sister}/{handle}".encode(), sha256).hexdigest()


def who_of_side(instance: Instance, side: SideRow) -> str:
    """What a side is known by, likewise."""
    if side.elsewhere is not None:
        return who_elsewhere(instance, side.elsewhere.sister, side.elsewhere.handle)
    return side.person or who_of(instance, None, side.email)
