"""Comments in the margin: threads about a passage of a page, kept outside its text.

Adds what stands beside each page that may be commented, a line of its menu and of its chapters, the
pages below ``/-/comments``, and what waits for those who are named, answered, or look after a page.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.pages import Heading, Page
from wiki.api.panels import Aside, PageTool, SectionAction
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader

from . import jobs, notifications, presenters, views


@hookimpl
def page_asides(page: Page, reader: Reader) -> Sequence[Aside]:
    return presenters.beside(page, reader)


@hookimpl
def page_tools(page: Page, reader: Reader) -> Sequence[PageTool]:
    return presenters.tools(page, reader)


@hookimpl
def section_actions(page: Page, heading: Heading, reader: Reader) -> Sequence[SectionAction]:
    return presenters.actions(page, heading, reader)


@hookimpl
def waiting(reader: Reader) -> Sequence[Mapping[str, Any]]:
    return notifications.waiting_lines(reader)


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(jobs.NAME, jobs.run, timedelta(minutes=15), follows=True)]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
