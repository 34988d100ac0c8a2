"""Contacts missed: for two weeks after an event, those who agreed find each other again.

Adds ``/-/encounters/<event>``, one mail the morning after, a panel on the event's page, a line on
one's account and one for those who prepare the event. “I wanted to talk to you” is an introduction.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.mail import Letter
from wiki.api.plugin import Instance, hookimpl

from . import jobs, presenters, views

waiting = hookimpl(presenters.waiting_lines)
event_steps = hookimpl(presenters.steps)
page_asides = hookimpl(types={"event"})(presenters.beside_event)


@hookimpl
def mail_makers() -> Mapping[str, Callable[[Instance, str, str], Letter | None]]:
    return {jobs.MAKER: jobs.make_words}


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(jobs.NAME, jobs.run, timedelta(minutes=10))]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
