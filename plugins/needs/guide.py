"""What the guide of a first project says of needs."""

from collections.abc import Sequence

from wiki.api.guides import PROJECT, GuideStep, find_own_space
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import find_items, select_items
from wiki.api.translation import gettext

from .model import NEED


@hookimpl(signed_in=True)
def guide_steps(reader: Reader) -> Sequence[GuideStep]:
    """One: to say a need of one's own project, whatever becomes of it."""
    own = find_own_space(reader, "project")
    url = action_url("needs/new", query={"page": own.path}) if own else ""
    chosen = select_items(NEED.blocks, subject=own.path) if own else None
    said = chosen is not None and find_items(reader, chosen, limit=1).total > 0
    return [GuideStep(PROJECT, gettext("Say what it needs"), url, said, 20)]
