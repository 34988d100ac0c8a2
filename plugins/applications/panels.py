"""“Propose a project” beside an event, and among what a project's team could do next."""

from collections.abc import Sequence

from wiki.api.events import organises_event
from wiki.api.pages import Page
from wiki.api.panels import Aside, NextStep, PageContext
from wiki.api.paths import action_url
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import store
from .calls import call_at, open_calls
from .models import ApplicationRow
from .states import WITHDRAWN

_STEPS = 1


def beside(context: PageContext) -> Sequence[Aside]:
    """The panel of a page that takes applications; for who organises it, the way to them.

    It says nothing of how many there are: the page is kept for all with the same rights.
    """
    page, reader = context.page, context.reader
    call = call_at(reader, page.path)
    if call is None:
        return []
    organiser = organises_event(reader, call.event)
    if not call.open and not (organiser and call.event.row.facts.get("applications")):
        return []
    data = {
        "open": call.open,
        "until": call.until,
        "url": action_url("applications/new", query={"to": call.path}),
        "list": action_url("applications", call.path) if organiser else "",
    }
    found = [Aside("applications/_panel.html", data, order=20)]
    if call.open:
        found.append(Aside("applications/_act.html", {"url": data["url"]}, "act", 20))
    return found


def next_steps(page: Page, reader: Reader) -> Sequence[NextStep]:
    """An invitation to propose the project where applications are taken, after all else."""
    calls = open_calls(reader)
    if not calls:
        return []
    rows = store.find_all(
        reader.instance, ApplicationRow.project == page.path, ApplicationRow.state != WITHDRAWN
    )
    done = {row.event for row in rows}
    return [
        NextStep(
            gettext("Propose it for “{event}”").format(event=call.title),
            action_url("applications/new", query={"to": call.path, "project": page.path}),
            "calendar-plus",
            80,
        )
        for call in calls
        if call.path not in done
    ][:_STEPS]
