"""Searching as a place: what was asked, what is shown of the answers, and what helps without any.

::

    wiki/web/search/views.py      the addresses
     ├── asked.py      the question of an address, as a value
     ├── shown.py      results by kind, facets, and the words that were looked for too
     ├── instant.py    what stands under the field while one types
     ├── helping.py    ways on from a search that found nothing
     └── taken.py      any result as a table (CSV) and as a feed (Atom)
"""
