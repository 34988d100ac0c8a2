"""Mailed links by which one of the team agrees to a programme, and objects to “presented”."""

from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from wiki.api.paths import action_url
from wiki.api.plugin import Instance

_LONGEST = 300
#: an evening is prepared for no longer
GOOD_FOR = timedelta(days=120)
#: after it, one may still object for so long
_OBJECTED = timedelta(days=60)
_AGREE, _PRESENTED = "applications-agree", "applications-presented"


@dataclass(frozen=True)
class Link:
    """Which application, decided at which moment (0: of no matter), and who was written to."""

    application: str
    person: str
    decided: int


def agree_path(instance: Instance, link: Link) -> str:
    """Where the link of a letter leads, without the site's address."""
    return action_url(f"application/agree/{_token(instance, link, _AGREE)}")


def presented_path(instance: Instance, link: Link) -> str:
    """Where the link of the mail of the day after leads, without the site's address."""
    return action_url(f"application/presented/{_token(instance, link, _PRESENTED)}")


def read_link(instance: Instance, token: str) -> Link | None:
    """What the link of a letter is for; None where it is none, or too old."""
    return _read(instance, token, _AGREE, GOOD_FOR)


def read_presented(instance: Instance, token: str) -> Link | None:
    """What the link of a mail of the day after is for; None where it is none, or too old."""
    return _read(instance, token, _PRESENTED, _OBJECTED)


def _token(instance: Instance, link: Link, salt: str) -> str:
    made = _signer(instance, salt).dumps([link.application, link.person, link.decided])
    return made if isinstance(made, str) else made.decode()


def _read(instance: Instance, token: str, salt: str, good_for: timedelta) -> Link | None:
    if len(token) > _LONGEST:
        return None
    try:
        seconds = int(good_for.total_seconds())
        application, person, decided = _signer(instance, salt).loads(token, max_age=seconds)
        return Link(str(application), str(person), int(decided))
    except (BadData, ValueError, TypeError):
        return None


def _signer(instance: Instance, salt: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(instance.secret, salt=salt)
