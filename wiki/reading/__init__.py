"""The door out: whatever a person sees of the wiki, they see through a Reader.

A Reader is one person (or a visitor) at one moment. It holds their audience, and every answer it
gives has passed the one policy with it: pages, old versions, files, lists, search, counts. What a
reader may not know of is answered exactly like what does not exist::

    who.py      the person, their audience, their rights; what is worked out from git
     ├── pages.py     pages as they stand and stood, what lies around and beside them
     │    ├── html.py   as safe HTML, with their problems
     │    ├── story.py     what was done to them, by whom, what changed
     │    └── news.py      the same of many at once
     └── lists.py     found, listed and counted
    reader.py   all of it: the Reader
     ├── events.py    an event as its page's head says it
     └── births.py    where the page at an address began: what private rows go by
"""

from wiki.reading.reader import Reader

__all__ = ["Reader"]
