"""Events: the programme, in everyone's own calendar, and what those who prepare one do to it.

Adds the calendars ``/-/events.ics`` and ``/-/events/<path>.ics`` with the page ``/-/calendar``, the
block ``programme``, the shortcut ``/-/events/next`` and panels beside events and projects; for
organisers ``/-/events/programme``, ``…/when``, ``…/suggest`` and ``…/announce`` + the path of the
event, and lines in ``event_steps``.
"""

from collections.abc import Mapping, Sequence

from flask import Blueprint

from wiki.api.mail import announcements
from wiki.api.pages.blocks import BlockHelp, BlockView, ItemField, ItemForm
from wiki.api.panels import MenuItem
from wiki.api.paths import action_url
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import announcement, checks, guide, moves, organiser, panels, programme, views, whenviews

event_steps = hookimpl(organiser.steps)
event_moves = hookimpl(moves.own_moves)
check_page = hookimpl(checks.problems)
page_asides = hookimpl(panels.beside)
guide_steps = guide.guide_steps


@hookimpl
def block_views() -> Mapping[str, BlockView]:
    return dict.fromkeys(programme.BLOCK_NAMES, programme.show_block)


@hookimpl
def block_help() -> Sequence[BlockHelp]:
    example = "::: programme\n- 18:30 …\n- 18:45 [[projets/…]]\n\n:::\n"
    names = (programme.BLOCK_NAMES[0],)
    form = ItemForm(
        gettext("Line of the programme"),
        gettext("What happens at the event?"),
        gettext("Add the line"),
        [ItemField("hour"), ItemField("text", gettext("What happens then"))],
    )
    return [BlockHelp(names, gettext("The programme of the event, with hours"), example, form)]


@hookimpl
def catalogue_links(kind: str, reader: Reader) -> Sequence[MenuItem]:
    if kind != "event":
        return []
    return [MenuItem(gettext("Follow in my calendar"), action_url("calendar"))]


@hookimpl
def shortcuts(reader: Reader) -> Sequence[MenuItem]:
    return [MenuItem(gettext("The next evening"), action_url("events/next"))]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp, organiser.bp, whenviews.bp]


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(announcements, announcement.announcements)]
