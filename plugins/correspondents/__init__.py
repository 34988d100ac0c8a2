"""“Signaler une innovation”: correspondents tell of what they found, from wherever they are.

One short form that works without a line, or a mail; a draft project page comes of it (README.md).
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.panels import MenuItem, Waiting
from wiki.api.paths import action_url
from wiki.api.plugin import Instance, hookimpl
from wiki.api.reading import Reader
from wiki.api.translation import gettext, ngettext

from . import draft_pages, mail_intake, models, store, team, unreadable, views

__all__ = ["models"]


@hookimpl(signed_in=True)
def menu_items(reader: Reader) -> Sequence[MenuItem]:
    if reader.person is None or reader.person.role == "reader":
        return []
    lines = [MenuItem(gettext("Signal an innovation"), action_url("signal"), 70, personal=True)]
    if team.is_list_reader(reader.person):
        label = gettext("Innovations signalled")
        lines.append(MenuItem(label, action_url("signal/list"), 71, personal=True))
    return lines


@hookimpl
def catalogue_links(kind: str, reader: Reader) -> Sequence[MenuItem]:
    if kind != "project" or (
        reader.person is None and not reader.instance.settings.visitor_signals
    ):
        return []
    return [MenuItem(gettext("Signal an innovation"), action_url("signal"))]


@hookimpl
def waiting(reader: Reader) -> Sequence[Waiting]:
    if not team.is_team(reader.person):
        return []
    lines = []
    if count := store.count_held(reader.instance):
        words = ngettext("{count} innovation to read", "{count} innovations to read", count)
        lines.append(words.format(count=count))
    if count := unreadable.count(reader.instance):
        words = ngettext(
            "{count} mail that could not be read", "{count} mails that could not be read", count
        )
        lines.append(words.format(count=count))
    url = action_url("signal/list")
    return [Waiting(one, url, personal=False) for one in lines]


@hookimpl
def tasks() -> Sequence[Task]:
    return [
        Task(mail_intake.NAME, mail_intake.run, timedelta(minutes=5)),
        Task("correspondents", _tend, timedelta(hours=1)),
    ]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]


def _tend(instance: Instance) -> None:
    draft_pages.finish(instance)
    store.forget(instance)
