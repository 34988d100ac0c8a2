"""The door out: whatever a person sees of the wiki, they see as a Reader.

A Reader is one person (or a visitor) at one commit, with their audience and rights. Functions take
one first, and every answer of theirs has passed the one policy with it. What a reader may not know
of is answered exactly like what does not exist::

    reader.py    the person, their audience, their rights; what is worked out from git
     ├── pages.py     pages as they stand and stood, what lies around them
     ├── files.py     their attachments
     ├── lists.py     pages and items found, listed and counted
     │    └── html.py     pages and pieces of them as safe HTML, with their problems
     ├── history.py   what was done to them, by whom, what is new
     ├── events.py    an event as its page's head says it
     └── births.py    where the page at an address began: what private rows go by
"""

from wiki.reading.reader import Reader, system_reader

__all__ = ["Reader", "system_reader"]
