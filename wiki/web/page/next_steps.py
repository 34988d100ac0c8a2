"""What the team of a project could do next: three things at most, the most telling first."""

from collections.abc import Iterator
from typing import Any

from wiki.hookspecs.pages import NextStep, PageContext
from wiki.pages.urls import action_url
from wiki.people.access.grants import has_guests
from wiki.people.access.invitations import has_pending
from wiki.plugins import call_hook
from wiki.projections.catalogue import PageRow
from wiki.reading import Reader
from wiki.reading.lists import list_space_pages
from wiki.translation import gettext as _

SHOWN = 3


def next_steps(context: PageContext) -> list[dict[str, Any]]:
    """The steps for the page, if it is a project's first and the reader is on its team."""
    page, reader = context.page, context.reader
    if page.type != "project" or page.path not in reader.teams:
        return []
    hook = reader.instance.plugins.hook.next_steps
    found = [step for group in call_hook(hook, context=context) for step in group]
    found += _of_the_page(reader, context.row)
    found.sort(key=lambda step: step.order)
    return [{"label": one.label, "url": one.url, "icon": one.icon} for one in found[:SHOWN]]


def _of_the_page(reader: Reader, row: PageRow | None) -> Iterator[NextStep]:
    """What the page itself does not say yet."""
    if row is None:
        return
    settings = action_url("settings", row.path)
    if is_alone(reader, row):
        yield NextStep(
            _("Invite someone to write with you"), action_url("invite", row.path), "user-plus", 37
        )
    if not row.summary:
        yield NextStep(_("Say in one sentence what it is"), settings, "pencil", 30)
    if not row.first("territory"):
        yield NextStep(_("Say where it happens"), settings, "map-pin", 40)
    if not row.facts.get("theme"):
        yield NextStep(_("Choose its themes, so that it is found"), settings, "pencil", 50)
    if not row.image:
        yield NextStep(_("Show it in a picture"), action_url("attach", row.path), "image", 60)


def is_alone(reader: Reader, row: PageRow) -> bool:
    """Whether one person makes a project, and nobody else was let in or invited."""
    if len(row.facts.get("team", ())) > 1 or not reader.may_change_rights(row.path):
        return False
    private = reader.instance.private
    below = [row.path, *(one.path for one in list_space_pages(reader, row.path))]
    return not has_guests(private, below) and not has_pending(private, below)
