"""The parts of the catalogue.

::

    PageChange ─▶ writing.py ─▶ rows (schema.py) ─▶ listing.py ─▶ a list, its total, its facets
                    │ saying.py   facts of a text      │ selection.py   which pages
                    └ intervals.py  from when to when  └ items.py       which items
"""
