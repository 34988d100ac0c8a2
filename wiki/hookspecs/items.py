"""Beside one need or offer, wherever it is listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from wiki.hookspecs.marks import hookspec
from wiki.hookspecs.pages import Aside
from wiki.hookspecs.services import service

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.projections.catalogue import ItemRow
    from wiki.reading import Reader


@dataclass(frozen=True)
class ItemAction:
    """A button of one need or offer: a translated ``label`` and where it leads, by GET.

    ``kind`` is its look: need, offer, outline, or "" for the one thing to do; ``order`` sorts them.
    """

    label: str
    url: str
    kind: str = ""
    order: int = 50


@service
def item_actions(item: "ItemRow", reader: "Reader") -> Sequence[ItemAction]:
    """Buttons of the need or offer ``item``: on its page, on boards, in blocks and panels.

    Asked for each item of a list, so it asks nothing itself. Pages are kept as ``page_asides``
    says: what leads to a page of one's own is decided there, at that address.
    """
    return ()


@hookspec
def item_asides(item: "ItemRow", reader: "Reader") -> Sequence[Aside]:
    """Panels on the page of the need or offer ``item``; ``reader.person`` is who asks.

    A panel that shows what not every visitor may see is given to a ``reader`` with a person only:
    what visitors get is kept for all of them.
    """


@service
def milestones(instance: "Instance") -> Sequence[tuple[str, str, date]]:
    """What happened with needs in private: identity, ``answer`` or ``introduction``, the day.

    Only figures over many are made of it; who took part is never said.
    """
    return ()
