"""The order of pages by their last news, the newest first, as ``get_last_news`` dates them.

That is the newest line of a page's story up to today, or the day on which people last wrote at or
below it by hand. What has only ever been imported comes after all that was told, the last first.
"""

from sqlalchemy import bindparam, func, select

from wiki.pages.stories import STORY_BLOCKS
from wiki.projections.cataloguing.schema import ITEM
from wiki.projections.histories.moments import day_of
from wiki.projections.histories.schema import COMMIT, PAGE
from wiki.projections.tables.conditions import visible
from wiki.projections.tables.dialect import greatest

#: the commit in which people last wrote the page by hand: it is to be joined
TELLING = COMMIT.alias("telling")
TOLD = TELLING.c.seq == PAGE.c.told

_LINE = (
    select(func.max(ITEM.c.date))
    .where(ITEM.c.subject == PAGE.c.path, ITEM.c.block.in_(STORY_BLOCKS))
    .where(ITEM.c.date <= bindparam("today"), visible(ITEM.c.group_, ITEM.c.path))
    .correlate(PAGE)
    .scalar_subquery()
)
#: what pages of the story, joined to ``TELLING``, are ordered by
BY_LAST_NEWS = (
    greatest(func.coalesce(day_of(TELLING.c.moment), ""), func.coalesce(_LINE, "")).desc(),
    PAGE.c.told.desc(),
    PAGE.c.news.desc(),
)
