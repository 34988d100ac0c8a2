"""The order of pages by their last news, the newest first, as ``get_last_news`` dates them.

That is the newest line of a page's story up to today, or the day on which people last wrote at or
below it by hand. What has only ever been imported comes after all that was told, the last first.

Of many pages only those are put in order that can be among the first: the first by the day on which
they were written, along the index of that, and those with a line as new as the last of these.
"""

from sqlalchemy import BindParameter, FromClause, bindparam, case, func, select, union

from wiki.pages.stories import STORY_BLOCKS
from wiki.projections.cataloguing.filters import Part
from wiki.projections.cataloguing.schema import ITEM, PAGE
from wiki.projections.histories.schema import PAGE as STORY
from wiki.projections.tables.conditions import visible
from wiki.projections.tables.dialect import OrderedJoin, greatest

_WANTED: BindParameter[int] = bindparam("wanted")
_A_LINE = (
    ITEM.c.block.in_(STORY_BLOCKS),
    ITEM.c.date <= bindparam("today"),
    visible(ITEM.c.group_, ITEM.c.path),
)
_LINE = (
    select(func.max(ITEM.c.date))
    .where(ITEM.c.subject == STORY.c.path, *_A_LINE)
    .with_hint(ITEM, "INDEXED BY catalogue_item_subject", "sqlite")
    .correlate(STORY)
    .scalar_subquery()
)
HAS_STORY = (STORY.c.path == PAGE.c.path) & STORY.c.alive
_BY_COMMIT = (STORY.c.told.desc(), STORY.c.news.desc(), STORY.c.tie.desc(), STORY.c.lineage)
#: what pages of the story are ordered by
BY_LAST_NEWS = (
    greatest(func.coalesce(STORY.c.day, ""), func.coalesce(_LINE, "")).desc(),
    *_BY_COMMIT,
)
_BY_DAY = (STORY.c.day.desc(), *_BY_COMMIT)


def newest_pages(parts: tuple[Part, ...]) -> FromClause:
    """Pages that the first ``wanted`` by their last news are among, joined to their stories.

    Of those for which ``parts`` hold, and that are of the ``type``.
    """
    told = (
        select(STORY.c.path, STORY.c.day)
        .select_from(OrderedJoin(STORY, PAGE, HAS_STORY))
        .where(STORY.c.type == bindparam("type"), STORY.c.alive, *parts)
        .order_by(*_BY_DAY)
        .limit(_WANTED)
        .cte("told")
    )
    last = case((func.count() >= _WANTED, func.min(told.c.day)), else_="")
    line = select(ITEM.c.subject).where(*_A_LINE, ITEM.c.date >= select(last).scalar_subquery())
    found = union(select(told.c.path), line).cte("found")
    return OrderedJoin(found, PAGE, PAGE.c.path == found.c.path).join(STORY, HAS_STORY)
