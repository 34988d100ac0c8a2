"""Brings two people together: each says yes or no for themselves, then addresses cross.

“I can help” and “I know someone” at needs and offers, introductions by a third person, what came of
them, and the connectors' queue at ``/-/queue``. All of it is private rows: see ``models.py``.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.events import introductions
from wiki.api.jobs import Task
from wiki.api.mail import Letter
from wiki.api.pages.items import ItemAction, milestones
from wiki.api.panels import MenuItem, item_actions
from wiki.api.paths import action_url
from wiki.api.plugin import Instance, Provided, hookimpl, provide
from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow
from wiki.api.sisters import SisterMessage, origin_of, sister_item_actions
from wiki.api.translation import gettext
from wiki.api.web.open_forms import OpenForm

from . import address_mails, jobs, missed_contacts, presenters
from .letters import CROSSING
from .sisters.inbox import list_messages
from .subjects import NEED, kind_of, waits
from .views import begin, proposal, queue, side, sisters

item_asides = hookimpl(presenters.in_talks)
waiting = hookimpl(presenters.waiting_lines)


def actions_of(item: ItemRow, reader: Reader) -> Sequence[ItemAction]:
    """Helping with an open need or offer, oneself or by someone whom one knows."""
    kind = kind_of(item)
    if not kind or not item.identity or not waits(item, reader.today):
        return []
    label = gettext("I can help") if kind == NEED else gettext("I am interested")
    known = action_url("introductions/propose", query={"about": item.identity})
    return [
        ItemAction(label, action_url("introductions", f"answer/{item.identity}"), kind, 10),
        ItemAction(gettext("I know someone"), known, order=20),
    ]


def actions_at_sisters(item: ItemRow, reader: Reader) -> Sequence[ItemAction]:
    """Answering an open need or offer of a sister's with one's account here."""
    kind, origin = kind_of(item), origin_of(reader, item.path)
    if not kind or not item.identity or origin is None or not waits(item, reader.today):
        return []
    label = gettext("I can help") if kind == NEED else gettext("I am interested")
    url = action_url("introductions", f"sister/{origin.name}/{item.identity}")
    return [ItemAction(label, url, "outline", 10)]


@hookimpl
def sister_messages() -> Sequence[SisterMessage]:
    return list_messages()


@hookimpl(signed_in=True)
def menu_items(reader: Reader) -> Sequence[MenuItem]:
    if reader.person is None:
        return []
    mine = [MenuItem(gettext("Introductions"), action_url("introductions"), 75, personal=True)]
    if queue.may_connect(reader.person):
        mine.append(MenuItem(gettext("Ten minutes"), action_url("queue"), 80, personal=True))
    return mine


@hookimpl
def open_forms() -> Mapping[str, OpenForm]:
    return {proposal.NAME: proposal.open_form()}


@hookimpl
def mail_makers() -> Mapping[str, Callable[[Instance, str, str], Letter | None]]:
    return {CROSSING: address_mails.make_words}


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(jobs.NAME, jobs.run, timedelta(minutes=10))]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [begin.bp, proposal.bp, side.bp, queue.bp, sisters.bp]


@hookimpl
def services() -> Sequence[Provided]:
    return [
        provide(item_actions, actions_of),
        provide(sister_item_actions, actions_at_sisters),
        provide(introductions, missed_contacts.ask),
        provide(milestones, presenters.milestones),
    ]
