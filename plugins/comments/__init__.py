"""Comments in the margin: threads about a passage of a page, kept outside its text.

Adds what stands beside each page that may be commented, a line of its menu and of its chapters, the
pages below ``/-/comments``, and what waits for those who are named, answered, or look after a page.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.panels import people_to_ask
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.web.networks import take_comment, withdraw_comment

from . import jobs, outside, presenters, views
from .notifications import waiting
from .presenters import page_asides, page_tools, section_actions

#: hooks that stand beside what they show
__all__ = ["page_asides", "page_tools", "section_actions", "waiting"]


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(jobs.NAME, jobs.run, timedelta(minutes=15), follows=True)]


@hookimpl
def services() -> Sequence[Provided]:
    return [
        provide(take_comment, outside.take),
        provide(withdraw_comment, outside.withdraw),
        provide(people_to_ask, presenters.ask_team),
    ]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
