"""The block ``carte``: the map as an image at an address of ours, and the same as a list."""

from wiki.api.blocks import Block, BlockContext
from wiki.api.reading import Reader

from .counts import spread_of
from .notifications import IMAGE, OTHERS, title_of, told
from .query import read_asked
from .svg import SOURCE, WIDTH, height_of


def show(block: Block, context: BlockContext) -> str:
    """As the audience of the page may see it."""
    reader: Reader | None = context.ask
    if reader is None:
        return context.content(block)
    asked, problems = read_asked(block.args, reader.instance.fact_keys.values(), block.line)
    for problem in problems:
        context.problem(problem)
    if asked is None:
        return context.template("territories/block.html", spread=None)
    spread = spread_of(reader, asked.selection)
    return context.template(
        "territories/block.html",
        title=title_of(asked),
        image=asked.url(IMAGE),
        width=WIDTH,
        height=height_of(sum(one.region.overseas and one.count > 0 for one in spread.places)),
        spread=told(spread, asked, OTHERS),
        places=spread.told,
        source=SOURCE,
        url=asked.url("territories"),
    )
