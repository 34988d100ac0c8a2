"""The blocks ``historique``, as a timeline, and ``devenus``, stories of projects by year."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from wiki.api.pages.blocks import Block, BlockContext
from wiki.api.reading import Reader, resolve_target

from .closed_projects import Named
from .model import Step, newest_first, read_steps
from .presenters import by_year, everything, list_values, stairs, state_values, stories_url
from .query import read_asked
from .stories import narrowed


def show_block(block: Block, context: BlockContext) -> str:
    """The block as HTML, with a problem for each line that cannot be dated."""
    steps, problems = read_steps([block])
    for problem in problems:
        context.problem(problem)
    if not steps:
        return context.content(block)
    today = context.today
    undated = [item for item in block.items if item.date is None]
    return context.template(
        "status/block.html",
        stairs=stairs(context.ask, steps, today),
        planned=told((step for step in reversed(steps_after(steps, today))), context),
        steps=told(steps_until(steps, today), context),
        undated=[context.inline(item.text) for item in undated],
    )


def steps_until(steps: Iterable[Step], today: date) -> list[Step]:
    """The steps that have happened, newest first."""
    return [step for step in newest_first(steps) if step.date <= today.isoformat()]


def steps_after(steps: Iterable[Step], today: date) -> list[Step]:
    """The steps to come, the farthest first."""
    return [step for step in newest_first(steps) if step.date > today.isoformat()]


def told(steps: Iterable[Step], context: BlockContext) -> list[dict[str, Any]]:
    """Steps as the template wants them."""
    return [
        {
            "date": date.fromisoformat(step.date),
            **state_values(context.ask, step.state),
            "html": context.inline(step.text),
            "nested": context.body(step.nested) if step.nested else "",
        }
        for step in steps
    ]


def show_stories(block: Block, context: BlockContext) -> str:
    """The stories that the block asks for, by year, each with its last sentence."""
    reader: Reader | None = context.ask
    if reader is None:
        return context.content(block)
    asked = read_asked(block.args, block.line)
    for problem in asked.problems:
        context.problem(problem)
    values = dict(asked.values)
    if "event" in values:
        values["event"] = [resolve_target(reader, one) or one for one in values["event"]]
    found = [] if asked.nothing else narrowed(everything(reader, asked.below), values)
    # One without a word has nothing to tell in a page; the whole list has it.
    told = [one for one in found if isinstance(one, Named) or one.turns]
    return context.template(
        "status/became.html",
        years=[
            {"year": year, "stories": [list_values(reader, one, context) for one in group]}
            for year, group in by_year(told[: asked.limit])
        ],
        single=len(values.get("year", ())) == 1,
        shown=min(len(told), asked.limit),
        total=len(told),
        url=stories_url(values),
    )
