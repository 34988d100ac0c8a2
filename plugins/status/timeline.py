"""Shows a ``historique`` block as a timeline: newest first, what is planned apart."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from wiki.api.blocks import Block, BlockContext

from .model import Step, newest_first, read_steps
from .presenters import stairs, state_values


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
