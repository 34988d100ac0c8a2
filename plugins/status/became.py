"""The block ``::: devenus``: stories of projects in a page that someone writes."""

from wiki.api.blocks import Block, BlockContext
from wiki.api.reading import Reader, resolve_target

from .presented import Named
from .presenters import by_year, everything, list_values, stories_url
from .query import read_asked
from .stories import narrowed


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
