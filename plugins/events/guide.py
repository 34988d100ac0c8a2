"""What the guide of a first evening says of its page."""

from collections.abc import Sequence

from wiki.api.events import event_of_row
from wiki.api.guides import EVENING, GuideStep, find_own_space
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.translation import gettext


@hookimpl(signed_in=True)
def guide_steps(reader: Reader) -> Sequence[GuideStep]:
    """One: a page for it, which says when it takes place."""
    row = find_own_space(reader, "event")
    if row is None:
        url = action_url("new", query={"type": "event"})
        return [GuideStep(EVENING, gettext("Announce it: its name and its page"), url, False, 10)]
    url, done = action_url("events/when", row.path), event_of_row(reader, row).when is not None
    return [GuideStep(EVENING, gettext("Say when and where it is"), url, done, 10)]
