"""Messages to other programs: what is new in public, told to addresses that somebody named.

Adds the pages ``/-/webhooks``, ``/-/webhooks/new`` and ``/-/webhooks/<id>``, a line in the menu of
spaces for their teams, and the tasks that notice what happened and send it: signed as Standard
Webhooks wants it, or as Matrix, Mattermost, Slack and Discord read it.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.panels import MenuItem, PageContext, PageTool
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import delivery, observer, views
from .scopes import may_tell_of_sites


@hookimpl
def menu_items(reader: Reader) -> Sequence[MenuItem]:
    if not may_tell_of_sites(reader.person):
        return []
    return [MenuItem(gettext("Messages to programs"), action_url("webhooks"), 90, personal=True)]


@hookimpl(signed_in=True)
def page_tools(context: PageContext) -> Sequence[PageTool]:
    row = context.row
    if row is None or row.space != row.path or not context.reader.may_change_rights(row.path):
        return []
    url = action_url("webhooks/new", query={"page": row.path})
    return [PageTool(gettext("Tell another program what is new"), url, "share-2", 60)]


@hookimpl
def tasks() -> Sequence[Task]:
    minute = timedelta(minutes=1)
    return [
        Task(observer.TASK, observer.run, minute, follows=True, needed=observer.is_needed),
        Task(delivery.TASK, delivery.run, minute, needed=delivery.is_due, waits=delivery.backlog),
    ]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
