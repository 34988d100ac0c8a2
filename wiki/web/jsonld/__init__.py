"""Pages for programs: what each is about, in the words of schema.org, as JSON-LD.

::

    page that everybody may read ──▶ things.py ◀── linked_things (plugins)
                                        │  Thing: address, type, properties
                                        ▼
                                     graph.py ──▶ <script type="application/ld+json"> in its head
                                        └────▶ web/page/jsonld.py: /-/linked/<path>, or by Accept

Everything is asked for a visitor, whoever reads: what is told here is never for somebody.
"""
