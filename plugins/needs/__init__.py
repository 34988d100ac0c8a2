"""Needs and offers: list items that say what a project lacks, and what people can give.

Adds the blocks ``besoins`` and ``offres`` (a page's own, or lists of the wiki's), the counts
``{{nombre besoins …}}``, an identity for each item, the panel “What the project needs now” above a
project, “Ask an expert” in the menu of each chapter, the boards ``/-/needs`` and ``/-/offers`` with
their feeds, a page for each item, and the forms that write, renew, meet and withdraw them. Who has
a need without news is asked once by mail.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.pages import Heading, complete_page
from wiki.api.pages.blocks import BlockHelp, BlockView, ItemField, ItemForm
from wiki.api.panels import (
    Aside,
    MenuItem,
    PageContext,
    SectionAction,
    SpaceFact,
)
from wiki.api.paths import action_url
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.reading import Reader
from wiki.api.reading.rows import PageRow
from wiki.api.translation import gettext, written_language
from wiki.api.web.json_api import ApiRoute, api_routes
from wiki.api.web.open_forms import beginning

from . import acts, asides, experts, identities, newcomers, reminders, sentences
from .blocks import show_count, view_of
from .model import BOX_BY_STATE, KIND_BY_BLOCK, MET, NEED, OFFER, OPEN, STATE_WORDS, WITHDRAWN
from .views import answers, boards, duplicates, feeds, forms, jsonld

check_page = hookimpl(identities.problems)
open_forms = hookimpl(forms.open_forms)
waiting = hookimpl(reminders.waiting_lines)
guide_steps = newcomers.guide_steps
linked_things = jsonld.linked_things
item_words = hookimpl(sentences.item_words)


@hookimpl
def block_views() -> Mapping[str, BlockView]:
    counts = {f"inline:count {name}": show_count for name in KIND_BY_BLOCK}
    return {**{name: view_of(kind) for name, kind in KIND_BY_BLOCK.items()}, **counts}


@hookimpl
def block_help() -> Sequence[BlockHelp]:
    if written_language() == "fr":
        need = "::: besoins\n- [ ] Ce qui nous manque, et pour quoi #mot-clé @Bretagne\n\n:::\n"
        offer = "::: offres\n- Ce que je peux apporter #mot-clé dispo:un-peu\n\n:::\n"
    else:
        need = "::: needs\n- [ ] What we lack, and what for #keyword @Bretagne\n\n:::\n"
        offer = "::: offers\n- What I can give #keyword availability:a-little\n\n:::\n"
    return [
        BlockHelp(NEED.blocks, gettext("What you need"), need, _need_form()),
        BlockHelp(OFFER.blocks, gettext("What you offer"), offer, _offer_form()),
    ]


def _need_form() -> ItemForm:
    what = gettext("What, and what for: “someone who knows LoRa, to read over our radio part”.")
    return ItemForm(
        gettext("Need"),
        gettext("What does the project need?"),
        gettext("Add the need"),
        [
            ItemField("text", hint=what),
            ItemField("keywords"),
            ItemField("places"),
            ItemField("before"),
            _state_field(),
        ],
    )


def _offer_form() -> ItemForm:
    times = (
        (("",), gettext("I would rather not say")),
        (("un-peu", "a-little"), gettext("a little")),
        (("ponctuelle", "occasional"), gettext("now and then")),
        (("régulière", "regular"), gettext("regularly")),
    )
    return ItemForm(
        gettext("Offer"),
        gettext("What can you give?"),
        gettext("Add the offer"),
        [
            ItemField("text", hint=gettext("An hour, a know-how, a place, a tool.")),
            ItemField("keywords"),
            ItemField("places"),
            ItemField("availability", choices=times),
            _state_field(),
        ],
    )


def _state_field() -> ItemField:
    states = (OPEN, MET, WITHDRAWN)
    return ItemField(
        "box", choices=[((BOX_BY_STATE[one],), str(STATE_WORDS[one])) for one in states]
    )


@hookimpl
def space_facts(reader: Reader, space: PageRow) -> Sequence[SpaceFact]:
    return asides.open_needs(space, reader)


@hookimpl
def page_asides(context: PageContext) -> Sequence[Aside]:
    return [
        *asides.needs_now(context.page, context.reader),
        *asides.say_here(context.page, context.reader),
    ]


@hookimpl
def section_actions(
    context: PageContext, headings: Sequence[Heading]
) -> Mapping[str, Sequence[SectionAction]]:
    return experts.actions(context.page, headings, context.reader)


@hookimpl
def menu_items(reader: Reader) -> Sequence[MenuItem]:
    return [
        MenuItem(
            str(NEED.title), action_url("needs"), 20, gettext("See who needs what"), kind="need"
        ),
        MenuItem(
            str(OFFER.title), action_url("offers"), 25, gettext("Offer my help"), kind="offer"
        ),
    ]


def api_parts(facets: Sequence[str]) -> Sequence[ApiRoute]:
    """What the JSON API says of needs and offers."""
    from . import api, proposal

    return [*api.routes(facets), *proposal.routes()]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [boards.bp, feeds.bp, forms.bp, duplicates.bp, acts.bp, answers.bp]


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(reminders.TASK, reminders.run, timedelta(days=1))]


@hookimpl
def services() -> Sequence[Provided]:
    return [
        provide(complete_page, identities.stamped),
        provide(api_routes.named("needs"), api_parts),
        provide(beginning.named("need"), lambda: action_url("needs/new")),
    ]
