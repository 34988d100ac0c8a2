"""Asks for news: by mail 3, 12 and 24 months after a project was shown, answered by one link.

Adds the form ``/-/news/tell/<path>`` with a button on each project for its team, the links of mails
(``/-/news/answer/<token>``), and what waits for whom was asked. What is answered is a line in the
story of the project, in the name of who answers.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.pages import Page
from wiki.api.panels import Aside, NextStep
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader

from . import answer_views, forms, panels, requests


@hookimpl(types={"project"}, signed_in=True)
def page_asides(page: Page, reader: Reader) -> Sequence[Aside]:
    return panels.give_news(page, reader)


@hookimpl
def next_steps(page: Page, reader: Reader) -> Sequence[NextStep]:
    return panels.tell_what_followed(page, reader)


@hookimpl
def waiting(reader: Reader) -> Sequence[Mapping[str, Any]]:
    return requests.waiting_lines(reader)


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(requests.TASK, requests.run, timedelta(days=1))]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [answer_views.bp, forms.bp]
