"""The order of pages by their last news, the newest first, as ``get_last_news`` dates them.

That is the newest line of a page's story up to today, or the day on which people last wrote at or
below it by hand. What has only ever been imported comes after all that was told, the last first.
"""

from wiki.pages.stories import STORY_BLOCKS
from wiki.projections.cataloguing.selection import Asking
from wiki.projections.conditions import marks, visible_condition

#: joined to ``changes_page c``: the commit in which people last wrote the page by hand
TELLING = "left join changes_commit t on t.seq = c.told"


def by_last_news(asking: Asking) -> tuple[str, list[object]]:
    """What follows ``order by`` of rows of ``changes_page c`` with ``TELLING``, and its values."""
    visible, params = visible_condition(asking.audience, "i")
    line = (
        "select max(i.date) from catalogue_item i where i.subject = c.path"
        f" and i.block in ({marks(STORY_BLOCKS)}) and i.date <= ? and {visible}"
    )
    day = f"max(coalesce(date(t.moment), ''), coalesce(({line}), ''))"
    return f"{day} desc, c.told desc, c.news desc", [
        *STORY_BLOCKS,
        asking.today.isoformat(),
        *params,
    ]
