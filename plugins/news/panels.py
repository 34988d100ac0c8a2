"""What stands on a project for its team: the button that gives news, and that some is due."""

from collections.abc import Sequence
from datetime import date, timedelta

from wiki.api.pages.blocks import STORY_BLOCKS
from wiki.api.panels import Aside, NextStep, PageContext
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading.item_rows import find_items, select_items
from wiki.api.translation import gettext as _

#: after so long a silence, to tell what followed is a next step
QUIET = timedelta(days=90)


@hookimpl(types={"project"}, signed_in=True)
def page_asides(context: PageContext) -> Sequence[Aside]:
    """The button, on the pages of a project, for who may write its story."""
    page, reader = context.page, context.reader
    if not reader.may_edit(page.path):
        return []
    return [Aside("news/_button.html", {"url": action_url("news/tell", page.path)}, "head", 21)]


@hookimpl
def next_steps(context: PageContext) -> Sequence[NextStep]:
    """An invitation to tell the first step, or what has happened since the last one."""
    page, reader = context.page, context.reader
    chosen = select_items(STORY_BLOCKS, subject=page.path, until=reader.today.isoformat())
    newest = next(iter(find_items(reader, chosen, sort="date", limit=1).rows), None)
    url = action_url("news/tell", page.path)
    if newest is None or newest.date is None:
        return [NextStep(_("Tell its first step"), url, "history", 20)]
    if reader.today - date.fromisoformat(newest.date) < QUIET:
        return []
    return [NextStep(_("Tell what has become of it lately"), url, "history", 20)]
