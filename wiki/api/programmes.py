"""The programme of an event: its entries in a text, and the lines a reader sees.

::

    for line in programme_lines(reader, event):
        ...
"""

from wiki.pages.head.programmes import ProgrammeEntry, programme_entries, programme_word
from wiki.reading.events import ProgrammeLine, programme_lines, programme_paths
