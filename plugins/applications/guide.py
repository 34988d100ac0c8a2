"""What the guide of a first evening says of its call, and of who applies."""

from collections.abc import Sequence

from wiki.api.guides import EVENING, GuideStep, find_own_space
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import store
from .calls import call_in
from .models import ApplicationRow


@hookimpl(signed_in=True)
def guide_steps(reader: Reader) -> Sequence[GuideStep]:
    """Two: the call is open, and a project has been proposed."""
    row = find_own_space(reader, "event")
    if row is None:
        url, form, is_open, applied = "", "", False, False
    else:
        is_open = call_in(reader, row).open
        applied = bool(store.find_all(reader.instance, ApplicationRow.event == row.path, limit=1))
        url = action_url("applications", row.path)
        form = action_url("applications/new", query={"to": row.path}) if is_open else ""
    return [
        GuideStep(EVENING, gettext("Open its call for projects"), url, is_open or applied, 20),
        GuideStep(EVENING, gettext("See a project apply: pass its form on"), form, applied, 30),
    ]
