"""Asks those who were at an event what they would say to each project, without their names.

It leaves by itself the morning after; nothing links an answer to a person (README). Answers are
read by the project's team alone, once closed and from ``k`` people on.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.events import Event, EventMove, EventStep
from wiki.api.jobs import Task
from wiki.api.mail import Letter
from wiki.api.plugin import Instance, hookimpl
from wiki.api.reading import Reader

from . import answer_views, closure, dispatch, organiser_views, results
from .results import next_steps, waiting

#: hooks that stand beside what they show
__all__ = ["next_steps", "waiting"]


@hookimpl
def event_steps(event: Event, reader: Reader) -> Sequence[EventStep]:
    step = organiser_views.step_of(event, reader)
    return [step] if step else []


@hookimpl
def event_moves(event: Event, to: Event, reader: Reader) -> Sequence[EventMove]:
    move = organiser_views.move_of(event, to, reader)
    return [move] if move else []


@hookimpl
def mail_makers() -> Mapping[str, Callable[[Instance, str, str], Letter | None]]:
    return {dispatch.MAKER: dispatch.make_words}


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(closure.NAME, closure.run, timedelta(minutes=1))]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [answer_views.bp, results.bp, organiser_views.bp]
