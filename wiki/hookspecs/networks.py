"""Other networks: by which name a place here is followed there, and what is answered there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wiki.hookspecs.services import service

if TYPE_CHECKING:
    from wiki.instance import Instance


@service
def follow_handle(instance: "Instance", kind: str, value: str) -> str:
    """The name, such as ``@serres@example.org``, by which programs of others follow something here.

    ``kind`` and ``value`` as what is followed by mail has them: ``page`` and a path (that of the
    home page stands for the site), ``theme`` and its slug. "" where it cannot be followed so.
    """
    return ""


@dataclass(frozen=True)
class OutsideComment:
    """What somebody wrote on another site about the page at ``path``, which everybody may read.

    It is known by ``source``. ``again``: it was kept before, and says something else now; where it
    was removed since, it is not kept any more. ``author`` is said as “Léa (lea@example.org)”,
    ``url`` is where one reads it there; ``words`` are plain text.
    """

    path: str
    source: str
    author: str
    host: str
    url: str
    words: str
    again: bool = False


@service
def take_comment(instance: "Instance", said: OutsideComment) -> bool:
    """Keeps it for who looks after the page to read first; nobody else sees it before.

    Whether it was kept: not where the page takes no more. Words that are others than before are
    read first again.
    """
    return False


@service
def withdraw_comment(instance: "Instance", source: str) -> None:
    """Forgets what was kept under ``source``, if anything."""
    return
