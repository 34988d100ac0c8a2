"""Series of events and their kit: made from a template, with a calendar, texts and a dashboard.

Adds the block ``calendrier`` (``calendar``), panels beside events and series, the organisers' page
``/-/events/prepare/<event>``, the dashboard ``/-/series``, and the forms ``/-/series/new``,
``/-/series/next/<series>`` and ``/-/series/template/<series>``.
"""

from collections.abc import Mapping, Sequence

from flask import Blueprint

from wiki.api.pages.blocks import BlockHelp, BlockView
from wiki.api.panels import MenuItem
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.translation import gettext, written_language

from . import board, calendar, checklist, evening_views, forms, kit, panels

check_page = hookimpl(calendar.problems)
event_moves = hookimpl(checklist.moves)
waiting = hookimpl(board.waiting_lines)
page_asides = hookimpl(types={"event", "carrefour"})(panels.beside)


@hookimpl
def block_views() -> Mapping[str, BlockView]:
    return dict.fromkeys(calendar.BLOCK_NAMES, calendar.show_block)


@hookimpl
def block_help() -> Sequence[BlockHelp]:
    french = "::: calendrier\n- J-60 Ouvrir les candidatures #candidatures\n- J-7 Appeler\n\n:::\n"
    english = "::: calendar\n- D-60 Open applications #applications\n- D-7 Call the venue\n\n:::\n"
    example = french if written_language() == "fr" else english
    sentence = gettext("What is to be done for each evening, counted from its day")
    return [BlockHelp(calendar.BLOCK_NAMES, sentence, example)]


@hookimpl(signed_in=True)
def menu_items(reader: Reader) -> Sequence[MenuItem]:
    if not board.has_evenings(reader):
        return []
    return [MenuItem(gettext("My evenings"), action_url("series"), 30, personal=True)]


@hookimpl
def catalogue_links(kind: str, reader: Reader) -> Sequence[MenuItem]:
    if kind != "event" or not kit.may_begin(reader):
        return []
    return [MenuItem(gettext("Begin a series"), action_url("series/new"))]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [board.bp, forms.bp, evening_views.bp]
