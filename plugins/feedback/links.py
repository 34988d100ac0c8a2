"""The link by which someone without an account finds their answer again: its id, signed."""

from hashlib import sha256
from hmac import new

from itsdangerous import BadSignature, Signer

from wiki.api.paths import action_url
from wiki.api.people import Person
from wiki.api.plugin import Instance

_LONGEST = 200


def own_path(instance: Instance, answer: str) -> str:
    """Where the author of an answer confirms it, reads what became of it, and takes it back."""
    return action_url(f"feedback/own/{_signer(instance).sign(answer).decode('ascii')}")


def own_url(instance: Instance, answer: str) -> str:
    """The same on the address of the settings, for mails."""
    return instance.settings.public_url + own_path(instance, answer)


def read_token(instance: Instance, token: str) -> str | None:
    """The answer that a link of ours is for."""
    if len(token) > _LONGEST:
        return None
    try:
        return _signer(instance).unsign(token).decode("ascii")
    except (BadSignature, ValueError):
        return None


def who_of(instance: Instance, person: Person | None, email: str = "") -> str:
    """What someone is known by in limits and trust: their id, or a keyed hash of the address."""
    if person is not None:
        return person.id
    return new(instance.secret, f"feedback:{email}".encode(), sha256).hexdigest()


def _signer(instance: Instance) -> Signer:
    return Signer(instance.secret, salt="feedback-own")
