"""Feeds: Atom of entries, for visitors or the owner of the address's token.

::

    reader = feed_reader()
    return feed_response(title=title, url=url, self_url=self_url, entries=[FeedEntry(...)])
"""

from wiki.web.feeds import (
    FeedEntry,
    change_entries,
    document_response,
    entry_id,
    feed_reader,
    feed_response,
)
