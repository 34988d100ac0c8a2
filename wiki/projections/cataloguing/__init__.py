"""The parts of the catalogue.

::

    PageChange ─▶ writer.py ─▶ rows (schema.py) ─▶ lists.py ─▶ a list, its total, its facets
                    │ facts.py   facts of a text      │ selection.py   which pages
                    └ intervals.py  from when to when  └ items/         which items
"""
