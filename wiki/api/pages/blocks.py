"""Blocks of a page (``::: poll``): what a view is given, and what it gives back.

::

    @hookimpl
    def block_views() -> Mapping[str, BlockView]:
        return {"poll": show}

    def show(block: Block, context: BlockContext) -> str:
        return context.template("poll/block.html", lines=[one.text for one in block.items])

``bars`` and ``columns`` draw a plot as SVG in the page's colours.
"""

from wiki.charts import bars, columns
from wiki.hookspecs.texts import BlockHelp
from wiki.pages.document import read_blocks
from wiki.pages.markdown.blocks import Block
from wiki.pages.markdown.item_forms import ItemField, ItemForm
from wiki.pages.stories import STORY_BLOCKS
from wiki.rendering.context import BlockContext, BlockView
