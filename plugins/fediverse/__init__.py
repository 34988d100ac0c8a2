"""The fediverse: the site, its series and its themes are followed from Mastodon or Mobilizon.

Adds ``/.well-known/webfinger`` and ``/.well-known/nodeinfo``, documents and inboxes below
``/-/fediverse``, that page for administrators, who turn it on, and tasks that notice what is new,
send it, and read what comes in. Answers become comments that somebody reads first.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.panels import MenuItem
from wiki.api.paths import action_url
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.reading import Reader
from wiki.api.translation import gettext
from wiki.api.web.networks import follow_handle

from . import admin_views, views, webfinger
from .actors import handle_of
from .inbox import messages
from .outbox import delivery, observer


@hookimpl
def menu_items(reader: Reader) -> Sequence[MenuItem]:
    if reader.person is None or reader.person.role != "admin":
        return []
    return [MenuItem(gettext("Fediverse"), action_url("fediverse"), 91, personal=True)]


@hookimpl
def tasks() -> Sequence[Task]:
    minute = timedelta(minutes=1)
    return [
        Task(observer.TASK, observer.run, minute, follows=True, needed=observer.is_needed),
        Task(
            delivery.TASK,
            delivery.run,
            minute,
            outside=True,
            needed=delivery.is_due,
            waits=delivery.backlog,
        ),
        Task(messages.TASK, messages.run, minute, outside=True, needed=messages.is_due),
    ]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [admin_views.bp, views.bp, webfinger.bp]


@hookimpl
def well_known() -> Sequence[Blueprint]:
    return [webfinger.root]


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(follow_handle, handle_of)]
