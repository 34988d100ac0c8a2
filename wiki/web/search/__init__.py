"""Searching as a place: what was asked, what is shown of the answers, and what helps without any.

::

    views.py          the addresses
     ├── query.py        the question of an address, as a value
     ├── hits.py         results by kind, facets, and the words that were looked for too
     ├── instant.py      what stands under the field while one types
     ├── suggestions.py  ways on from a search that found nothing
     └── downloads.py    any result as a table (CSV) and as a feed (Atom)
    lists.py        lists that can be narrowed and paged
"""
