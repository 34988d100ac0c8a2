"""The link by which someone without an account finds their answer again: its id, signed."""

from hashlib import sha256
from hmac import new

from wiki.api.paths import SignedLink
from wiki.api.people import Person
from wiki.api.plugin import Instance

#: where the author of an answer confirms it, reads what became of it, and takes it back
OWN = SignedLink("feedback-own", "feedback/own", str, plain=True)


def who_of(instance: Instance, person: Person | None, email: str = "") -> str:
    """What someone is known by in limits and trust: their id, or a keyed hash of the address."""
    if person is not None:
        return person.id
    return new(instance.secret, f"feedback:{email}".encode(), sha256).hexdigest()
