"""A record of another program (an infobox, an entry of a form) as the head of a page; pure.

::

    headed(body, "LoRa", ["IoT"], {"": "project", "Territory": "Brest"}, "2026-03-12")
"""

from wiki.imports.words.records import headed
