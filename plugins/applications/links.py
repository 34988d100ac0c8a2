"""The mailed link by which one of the team says that they would stand in the programme."""

from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from wiki.api import Instance, action_url

_LONGEST = 300
#: an evening is prepared for no longer
GOOD_FOR = timedelta(days=120)


@dataclass(frozen=True)
class Link:
    """Which application, decided at which moment, and who of the team was written to."""

    application: str
    person: str
    decided: int


def agree_path(instance: Instance, link: Link) -> str:
    """Where the link leads, without the site's address."""
    token = _signer(instance).dumps([link.application, link.person, link.decided])
    return action_url(f"application/agree/{token}")


def read_link(instance: Instance, token: str) -> Link | None:
    """What a link of ours is for; None where it is none, or too old."""
    if len(token) > _LONGEST:
        return None
    try:
        seconds = int(GOOD_FOR.total_seconds())
        application, person, decided = _signer(instance).loads(token, max_age=seconds)
        return Link(str(application), str(person), int(decided))
    except (BadData, ValueError, TypeError):
        return None


def _signer(instance: Instance) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(instance.secret, salt="applications-agree")
