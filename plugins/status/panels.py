"""What stands on a space's pages: “What became of it”, and that nothing was told for long."""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

from wiki.api.events import Event, EventStep, event_of, event_of_row
from wiki.api.moments import shift_months
from wiki.api.pages import Page
from wiki.api.panels import Aside, SpaceFact, Waiting
from wiki.api.paths import page_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.reading.html import get_fact_page
from wiki.api.reading.item_rows import find_items, get_newest_items, select_items
from wiki.api.reading.rows import PageRow, find_rows, select
from wiki.api.translation import gettext, language, ngettext
from wiki.api.translation import gettext as _

from .closed_projects import closed_lines, presented_at, was_held
from .model import BLOCK_NAMES, ENDS, SLEEPING
from .presenters import stairs, stories_url, turn_values
from .stories import narrowed, stories, turns_of

#: lines that are shown, and those that the way so far is read in
SHOWN, READ = 4, 200
#: past events of a series whose projects are listed
_EVENTS = 20
_TYPES = ("project", "dossier", "organisation")


def space_panel(page: Page, reader: Reader) -> Sequence[Aside]:
    """The newest steps of the space, unless the page shows its whole story itself."""
    if page.type not in _TYPES or any(block.name in BLOCK_NAMES for block in page.document.blocks):
        return []
    chosen = select_items(BLOCK_NAMES, subject=page.path, until=reader.today.isoformat())
    found = find_items(reader, chosen, sort="date", limit=READ)
    if not found.rows and page.type != "project":
        return []
    turns = turns_of(sorted(found.rows, key=lambda row: (row.path, row.position)))
    url = page_url(turns[0].path) if found.total > SHOWN else ""
    data = {
        "stairs": stairs(reader, turns, reader.today),
        "steps": [turn_values(reader, turn) for turn in turns[:SHOWN]],
        "url": url,
    }
    return [Aside("status/_now.html", data, "head", 20)]


def after_panel(page: Page, reader: Reader) -> Sequence[Aside]:
    """Below the title of an event that is over, or of a series: what became of its projects."""
    events: list[Event] = []
    if page.type == "event" and (event := event_of(reader, page.path)) is not None:
        events = [event]
    elif page.type == "carrefour":
        chosen = select(types=("event",), below=page.path)
        rows = find_rows(reader, chosen, "-starts", _EVENTS).rows
        events = [event_of_row(reader, row) for row in rows]
    paths = list(presented_at(reader, events))
    if not paths:
        return []
    return [Aside("status/_after.html", {"url": stories_url({"event": paths})}, "act", 20)]


@hookimpl
def space_facts(reader: Reader, space: PageRow) -> Sequence[SpaceFact]:
    """Says of a project that sleeps since when nothing has been told of it."""
    if space.type != "project" or space.first("state") in ENDS:
        return []
    chosen = select_items(BLOCK_NAMES, subject=space.path, until=reader.today.isoformat())
    newest = get_newest_items(reader, chosen).get(space.path)
    if newest is None or newest.date is None:
        return []
    day = date.fromisoformat(newest.date)
    if day >= shift_months(reader.today, -reader.instance.settings.sleeping_months):
        return []
    month = format_date(day, "LLLL y", locale=language())
    words = _("no news since {month}").format(month=month)
    return [SpaceFact(_("Asleep"), words, get_fact_page(reader, "state", SLEEPING)["url"])]


@hookimpl
def waiting(reader: Reader) -> Sequence[Waiting]:
    """For the programme's team: how many projects have told nothing for long."""
    if reader.person is None or reader.person.role not in ("admin", "programme"):
        return []
    count = sum(story.sleeps for story in stories(reader))
    if not count:
        return []
    words = ngettext(
        "{count} project has told nothing for long",
        "{count} projects have told nothing for long",
        count,
    )
    url = stories_url({"state": [SLEEPING]})
    return [Waiting(words.format(count=count), url, personal=False)]


@hookimpl
def event_steps(event: Event, reader: Reader) -> Sequence[EventStep]:
    """A line once the event is over, where projects were shown at it."""
    if event.when is None or not was_held(reader, event):
        return []
    asked = {"event": [event.path]}
    told = stories(reader)
    shown = {one.row.path: one for one in narrowed(told, asked)}
    shown |= {one.row.path: one for one in told if one.row.path in event.programme}
    count = len(shown) + len(closed_lines(reader, event))
    if not count:
        return []
    day = event.when.starts.isoformat()[:10]
    since = sum(bool(one.newest and one.newest.date.isoformat() > day) for one in shown.values())
    words = gettext("{told} of {count} have told something since").format(told=since, count=count)
    label = gettext("What became of the projects")
    by_itself = reader.instance.settings.news_requests
    return [EventStep(label, stories_url(asked), words, since == count, 95, by_itself=by_itself)]
