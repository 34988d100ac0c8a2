"""Days and hours as people type them, in the wiki's time zone.

::

    when = read_when("2027-03-12 18:00", "", zone)  # None where it is no moment
    day = local_day(when.starts, zone) if when else None
    later = shift_months(reader.today, 6)
    words = day("2027-03-12")  # 12 March 2027, in the reader's language
"""

from wiki.jinja import day, day_of
from wiki.pages.head.moments import When, is_before, local_day, read_moment, read_when, shift_months
