"""Asks for news: by mail 3, 12 and 24 months after a project was shown, answered by one link.

Adds the form ``/-/news/tell/<path>`` with a button on each project for its team, the links of mails
(``/-/news/answer/<token>``), and what waits for whom was asked. What is answered is a line in the
story of the project, in the name of who answers.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.plugin import hookimpl

from . import answer_views, forms, requests
from .panels import next_steps, page_asides
from .requests import waiting

#: hooks that stand beside what they show
__all__ = ["next_steps", "page_asides", "waiting"]


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(requests.TASK, requests.run, timedelta(days=1))]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [answer_views.bp, forms.bp]
