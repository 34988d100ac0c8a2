"""What newcomers are shown of needs: a step of the guide, and what is open without a page."""

from collections.abc import Sequence

from wiki.api.guides import PROJECT, GuideStep, find_own_space
from wiki.api.pages.spaces import may_make
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import find_items, select_items
from wiki.api.translation import gettext

from .model import NEED, Kind
from .presenters import board_url


@hookimpl(signed_in=True)
def guide_steps(reader: Reader) -> Sequence[GuideStep]:
    """One: to say a need of one's own project, whatever becomes of it."""
    own = find_own_space(reader, "project")
    url = action_url("needs/new", query={"page": own.path}) if own else ""
    chosen = select_items(NEED.blocks, subject=own.path) if own else None
    said = chosen is not None and find_items(reader, chosen, limit=1).total > 0
    return [GuideStep(PROJECT, gettext("Say what it needs"), url, said, 20)]


def comes_first(reader: Reader, kind: Kind) -> dict[str, str] | None:
    """What someone without a page does instead, for whom this form makes none."""
    if may_make(reader, "person"):
        return None
    return {
        "words": gettext(
            "You can have no page of your own here to write this on. At a need or an offer, “I can "
            "help” and “I am interested” are yours all the same."
        ),
        "label": str(kind.title),
        "url": board_url(kind),
    }
