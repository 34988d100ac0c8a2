"""The addresses of a label: an id that stands for one project at one event, and our signature."""

from collections.abc import Mapping

from itsdangerous import BadSignature, Signer

from wiki.api.paths import action_url
from wiki.api.plugin import Instance

_LONGEST = 100


def make_token(instance: Instance, label: str) -> str:
    """What names a label in addresses; nobody else can make one."""
    return _signer(instance).sign(label).decode("ascii")


def read_token(instance: Instance, token: str) -> str | None:
    """The id of the label that a token of ours names; None for any other words."""
    if len(token) > _LONGEST:
        return None
    try:
        return _signer(instance).unsign(token).decode("ascii")
    except (BadSignature, ValueError):
        return None


def badge_path(instance: Instance, label: str, look: Mapping[str, str] | None = None) -> str:
    """Where the picture is; ``look``: what is asked of it (``drawing.Look``)."""
    return action_url(f"labels/badge/{make_token(instance, label)}.svg", query=look)


def proof_path(instance: Instance, label: str) -> str:
    """Where one reads what the label says, and whether it still holds."""
    return action_url(f"labels/proof/{make_token(instance, label)}")


def _signer(instance: Instance) -> Signer:
    return Signer(instance.secret, salt="labels-badge")
