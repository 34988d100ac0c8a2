"""Feeds: what is new, for whoever reads it elsewhere than here (Atom, RFC 4287).

::

    views.py      the addresses: everything, below a page, in a territory
     ├── entries.py    changes as entries: the newest state of a page, not each of its saves
     └── response.py  who reads (a visitor, or the owner of a token), and the answer
          └── document.py   the XML, by feedgenerator

Plugins make feeds of their own from the same parts, which ``wiki.api.web.feeds`` hands out.
"""

from wiki.web.feeds.document import FeedEntry, entry_id
from wiki.web.feeds.entries import change_entries
from wiki.web.feeds.response import document_response, feed_reader, feed_response

__all__ = [
    "FeedEntry",
    "change_entries",
    "document_response",
    "entry_id",
    "feed_reader",
    "feed_response",
]
