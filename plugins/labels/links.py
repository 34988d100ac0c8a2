"""The addresses of a label: an id that stands for one project at one event, and our signature."""

from collections.abc import Mapping

from wiki.api.paths import SignedLink, action_url
from wiki.api.plugin import Instance

#: where one reads what the label says, and whether it still holds
PROOF = SignedLink("labels-badge", "labels/proof", str, plain=True)


def badge_path(instance: Instance, label: str, look: Mapping[str, str] | None = None) -> str:
    """Where the picture is; ``look``: what is asked of it (``drawing.Look``)."""
    return action_url(f"labels/badge/{PROOF.token(instance, label)}.svg", query=look)
